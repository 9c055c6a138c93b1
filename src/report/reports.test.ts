import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { renderReportsJson, renderReportsSummary } from './reports.ts'

const schemaOf = (name: string): object =>
  JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')) as object

const planHash = '0123456789abcdef0123456789abcdef'
const reports = [
  reportOf({ config: 'a', planHash, actions: [reported()] }),
  reportOf({ config: 'longer', planHash, result: 'withheld', exitCode: 3, withheld: [heldBack()] }),
]

test('the JSON is what docs/reports.schema.json says', () => {
  const ajv = new Ajv2020({
    allErrors: true,
    allowUnionTypes: true,
    schemas: [schemaOf('report.schema.json')],
  })
  const validate = ajv.compile(schemaOf('reports.schema.json'))
  const json = JSON.parse(renderReportsJson(reports, 3)) as Record<string, unknown>
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true)
  expect(json).toMatchObject({ exitCode: 3, reports: [{ config: 'a' }, { config: 'longer' }] })
  expect(validate({ ...json, reports: [{ ...reports[0], version: 'x' }] })).toBe(false)
})

test('the last lines of the text: each one, and all together', () => {
  expect(renderReportsSummary(reports, 3)).toBe(`2 SyncConfigs; exit 3.
  a       converged, exit 0
  longer  withheld, exit 3
`)
})
