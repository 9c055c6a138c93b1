import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { documentSchema } from './json-schema.ts'

/** Of the bundle this module is another one: there the schema is compiled when it is built (.ci/precompiled-schema.ts). */
export const compileSchema = (): ValidateFunction => new Ajv2020(SCHEMA_OPTIONS).compile(documentSchema())

export const SCHEMA_OPTIONS = { allErrors: true, allowUnionTypes: true } as const
