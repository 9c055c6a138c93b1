import { isLeaf, type Leaf, type Section } from './leaf.ts'
import { schema } from './schema.ts'

/** A setting with the names it goes by. */
export interface LeafDefinition {
  /** Below `spec`: `source.google.adminEmail`. */
  readonly path: string
  /** `SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL`; of a secret, the variable that holds its value. */
  readonly env: string
  /** Of a secret, the variable that holds the path of a file; null otherwise. */
  readonly fileEnv: string | null
  readonly leaf: Leaf
}

/** The one rule for names of environment variables: the prefix and the path in SNAKE_CASE. */
export const environmentName = (path: string): string =>
  `SCIM_PUSH_${path
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll('.', '_')
    .toUpperCase()}`

const flattened = (section: Section, above: string): LeafDefinition[] =>
  Object.entries(section).flatMap(([name, node]) => {
    const path = `${above}${name}`
    if (!isLeaf(node)) return flattened(node, `${path}.`)
    const env = environmentName(path)
    return [{ path, env, fileEnv: node.kind === 'secret' ? `${env}_FILE` : null, leaf: node }]
  })

/** Every setting of `spec`, in the schema's order. */
export const leaves: readonly LeafDefinition[] = flattened(schema, '')

const byPath: ReadonlyMap<string, LeafDefinition> = new Map(leaves.map((one) => [one.path, one]))

export const leafAt = (path: string): LeafDefinition | null => byPath.get(path) ?? null

/** The setting that a path is, or lies within: `target.token.file` lies within `target.token`. */
export const leafAround = (segments: readonly string[]): LeafDefinition | null => {
  for (let length = segments.length; length > 0; length--) {
    const found = byPath.get(segments.slice(0, length).join('.'))
    if (found) return found
  }
  return null
}
