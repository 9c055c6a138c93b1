import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js'
import { suggest } from '../lib/suggest.ts'
import { compileSchema } from './compile-schema.ts'
import { allowedIn, API_VERSION, documentSchema, KIND, type JsonSchema } from './json-schema.ts'
import { LADDER_WORDS } from './ladder.ts'
import type { Leaf } from './leaf.ts'
import { leafAround, leaves, type LeafDefinition } from './leaves.ts'
import type { Problem } from './problem.ts'

/** Something in a document that its schema does not allow. */
export interface Finding {
  /** Where: of an unknown key, the key itself; of a wrong value, its leaf or section. */
  readonly segments: readonly string[]
  /** Set when it is the value of a leaf that is wrong. */
  readonly leaf: LeafDefinition | null
  readonly code: Problem['code']
  readonly message: string
}

/** So many unknown keys are named. */
const MAX_UNKNOWN = 50

/** Made when first needed: compiling takes longer than all else that is done with a configuration. It never changes. */
let compiled: ValidateFunction | null = null

/**
 * Checks a document against the schema, and says in the words of a person what is wrong, once for each place. What
 * values are is never said: only which kind of thing stands there.
 */
export const validate = (document: unknown): readonly Finding[] => {
  compiled ??= compileSchema()
  if (compiled(document)) return []
  const findings = new Map<string, Finding>()
  let unknown = 0
  for (const error of compiled.errors ?? []) {
    // A text of a thousand keys that are no settings is no SyncConfig: the first ones tell it, and each takes its time to explain.
    if (error.keyword === 'additionalProperties' && ++unknown > MAX_UNKNOWN) continue
    const finding = findingOf(error, document)
    const id = JSON.stringify(finding.segments)
    if (!findings.has(id)) findings.set(id, finding)
  }
  return [...findings.values()]
}

const findingOf = (error: ErrorObject, document: unknown): Finding => {
  const segments = error.instancePath
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
  const around = segments[0] === 'spec' ? leafAround(segments.slice(1)) : null
  if (around) return leafFinding(around, document)
  const params: Readonly<Record<string, unknown>> = error.params
  if (error.keyword === 'additionalProperties')
    return unknownKey(segments, String(params['additionalProperty']))
  const wrong = { segments, leaf: null, code: 'CONFIG_WRONG_VALUE' } as const
  if (error.keyword === 'required') {
    const missing = String(params['missingProperty'])
    return { ...wrong, segments: [...segments, missing], code: 'CONFIG_MISSING', message: 'is missing' }
  }
  return { ...wrong, message: sectionMessage(segments, valueAt(document, segments)) }
}

const sectionMessage = (segments: readonly string[], value: unknown): string => {
  switch (segments.join('.')) {
    case 'apiVersion':
      return `must be ${API_VERSION}`
    case 'kind':
      return `must be ${KIND}`
    case 'metadata.name':
      return typeof value === 'string'
        ? 'must be made of lower-case letters, digits, - and ., beginning and ending with a letter or digit (DNS-1123), 253 characters at most'
        : mustBe('text', value)
    default:
      return segments[0] === 'metadata' && segments.length > 2
        ? mustBe('text', value)
        : mustBe('a mapping of keys to values', value)
  }
}

/** One message for a leaf, whatever number of its rules are broken. */
const leafFinding = (definition: LeafDefinition, document: unknown): Finding => {
  const segments = ['spec', ...definition.path.split('.')]
  const value = valueAt(document, segments)
  const { leaf } = definition
  if (leaf.kind === 'secret' && (typeof value === 'string' || typeof value === 'number'))
    return {
      segments,
      leaf: definition,
      code: 'CONFIG_SECRET_EXPOSED',
      message: `is a secret and may not stand here itself; it must be ${allowedIn(leaf)}, or come from ${definition.env}`,
    }
  const meant = typeof value === 'string' ? suggest(value, wordsOf(leaf)) : null
  const hint = meant === null ? '' : `; did you mean ${meant}?`
  return {
    segments,
    leaf: definition,
    code: 'CONFIG_WRONG_VALUE',
    message: `${mustBe(allowedIn(leaf), value)}${hint}`,
  }
}

const wordsOf = (leaf: Leaf): readonly string[] => {
  if (leaf.kind === 'choice') return leaf.choices
  return leaf.kind === 'ladder' ? LADDER_WORDS : []
}

const mustBe = (allowed: string, value: unknown): string => {
  if (value === null) return `has no value; it must be ${allowed}, or its key must go`
  if (allowed.startsWith('text') && (typeof value === 'number' || typeof value === 'boolean'))
    return `must be ${allowed}, and is a ${typeof value}: put it in quotes`
  if (Array.isArray(value) && !allowed.includes('list')) return `must be ${allowed}, and is a list`
  if (Array.isArray(value)) return `must be ${allowed}; an item that looks like a number must be in quotes`
  if (typeof value === 'object' && !allowed.includes('{')) return `must be ${allowed}, and is a mapping`
  return `must be ${allowed}`
}

const unknownKey = (segments: readonly string[], key: string): Finding => {
  const at = [...segments, key]
  const finding = { segments: at, leaf: null, code: 'CONFIG_UNKNOWN_SETTING' } as const
  if (at.length === 1 && key === 'status')
    return { ...finding, message: 'is written by scim-push and is no part of its input; remove it' }
  const siblings = Object.keys(schemaAt(segments).properties ?? {})
  const elsewhere = leaves.filter(({ path }) => path.split('.').at(-1) === key)
  const near = suggest(key, siblings)
  const meant =
    near === null ? elsewhere.map(({ path }) => `spec.${path}`).join(' or ') : [...segments, near].join('.')
  return {
    ...finding,
    message:
      meant === ''
        ? `is no setting; known here are ${siblings.join(', ')}`
        : `is no setting; did you mean ${meant}?`,
  }
}

const schemaAt = (segments: readonly string[]): JsonSchema => {
  let schema: JsonSchema = documentSchema()
  for (const segment of segments) schema = schema.properties?.[segment] ?? {}
  return schema
}

/** The value at a path of plain data; undefined where there is none. */
export const valueAt = (data: unknown, segments: readonly string[]): unknown => {
  let value = data
  for (const segment of segments) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, segment)) return undefined
    value = Object.entries(value).find(([key]) => key === segment)?.[1]
  }
  return value
}
