import type { Config } from '../config/config.ts'
import { listenToken } from '../config/listen-token.ts'
import { processEnvironment } from '../config/load.ts'
import { verdictsOf } from '../kubernetes/conditions.ts'
import type { Secret } from '../lib/secret.ts'
import { noProgress } from '../lib/progress.ts'
import { revision, version } from '../lib/version.ts'
import type { OnRequest } from '../lib/requests.ts'
import type { ProcessStatus } from '../observe/status-json.ts'
import type { RunReport } from '../report/report.ts'
import type { PushFlags } from './options.ts'
import type { Observer } from './run-all.ts'
import type { Session } from './session.ts'

/** What --listen shows of a command while it runs. */
export interface Observing extends Observer {
  readonly onRequest: OnRequest
  /** A round that came to no run, because of an error: the next good round forgets it. */
  readonly onFailedRound: (report: RunReport) => void
  /** Whether the configuration was understood when it was looked at before the first run. */
  readonly onChecked: (understood: boolean) => void
  /** Says when the next run is; null while one runs, or where there is none. */
  readonly onNextRun: (at: Date | null) => void
  /** Serves while `work` runs. @throws ScimPushError LISTEN_FAILED, and what `work` throws */
  during<T>(session: Session, work: () => Promise<T>): Promise<T>
}

const nothing: Omit<Observing, 'during'> = {
  onRequest: () => undefined,
  onBegin: () => noProgress,
  onReport: () => undefined,
  onRound: () => undefined,
  onFailedRound: () => undefined,
  onChecked: () => undefined,
  onNextRun: () => undefined,
}

/** Without --listen nothing is observed, and nothing is loaded for it. */
export const observing = async ({
  listen,
  listenTokenFile,
}: Pick<PushFlags, 'listen' | 'listenTokenFile'>): Promise<Observing> => {
  const readToken = ({ log }: Session): Promise<Secret | null> =>
    listenToken(
      { listen: listen !== undefined, listenTokenFile },
      { env: processEnvironment(), warn: (message) => log.warn(message) },
    )
  if (!listen)
    return {
      ...nothing,
      during: async (session, work) => {
        await readToken(session)
        return work()
      },
    }
  const { createMetrics } = await import('../observe/metrics.ts')
  const { createHistory } = await import('../observe/history.ts')
  const { startHttpServer } = await import('../observe/http-server.ts')
  const { routesOf } = await import('../observe/routes.ts')
  const metrics = createMetrics({ version, revision, nodeVersion: process.version })
  const history = createHistory()
  const startedAt = new Date()
  let nextRun: Date | null = null
  // A configuration that is wrong will not get better by waiting, and a roll-out should stop at it.
  let ready = false
  const keep = (report: RunReport, config: Config | null): void => {
    metrics.record(report)
    history.keep({
      report,
      showSubjects: config?.status.showSubjects ?? false,
      conditions: Object.entries(verdictsOf(report)).map(([type, verdict]) => ({ type, ...verdict })),
    })
  }
  const status = (): ProcessStatus => ({
    version,
    revision,
    startedAt,
    nextRun,
    running: history.running(),
    configs: history.configs(),
  })
  return {
    onRequest: metrics.onRequest,
    onBegin: (run) => history.begin({ ...run, startedAt: new Date() }),
    onReport: keep,
    onRound: (reports, named) => {
      const names = reports.map(({ config }) => config)
      // A document that can't be read for a while must not cost its last success: that alone wakes somebody.
      if (named) {
        metrics.retain(names)
        history.retain(names)
      }
      ready = !reports.some(({ result }) => result === 'config')
    },
    onFailedRound: (report) => keep(report, null),
    onChecked: (understood) => (ready = understood),
    onNextRun: (at) => (nextRun = at),
    during: async (session, work) => {
      const server = await startHttpServer({
        listen,
        token: await readToken(session),
        routes: routesOf({ metrics, status, ready: () => ready, now: () => new Date() }),
        log: session.log,
      })
      try {
        return await work()
      } finally {
        await server.close()
      }
    },
  }
}
