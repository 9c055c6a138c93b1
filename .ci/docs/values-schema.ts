import { documentSchema } from '../../src/config/json-schema.ts'
import { chartValues, type ChartValue } from './values.ts'
import { shapes, type Schema } from './values-shapes.ts'

/**
 * charts/scim-push/values.schema.json: the values that there are, each of its default's type or as `shapes` has it, and no others. It
 * is draft-07, and patterns are Go's, since that is what Helm 3 reads.
 */
export const valuesSchema = (): Schema => {
  const unknown = Object.keys(shapes).filter((path) => !paths(chartValues()).includes(path))
  if (unknown.length > 0) throw new TypeError(`values.yaml has no ${unknown.join(', ')}`)
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart scim-push',
    definitions: { spec: inGo(documentSchema().properties?.['spec']), config: configSchema() },
    ...objectOf(chartValues(), {
      // What Helm itself adds where the chart is a part of another one.
      global: { type: 'object' },
    }),
  }
}

const paths = (values: readonly ChartValue[]): readonly string[] =>
  values.flatMap(({ path, children }) => (children === null ? [path] : paths(children)))

const objectOf = (values: readonly ChartValue[], more: Schema = {}): Schema => ({
  type: 'object',
  additionalProperties: false,
  properties: { ...Object.fromEntries(values.map((value) => [value.name, schemaOf(value)])), ...more },
})

const schemaOf = (value: ChartValue): Schema => {
  if (value.children !== null) return objectOf(value.children)
  return { description: value.comment, ...(shapes[value.path] ?? plainSchema(value)) }
}

/** @throws where the default does not say what else there may be */
const plainSchema = ({ path, default: value }: ChartValue): Schema => {
  if (typeof value === 'string') return { type: 'string' }
  if (typeof value === 'boolean') return { type: 'boolean' }
  if (typeof value === 'number') return { type: 'integer', minimum: 0 }
  throw new TypeError(`values-shapes.ts has to say what ${path} may be`)
}

/** One of `configs`: what `config` and `secret` are, but for what only the first of them has. */
const configSchema = (): Schema => {
  const children = (name: string): readonly ChartValue[] =>
    chartValues().find((value) => value.name === name)?.children ?? []
  return objectOf(
    children('config').filter(({ name }) => name !== 'enabled'),
    { secret: objectOf(children('secret')) },
  )
}

/** JavaScript's look-ahead, which Go does not have, and the same without. */
const LOOK_AHEADS: Readonly<Record<string, string>> = {
  '^(?!\\.\\.?$)(?!\\.\\.)[A-Za-z0-9._-]+$': '^([A-Za-z0-9_-]|\\.[A-Za-z0-9_-])[A-Za-z0-9._-]*$',
}

/** @throws where there is a look-ahead that LOOK_AHEADS does not have */
const inGo = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(inGo)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]: [string, unknown]) => {
      if (key !== 'pattern' || typeof value !== 'string') return [key, inGo(value)]
      const pattern = LOOK_AHEADS[value] ?? value
      if (/\(\?[!=<]/.test(pattern)) throw new TypeError(`Go has no look-ahead: ${pattern}`)
      return [key, pattern]
    }),
  )
}
