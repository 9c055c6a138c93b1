import type { Progress } from '../lib/progress.ts'
import { needsAttention } from '../report/attention.ts'
import { totalOf } from '../report/counts.ts'
import { digest } from '../report/digest.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import { isSuccess } from './metrics-of-run.ts'

/** One of the conditions that a run leaves, as a SyncConfig's status has them. */
interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/** What is kept of a run that has ended: counts, and nobody's name. */
export interface PastRun {
  readonly runId: string
  readonly result: RunReport['result']
  readonly exitCode: number
  readonly dryRun: boolean
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly planHash: string | null
  readonly counts: RunReport['counts']
  readonly failed: number
  readonly withheld: number
  readonly summary: string
}

export interface RunningRun {
  readonly config: string
  readonly runId: string
  readonly startedAt: Date
  /** Null until it has begun to read: it may wait for a lock. */
  readonly phase: string | null
  readonly done: number
  /** 0 where it is not known how much there is to do. */
  readonly total: number
}

/** The last run of a configuration, whole, and those before it. */
export interface ConfigRuns {
  readonly report: RunReport
  readonly showSubjects: boolean
  readonly conditions: readonly Condition[]
  readonly lastSuccess: Date | null
  /** The newest last; the last run is the last of them. */
  readonly runs: readonly PastRun[]
}

interface Kept {
  readonly report: RunReport
  /** Whether those whom the report names may be shown. */
  readonly showSubjects: boolean
  readonly conditions: readonly Condition[]
}

/** What a process knows of its runs. It forgets them when it ends: metrics are what remains. */
export interface History {
  /** A run begins; how far it is, is told to what comes back. */
  begin(run: { readonly config: string; readonly runId: string; readonly startedAt: Date }): Progress
  keep(run: Kept): void
  /** Forgets every configuration but these. */
  retain(configs: readonly string[]): void
  running(): RunningRun | null
  /** By name. */
  configs(): readonly ConfigRuns[]
}

/** So many runs of a configuration are kept: two days of hourly ones. */
const MOST = 48

export const createHistory = (most = MOST): History => {
  const all = new Map<string, ConfigRuns>()
  let running: RunningRun | null = null
  return {
    begin(run) {
      running = { ...run, phase: null, done: 0, total: 0 }
      return tracking((change) => {
        if (running?.runId === run.runId) running = change(running)
      })
    },
    keep({ report, showSubjects, conditions }) {
      if (running?.runId === report.runId) running = null
      const before = all.get(report.config)
      all.set(report.config, {
        report,
        showSubjects,
        conditions,
        lastSuccess: isSuccess(report) ? report.finishedAt : (before?.lastSuccess ?? null),
        runs: [...(before?.runs ?? []), pastRunOf(report)].slice(-most),
      })
    },
    retain(configs) {
      for (const config of all.keys()) if (!configs.includes(config)) all.delete(config)
    },
    running: () => running,
    configs: () => [...all.values()].sort((a, b) => (a.report.config < b.report.config ? -1 : 1)),
  }
}

const tracking = (update: (change: (run: RunningRun) => RunningRun) => void): Progress => {
  let next = 0
  return {
    phase(phase) {
      const total = next
      next = 0
      update((run) => ({ ...run, phase, done: 0, total }))
    },
    total(steps) {
      next = steps
    },
    step: () => update((run) => ({ ...run, done: run.done + 1 })),
    end: () => undefined,
  }
}

const pastRunOf = (report: RunReport): PastRun => {
  const { runId, result, exitCode, dryRun, startedAt, finishedAt, planHash, counts } = report
  const { failed, skipped } = totalOf(counts)
  return {
    runId,
    result,
    exitCode,
    dryRun,
    startedAt,
    finishedAt,
    planHash,
    counts,
    failed: failed + skipped,
    withheld: report.withheld.filter(needsAttention).length,
    summary: printable(digest(report)),
  }
}
