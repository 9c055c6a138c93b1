import type { Secret } from '../lib/secret.ts'
import { API_VERSION, KIND } from './json-schema.ts'
import type { LadderValue } from './ladder.ts'
import { isLeaf, type SecretReference, type Section } from './leaf.ts'
import type { LeafDefinition } from './leaves.ts'
import type { Problem } from './problem.ts'
import { schema } from './schema.ts'
import { validate } from './validate.ts'

/** What a leaf was set to, and where. */
export interface Setting {
  readonly definition: LeafDefinition
  readonly layer: 'document' | 'environment' | 'flag'
  /** For messages: `config.yaml:9`, `environment variable SCIM_PUSH_TARGET_URL`, `--set target.url`. */
  readonly where: string
  readonly value: SettingValue
}

export type PlainValue = string | number | boolean | readonly string[] | Exclude<LadderValue, string>

export type SettingValue =
  | { readonly kind: 'plain'; readonly value: PlainValue }
  | { readonly kind: 'secret'; readonly secret: Secret }
  | { readonly kind: 'reference'; readonly reference: SecretReference }

/** The settings of one layer, by path of the leaf. */
export interface Layer {
  readonly settings: ReadonlyMap<string, Setting>
  /** Leaves that are set here, but wrongly: they are not missing. */
  readonly broken: ReadonlySet<string>
  readonly problems: readonly Problem[]
}

/** Checks settings that came as texts as if a document had them. */
export const checkSettings = (settings: readonly Setting[]): Pick<Layer, 'broken' | 'problems'> => {
  const broken = new Set<string>()
  const problems: Problem[] = []
  const plain = new Map<string, unknown>()
  for (const { definition, value } of settings)
    if (value.kind === 'plain') plain.set(definition.path, value.value)
  const document = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name: 'x' },
    spec: nested(schema, '', plain),
  }
  for (const { leaf, code, message } of validate(document)) {
    const setting = settings.find(({ definition }) => definition.path === leaf?.path)
    if (!setting) continue
    broken.add(setting.definition.path)
    problems.push({ code, path: `spec.${setting.definition.path}`, where: setting.where, message })
  }
  return { broken, problems }
}

const nested = (section: Section, above: string, values: ReadonlyMap<string, unknown>): object =>
  Object.fromEntries(
    Object.entries(section).flatMap(([name, node]): [string, unknown][] => {
      const path = `${above}${name}`
      if (!isLeaf(node)) return [[name, nested(node, `${path}.`, values)]]
      return values.has(path) ? [[name, values.get(path)]] : []
    }),
  )
