import { assertNever } from '../lib/assert-never.ts'
import { jsonParts } from '../report/json.ts'
import type { RunReport } from '../report/report.ts'
import { renderReportsJson } from '../report/reports.ts'

/** What is one document, however many reports are in it. */
export type DocumentFormat = 'json' | 'markdown' | 'html'

/** A report in a format, whole or in parts; the larger renderers are loaded only when they are asked for. */
export const renderDocument = async (
  format: DocumentFormat,
  report: RunReport,
): Promise<string | Iterable<string>> => {
  switch (format) {
    case 'json':
      return jsonParts(report)
    case 'markdown':
      return (await import('../report/markdown.ts')).renderMarkdown(report)
    case 'html':
      return (await import('../report/html.ts')).renderHtml(report)
    default:
      return assertNever(format)
  }
}

/** Several reports as one document. @param exitCode of all together */
export const renderDocuments = async (
  format: DocumentFormat,
  reports: readonly RunReport[],
  exitCode: number,
): Promise<string> => {
  switch (format) {
    case 'json':
      return renderReportsJson(reports, exitCode)
    case 'markdown':
      return (await import('../report/markdown.ts')).renderReportsMarkdown(reports, exitCode)
    case 'html':
      return (await import('../report/html.ts')).renderReportsHtml(reports, exitCode)
    default:
      return assertNever(format)
  }
}
