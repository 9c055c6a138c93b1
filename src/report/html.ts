import { h, type ComponentChildren } from 'preact'
import { renderPage } from '../lib/page.ts'
import { endingOf } from './ending.ts'
import { pageData } from './html-data.ts'
import { explorer } from './html-explorer.ts'
import { shown } from './html-parts.ts'
import { overview, reportPart } from './html-report.ts'
import { exploreChanges } from './html-script.ts'
import { reportStyle } from './html-style.ts'
import type { RunReport } from './report.ts'
import { commandWords } from './words.ts'

const ROWS = 100
const GROUPS = 25

/** The report as one page that needs nothing else: it can be mailed, kept, and opened without a network. */
export const renderHtml = (report: RunReport): string => {
  const title = `${commandWords(report)}${report.config === '' ? '' : ` of ${shown(report.config)}`}: ${endingOf(report).title}`
  return page(title, [report], reportPart(report, 2, { rows: ROWS, groups: GROUPS }, 'title'))
}

/** The reports of several runs as one page. */
export const renderReportsHtml = (reports: readonly RunReport[], exitCode: number): string => {
  // Hundreds of them with a hundred rows each would be no page any more.
  const rows = Math.max(5, Math.min(ROWS, Math.floor((10 * ROWS) / Math.max(1, reports.length))))
  const idOf = (n: number): string => `report-${n + 1}`
  return page(`${reports.length} SyncConfigs: exit ${exitCode}`, reports, [
    overview(reports, exitCode, idOf),
    reports.map((report, n) => reportPart(report, 3, { rows, groups: Math.min(rows, GROUPS) }, idOf(n))),
  ])
}

const page = (title: string, reports: readonly RunReport[], content: ComponentChildren): string => {
  const { data, choices } = pageData(reports)
  const some = choices.entries > 0
  return renderPage({
    title: `${title} – scim-push`,
    style: reportStyle,
    body: h('main', null, content, some ? explorer(choices) : null),
    ...(some && { data, script: exploreChanges }),
  })
}
