import { assertNever } from '../lib/assert-never.ts'
import { LADDER_WORDS, MOST_DAYS } from './ladder.ts'
import { isLeaf, type Leaf, type Section } from './leaf.ts'
import { schema } from './schema.ts'

/** The part of JSON Schema 2020-12 that is used here. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $id?: string
  readonly title?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: string
  readonly enum?: readonly string[]
  readonly default?: string | number | boolean | readonly string[]
  readonly examples?: readonly unknown[]
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly additionalProperties?: boolean | JsonSchema
}

export const API_VERSION = 'scim-push.io/v1alpha1'
export const KIND = 'SyncConfig'

/** Names of Kubernetes objects: DNS-1123 subdomains. */
const OBJECT_NAME = '^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$'
const LONGEST_NAME = 253
const NOT_BLANK = '\\S'

/** Whether it is one that `metadata.name` takes. */
export const isObjectName = (text: string): boolean =>
  text.length <= LONGEST_NAME && new RegExp(OBJECT_NAME).test(text)

/**
 * The JSON Schema of a SyncConfig document, as docs/syncconfig.schema.json has it; a CRD's can be made of its `spec`. No
 * leaf is required, since the environment and flags may give what the document does not.
 */
export const documentSchema = (): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://scim-push.io/syncconfig/v1alpha1',
  title: KIND,
  description: 'What scim-push reads from where, and what it may do at which SCIM endpoint.',
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata', 'spec'],
  additionalProperties: false,
  properties: {
    apiVersion: { const: API_VERSION },
    kind: { const: KIND },
    metadata: metadataSchema,
    spec: sectionSchema(schema),
  },
})

const labels: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } }

/** What Kubernetes itself writes into metadata is accepted, so that an exported object is a document. */
const metadataSchema: JsonSchema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: {
      type: 'string',
      description: 'What reports and metrics call this configuration.',
      pattern: OBJECT_NAME,
      maxLength: 253,
    },
    namespace: { type: 'string' },
    labels,
    annotations: labels,
    creationTimestamp: {},
    finalizers: {},
    generation: {},
    managedFields: {},
    ownerReferences: {},
    resourceVersion: {},
    uid: {},
  },
}

const sectionSchema = (section: Section): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Object.entries(section).map(([name, node]) => [
      name,
      isLeaf(node) ? leafSchema(node) : sectionSchema(node),
    ]),
  ),
})

const leafSchema = (leaf: Leaf): JsonSchema => ({
  description: leaf.doc,
  ...typeSchema(leaf),
  ...(leaf.default === null || leaf.defaultDoc !== undefined || leaf.default === ''
    ? {}
    : { default: leaf.default }),
  ...(leaf.examples ? { examples: leaf.examples } : {}),
})

const typeSchema = (leaf: Leaf): JsonSchema => {
  switch (leaf.kind) {
    case 'text':
      return { type: 'string', ...(leaf.pattern === undefined ? {} : { pattern: `^$|${leaf.pattern}` }) }
    case 'flag':
      return { type: 'boolean' }
    case 'count':
      return { type: 'integer', minimum: leaf.minimum, maximum: leaf.maximum }
    case 'choice':
      return { type: 'string', enum: leaf.choices }
    case 'list': {
      const items: JsonSchema = { type: 'string', pattern: NOT_BLANK }
      return leaf.orText ? { type: ['array', 'string'], items, pattern: NOT_BLANK } : { type: 'array', items }
    }
    case 'limit':
      return { type: ['integer', 'string'], minimum: 0, pattern: '^(100|[1-9]?[0-9])%$' }
    case 'ladder':
      return ladderSchema
    case 'secret':
      return secretSchema
    default:
      return assertNever(leaf)
  }
}

/** That steps go together is more than a schema can say. */
const ladderSchema: JsonSchema = {
  anyOf: [
    { type: 'string', enum: LADDER_WORDS },
    {
      type: 'object',
      required: ['after'],
      additionalProperties: false,
      properties: {
        after: {
          type: 'array',
          description:
            'What happens after how many days: first deactivate, later delete, or one of them alone.',
          minItems: 1,
          items: {
            type: 'object',
            required: ['days', 'do'],
            additionalProperties: false,
            properties: {
              days: {
                type: 'integer',
                description: 'Of 24 hours each, from the run that first missed the user.',
                minimum: 0,
                maximum: MOST_DAYS,
              },
              do: { type: 'string', enum: ['deactivate', 'delete'] },
            },
          },
        },
      },
    },
  ],
}

const secretSchema: JsonSchema = {
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    file: { type: 'string', pattern: NOT_BLANK, description: 'The path of a file that holds the secret.' },
    env: {
      type: 'string',
      pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
      description: 'The name of an environment variable that holds it.',
    },
    secretKeyRef: {
      type: 'object',
      description:
        'A key of a Kubernetes Secret: the file <name>/<key> below SCIM_PUSH_SECRETS_DIR, or else, in a cluster, the Secret itself.',
      required: ['name', 'key'],
      additionalProperties: false,
      properties: {
        name: { type: 'string', pattern: OBJECT_NAME, maxLength: LONGEST_NAME },
        // Kubernetes' own rule for keys, which also keeps the path within its directory.
        key: { type: 'string', pattern: '^(?!\\.\\.?$)(?!\\.\\.)[A-Za-z0-9._-]+$', maxLength: 253 },
      },
    },
  },
}

/** What a leaf takes, completing "must be". */
export const allowedIn = (leaf: Leaf): string => {
  switch (leaf.kind) {
    case 'text':
      return leaf.must ?? 'text'
    case 'flag':
      return 'true or false'
    case 'count':
      return `a whole number from ${leaf.minimum} to ${leaf.maximum}`
    case 'choice':
      return `one of ${leaf.choices.join(', ')}`
    case 'list':
      return leaf.orText
        ? 'text, or a list of texts that are not empty'
        : 'a list of texts that are not empty'
    case 'limit':
      return 'a percentage from 0% to 100%, or a whole number'
    case 'ladder':
      return `one of ${LADDER_WORDS.join(', ')}, or steps as in {after: [{days: 0, do: deactivate}, {days: 30, do: delete}]}, with whole days up to ${MOST_DAYS}`
    case 'secret':
      return 'one of {file: …}, {env: …} and {secretKeyRef: {name: …, key: …}}'
    default:
      return assertNever(leaf)
  }
}
