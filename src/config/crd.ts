import { API_VERSION, documentSchema, KIND, type JsonSchema } from './json-schema.ts'

/** A schema as apiextensions.k8s.io/v1 takes it: structural, and with Kubernetes' own words. */
type Structural = Readonly<Record<string, unknown>>

const [GROUP = '', VERSION = ''] = API_VERSION.split('/')
const PLURAL = 'syncconfigs'

/** The CustomResourceDefinition of SyncConfig: the document's own schema, and a status. */
export const customResourceDefinition = (): Structural => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${PLURAL}.${GROUP}` },
  spec: {
    group: GROUP,
    scope: 'Namespaced',
    names: {
      kind: KIND,
      listKind: `${KIND}List`,
      plural: PLURAL,
      singular: 'syncconfig',
      shortNames: ['scimsync'],
    },
    versions: [
      {
        name: VERSION,
        served: true,
        storage: true,
        subresources: { status: {} },
        additionalPrinterColumns: columns,
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: documentSchema().description,
            required: ['spec'],
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              spec: structural(documentSchema().properties?.['spec'] ?? {}),
              status: statusSchema,
            },
          },
        },
      },
    ],
  },
})

const column = (name: string, type: 'string' | 'date', jsonPath: string): Structural => ({
  name,
  type,
  jsonPath,
})

const columns: readonly Structural[] = [
  column('Source', 'string', '.spec.source.type'),
  column('Target', 'string', '.spec.target.url'),
  column('Ready', 'string', '.status.conditions[?(@.type=="Ready")].status'),
  column('Reason', 'string', '.status.conditions[?(@.type=="Ready")].reason'),
  column('Last Success', 'date', '.status.lastSuccessTime'),
  column('Age', 'date', '.metadata.creationTimestamp'),
]

/**
 * Kubernetes' dialect: no defaults (the environment decides what is not written), no examples, no negative look-ahead (RE2 has
 * none: such a rule becomes one of CEL), and unknown fields are for the API server to refuse.
 */
const structural = (schema: JsonSchema): Structural => {
  const {
    description,
    type,
    properties,
    items,
    pattern,
    minimum,
    maximum,
    required,
    minProperties,
    maxProperties,
  } = schema
  const common = {
    ...(description !== undefined && { description }),
    ...(schema.enum && { enum: schema.enum }),
  }
  if (schema.anyOf) return { ...common, 'x-kubernetes-preserve-unknown-fields': true }
  if (Array.isArray(type)) {
    return type.includes('integer')
      ? {
          ...common,
          'x-kubernetes-int-or-string': true,
          ...(minimum !== undefined && { minimum }),
          ...(pattern !== undefined && { pattern }),
        }
      : { ...common, 'x-kubernetes-preserve-unknown-fields': true }
  }
  return {
    ...common,
    type,
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, one]) => [name, structural(one)]),
      ),
    }),
    ...(items && { items: structural(items) }),
    ...patternRule(pattern),
    ...(schema.maxLength !== undefined && { maxLength: schema.maxLength }),
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(required && { required }),
    ...(minProperties !== undefined && { minProperties }),
    ...(maxProperties !== undefined && { maxProperties }),
  }
}

const LOOK_AHEADS = /^\^(?:\(\?![^)]*\))+/

const patternRule = (pattern: string | undefined): Structural => {
  if (pattern === undefined) return {}
  if (!LOOK_AHEADS.test(pattern)) return { pattern }
  return {
    pattern: pattern.replace(LOOK_AHEADS, '^'),
    'x-kubernetes-validations': [
      { rule: "self != '.' && !self.startsWith('..')", message: 'must not be . or begin with ..' },
    ],
  }
}

const text: Structural = { type: 'string' }
const time: Structural = { type: 'string', format: 'date-time' }
const count: Structural = { type: 'integer', format: 'int64' }

/** Bounded: counts and conditions, never a list of people. */
const statusSchema: Structural = {
  type: 'object',
  properties: {
    observedGeneration: count,
    lastRunTime: time,
    lastSuccessTime: time,
    lastRunID: text,
    result: text,
    exitCode: { type: 'integer', format: 'int32' },
    planHash: {
      type: 'string',
      description: 'Of the plan whose removals are withheld: what policy.approvedPlan approves.',
    },
    counts: { type: 'object', additionalProperties: count },
    conditions: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['type'],
      items: {
        type: 'object',
        required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
        properties: {
          type: { type: 'string', maxLength: 316 },
          status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
          observedGeneration: { ...count, minimum: 0 },
          lastTransitionTime: time,
          reason: {
            type: 'string',
            minLength: 1,
            maxLength: 1024,
            pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
          },
          message: { type: 'string', maxLength: 32768 },
        },
      },
    },
  },
}
