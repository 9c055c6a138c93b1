import { renderHtml } from '../report/html.ts'
import { jsonDocument, renderJson } from '../report/json.ts'
import { renderMarkdown } from '../report/markdown.ts'
import type { RunReport } from '../report/report.ts'
import { textAnswer, type Answer, type Route, type Routes } from './http-answer.ts'
import type { Metrics } from './metrics.ts'
import { statusJson, type ProcessStatus } from './status-json.ts'
import { renderStatusPage } from './status-page.ts'

interface Shown {
  readonly metrics: Pick<Metrics, 'expose'>
  /** Whether /readyz answers 200. */
  readonly ready: () => boolean
  readonly status: () => ProcessStatus
  readonly now: () => Date
}

/**
 * Everything that is shown over HTTP. Probes and metrics have no names in them, and kubelets and scrapers often have no token; the rest
 * is for those who have it.
 */
export const routesOf = ({ metrics, ready, status, now }: Shown): Routes => {
  const fixed = new Map<string, Route>([
    ['/healthz', open(() => textAnswer(200, 'ok'))],
    ['/readyz', open(() => (ready() ? textAnswer(200, 'ok') : textAnswer(503, 'not ready')))],
    ['/metrics', open(async () => ({ status: 200, ...(await metrics.expose()) }))],
    ['/status', guarded(() => json(jsonDocument(statusJson(status()))))],
    ['/', guarded(() => html(renderStatusPage(status(), now())))],
  ])
  return (path) => fixed.get(path) ?? reportRoute(path, status)
}

const open = (make: Route['make']): Route => ({ guarded: false, make })
const guarded = (make: Route['make']): Route => ({ guarded: true, make })

const json = (body: string): Answer => ({ status: 200, contentType: 'application/json; charset=utf-8', body })
const html = (body: string): Answer => ({
  status: 200,
  contentType: 'text/html; charset=utf-8',
  body,
  // What a page can't say of itself.
  headers: { 'content-security-policy': "frame-ancestors 'none'", 'referrer-policy': 'no-referrer' },
})

const renderers: Readonly<Record<string, (report: RunReport) => Answer>> = {
  html: (report) => html(renderHtml(report)),
  json: (report) => json(renderJson(report)),
  md: (report) => ({
    status: 200,
    contentType: 'text/markdown; charset=utf-8',
    body: renderMarkdown(report),
  }),
}

/** The whole report of the last run of a configuration that lets those whom it names be shown. */
const reportRoute = (path: string, status: () => ProcessStatus): Route | null => {
  const [, runId, ending = ''] = /^\/reports\/([\w-]+)\.(html|md|json)$/.exec(path) ?? []
  const render = renderers[ending]
  if (runId === undefined || !render) return null
  const found = status().configs.find(({ report, showSubjects }) => showSubjects && report.runId === runId)
  return found ? guarded(() => render(found.report)) : null
}
