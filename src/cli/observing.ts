import { revision, version } from '../lib/version.ts'
import type { OnRequest } from '../lib/requests.ts'
import { digest } from '../report/digest.ts'
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

const nothing: Observing = {
  onRequest: () => undefined,
  onReport: () => undefined,
  onRound: () => undefined,
  onFailedRound: () => undefined,
  onChecked: () => undefined,
  onNextRun: () => undefined,
  during: (_, work) => work(),
}

/** Without --listen nothing is observed, and nothing is loaded for it. */
export const observing = async ({ listen }: Pick<PushFlags, 'listen'>): Promise<Observing> => {
  if (!listen) return nothing
  const { createMetrics } = await import('../observe/metrics.ts')
  const { startHttpServer } = await import('../observe/http-server.ts')
  const metrics = createMetrics({ version, revision, nodeVersion: process.version })
  const startedAt = new Date()
  const last = new Map<string, RunReport>()
  let nextRun: Date | null = null
  // A configuration that is wrong will not get better by waiting, and a roll-out should stop at it.
  let ready = false
  const keep = (report: RunReport): void => {
    metrics.record(report)
    last.set(report.config, report)
  }
  return {
    onRequest: metrics.onRequest,
    onReport: keep,
    onRound: (reports) => {
      const names = reports.map(({ config }) => config)
      metrics.retain(names)
      for (const name of last.keys()) if (!names.includes(name)) last.delete(name)
      ready = !reports.some(({ result }) => result === 'config')
    },
    onFailedRound: keep,
    onChecked: (understood) => (ready = understood),
    onNextRun: (at) => (nextRun = at),
    during: async (session, work) => {
      const server = await startHttpServer({
        listen,
        metrics,
        log: session.log,
        ready: () => ready,
        status: () => ({ version, revision, startedAt, nextRun, runs: [...last.values()].map(runOf) }),
      })
      try {
        return await work()
      } finally {
        await server.close()
      }
    },
  }
}

/** Counts, and nobody's name. */
const runOf = (report: RunReport): object => ({
  config: report.config,
  runId: report.runId,
  result: report.result,
  exitCode: report.exitCode,
  dryRun: report.dryRun,
  startedAt: report.startedAt,
  finishedAt: report.finishedAt,
  planHash: report.planHash,
  summary: digest(report),
})
