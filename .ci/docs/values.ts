import { readFileSync } from 'node:fs'
import { isMap, isScalar, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml'

/** One value of the chart, as values.yaml has it. */
export interface ChartValue {
  readonly name: string
  readonly path: string
  /** The comment above it. */
  readonly comment: string
  readonly default: unknown
  /** The values below it; null where it is itself a leaf. */
  readonly children: readonly ChartValue[] | null
}

/** Maps that are one value: what is in them is somebody else's to say, or has a schema of its own. */
const WHOLE: ReadonlySet<string> = new Set([
  'config.spec',
  'podFailurePolicy',
  'livenessProbe',
  'readinessProbe',
  'podSecurityContext',
  'securityContext',
  'resources',
  'metrics.dashboard.labels',
])

/** What charts/scim-push/values.yaml says. @throws where a value has no comment */
export const chartValues = (): readonly ChartValue[] => {
  const file = new URL('../../charts/scim-push/values.yaml', import.meta.url)
  const document = parseDocument(readFileSync(file, 'utf8'))
  if (!isMap<Node, Node>(document.contents)) throw new TypeError('values.yaml is not a map')
  return valuesOf(document.contents, '')
}

const valuesOf = (map: YAMLMap<Node, Node>, parent: string): readonly ChartValue[] =>
  map.items.map((pair, index) => {
    const name = isScalar(pair.key) ? String(pair.key.value) : ''
    const path = parent === '' ? name : `${parent}.${name}`
    const children =
      isMap<Node, Node>(pair.value) && pair.value.items.length > 0 && !WHOLE.has(path)
        ? valuesOf(pair.value, path)
        : null
    const comment = commentOf(pair, index === 0 ? map : null)
    if (children === null && comment === '')
      throw new TypeError(`values.yaml: ${path} has no comment above it`)
    const value: unknown = pair.value?.toJSON() ?? null
    return { name, path, comment, default: value, children }
  })

/** The last paragraph above the key. That above a map's first key belongs to the map, as YAML is parsed. */
const commentOf = (pair: Pair<Node, Node>, map: YAMLMap | null): string =>
  (pair.key.commentBefore ?? map?.commentBefore ?? '')
    .replace(/^[^]*\n\s*\n/, '')
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
