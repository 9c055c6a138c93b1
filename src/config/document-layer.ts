import { assertNever } from '../lib/assert-never.ts'
import type { SyncDocument } from './document.ts'
import { parseLadder } from './ladder.ts'
import type { Leaf, SecretReference } from './leaf.ts'
import { leaves } from './leaves.ts'
import type { Problem } from './problem.ts'
import type { Layer, Setting, SettingValue } from './setting.ts'
import { validate, valueAt } from './validate.ts'

export interface DocumentLayer extends Layer {
  /** `metadata.name`; null when it is missing or wrong, which is among the problems. */
  readonly name: string | null
  /** Environment variables that secrets refer to. */
  readonly variables: ReadonlySet<string>
}

/** The settings that a document holds, checked against the schema. */
export const documentLayer = ({ data, locate }: SyncDocument): DocumentLayer => {
  const problems: Problem[] = []
  const broken = new Set<string>()
  for (const { segments, leaf, code, message } of validate(data)) {
    if (leaf) broken.add(leaf.path)
    problems.push({ code, path: pathOf(segments), where: locate(segments), message })
  }
  const settings = new Map<string, Setting>()
  const variables = new Set<string>()
  for (const definition of leaves) {
    const segments = ['spec', ...definition.path.split('.')]
    const value = broken.has(definition.path) ? null : settingValue(definition.leaf, valueAt(data, segments))
    if (!value) continue
    settings.set(definition.path, { definition, layer: 'document', where: locate(segments), value })
    if (value.kind === 'reference' && 'env' in value.reference) variables.add(value.reference.env)
  }
  const name = valueAt(data, ['metadata', 'name'])
  return { settings, broken, problems, variables, name: typeof name === 'string' ? name : null }
}

const pathOf = (segments: readonly string[]): string =>
  segments.length === 0
    ? 'the document'
    : segments
        .map((segment) => (/^[\w-]{1,60}$/.test(segment) ? segment : JSON.stringify(segment.slice(0, 60))))
        .join('.')

/** The value of a leaf that passed the schema; null where the document has none. */
const settingValue = (leaf: Leaf, value: unknown): SettingValue | null => {
  if (value === undefined) return null
  switch (leaf.kind) {
    case 'text':
    case 'choice':
      return typeof value === 'string' ? { kind: 'plain', value: value.trim() } : null
    case 'flag':
      return typeof value === 'boolean' ? { kind: 'plain', value } : null
    case 'count':
      return typeof value === 'number' ? { kind: 'plain', value } : null
    case 'limit':
      return typeof value === 'number' || typeof value === 'string' ? { kind: 'plain', value } : null
    case 'ladder': {
      const ladder = parseLadder(value)
      return ladder && { kind: 'plain', value: ladder }
    }
    case 'list': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value]
      return { kind: 'plain', value: items.map((item) => String(item).trim()) }
    }
    case 'secret': {
      const reference = referenceOf(value)
      return reference && { kind: 'reference', reference }
    }
    default:
      return assertNever(leaf)
  }
}

const referenceOf = (value: unknown): SecretReference | null => {
  const file = valueAt(value, ['file'])
  if (typeof file === 'string') return { file: file.trim() }
  const env = valueAt(value, ['env'])
  if (typeof env === 'string') return { env }
  const name = valueAt(value, ['secretKeyRef', 'name'])
  const key = valueAt(value, ['secretKeyRef', 'key'])
  return typeof name === 'string' && typeof key === 'string' ? { secretKeyRef: { name, key } } : null
}
