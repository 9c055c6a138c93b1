import { toScimPushError } from '../errors/wrap.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Log } from '../lib/log.ts'
import type { RunReport } from '../report/report.ts'
import { logError } from './print-error.ts'

interface Holding {
  readonly cluster: Cluster
  readonly targetUrl: string
  /** Which configuration it is for, as the next one who takes the lock shall read it. */
  readonly config: string
  readonly runId: string
  readonly waitMs: number
  readonly log: Log
  readonly stop: AbortSignal
}

/**
 * Holds the target's lock while `work` runs. `work` gets a signal that also ends when the lock is lost, and which other configuration
 * pushed to the target before.
 * @throws ScimPushError LOCK_HELD, INTERRUPTED, KUBERNETES_…, and what `work` throws
 */
export const locked = async (
  { cluster, targetUrl, config, runId, waitMs, log, stop }: Holding,
  work: (halt: AbortSignal, otherConfig: string | null) => Promise<RunReport>,
): Promise<RunReport> => {
  const lock = await cluster.lock(targetUrl, { runId, config, waitMs })
  if (lock.otherConfig !== null)
    log.warn('another configuration pushed to this target before: removals wait for an approval', {
      other: lock.otherConfig,
      this: config,
    })
  lock.lost.addEventListener('abort', () => {
    logError(log, 'the lock is lost: no further write is begun', toScimPushError(lock.lost.reason))
  })
  let takeOver = false
  try {
    const report = await work(AbortSignal.any([stop, lock.lost]), lock.otherConfig)
    takeOver = report.planHash !== null && !report.withheld.some(({ reason }) => reason === 'other-config')
    return report
  } finally {
    const trouble = await lock.release(takeOver)
    if (trouble)
      log.warn('the lock could not be given back; it ends by itself', {
        code: trouble.code,
        detail: trouble.message,
      })
  }
}
