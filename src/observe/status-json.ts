import type { ConfigRuns, PastRun, RunningRun } from './history.ts'

/** What /status and the page show of this process. */
export interface ProcessStatus {
  readonly version: string
  readonly revision: string
  readonly startedAt: Date
  /** Null while a run is under way, or where none is to come. */
  readonly nextRun: Date | null
  readonly running: RunningRun | null
  readonly configs: readonly ConfigRuns[]
}

/** The status as JSON: counts, conditions and codes, and nobody's name. */
export const statusJson = ({
  version,
  revision,
  startedAt,
  nextRun,
  running,
  configs,
}: ProcessStatus): object => ({
  version,
  revision,
  startedAt,
  nextRun,
  running,
  runs: configs.map(({ report, conditions, lastSuccess, runs }) => ({
    config: report.config,
    ...runs.slice(-1).map(runJson)[0],
    lastSuccess,
    conditions,
    history: runs.slice(0, -1).map(runJson),
  })),
})

const runJson = (run: PastRun): object => ({
  ...run,
  seconds: secondsOf(run),
})

/** How long it took; never negative, also where the clock on the wall was set back meanwhile. */
export const secondsOf = ({ startedAt, finishedAt }: Pick<PastRun, 'startedAt' | 'finishedAt'>): number =>
  Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000
