import { padTo, widestOf } from '../lib/columns.ts'
import { counted } from './counted.ts'
import { jsonDocument, reportJson } from './json.ts'
import { printable } from './printable.ts'
import type { RunReport } from './report.ts'

/** Names the shape of what several runs print; docs/reports.schema.json describes it. */
const REPORTS_VERSION = 'scim-push.io/reports/v1'

/** The reports of several runs as JSON, one document. */
export const renderReportsJson = (reports: readonly RunReport[], exitCode: number): string =>
  jsonDocument({ version: REPORTS_VERSION, exitCode, reports: reports.map(reportJson) })

/** The last lines after several reports: how each of them ended, and all of them together. */
export const renderReportsSummary = (reports: readonly RunReport[], exitCode: number): string => {
  const width = widestOf(
    reports.map(({ config }) => printable(config)),
    48,
  )
  const lines = reports.map(
    ({ config, result, exitCode: code }) => `  ${padTo(printable(config), width)}  ${result}, exit ${code}`,
  )
  return `${[`${counted(reports.length, 'SyncConfig')}; exit ${exitCode}.`, ...lines].join('\n')}\n`
}
