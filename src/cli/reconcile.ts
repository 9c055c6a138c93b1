import { systemClock } from '../lib/clock.ts'
import { counted } from '../report/counted.ts'
import type { PlannedAction, SavedPlan } from '../report/moved.ts'
import type { RunReport } from '../report/report.ts'
import { run } from '../run.ts'
import { createSource, createTarget } from '../wiring.ts'
import type { Outcome } from '../apply/outcome.ts'
import type { Log } from '../lib/log.ts'
import type { Memory } from '../memory/memory.ts'
import type { Config } from '../config/config.ts'
import { sameCause } from '../report/alike.ts'
import { needsAttention } from '../report/attention.ts'
import type { Withheld } from '../plan/withheld.ts'
import { keepHeapLean } from './lean-heap.ts'
import { logWarnings } from './print-error.ts'
import type { RunContext } from './session.ts'

export interface How {
  readonly command: RunReport['command']
  readonly dryRun: boolean
  readonly detailedExitCode: boolean
  /** The plan that `apply` is to carry out. */
  readonly saved?: SavedPlan
}

interface Surroundings extends RunContext {
  /** Its reason is the signal's name, or the ScimPushError for which the run must not go on. */
  readonly stop: AbortSignal
  /** Another configuration that pushed to the target last. */
  readonly otherConfig?: string | null
  /** Who has been missing since when; null where the policy has nobody wait. */
  readonly memory?: Memory | null
  /** Hashes of plans that were approved besides the policy's. */
  readonly approvals?: readonly string[]
  readonly carrier?: RunReport['carrier']
}

/** Reads, plans and, unless it is a dry run, applies. Answers with the report of it, whatever happens. */
export const reconcile = async (
  {
    log,
    stop,
    progress,
    onRequest,
    runId,
    requests,
    otherConfig = null,
    approvals = [],
    carrier = null,
    memory = null,
  }: Surroundings,
  config: Config,
  how: How,
): Promise<RunReport> => {
  const source = await createSource(config.source, config.scope, { log, onRequest, stop })
  try {
    const target = await createTarget(config, { log, onRequest, stop })
    try {
      log.info('run started', {
        config: config.name,
        source: source.description,
        target: target.description,
        dryRun: how.dryRun,
      })
      keepHeapLean()
      const report = await run({
        ...how,
        runId,
        config: config.name,
        source,
        target,
        policy: config.policy,
        otherConfig,
        memory,
        approvals,
        carrier,
        concurrency: config.target.maxConcurrency,
        clock: systemClock,
        stop,
        progress,
        onPlan: ({ hash, stages, withheld, gaps, staleApprovals }) => {
          for (const gap of gaps) log.warn(`not read: ${gap.subject}`, { kind: gap.kind, detail: gap.detail })
          const actions = stages.reduce((sum, stage) => sum + stage.actions.length, 0)
          log.info('planned', { planHash: hash, actions, withheld: withheld.length })
          logWithheld(log, withheld)
          if (staleApprovals.length > 0)
            log.warn('an approval was given for another plan than this one: something has changed since', {
              approved: staleApprovals,
              planHash: hash,
            })
        },
        onOutcome: (action, outcome) => logOutcome(log, action, outcome),
        requests,
      })
      logSkipped(log, report)
      logWarnings(log, report.warnings)
      logMoved(log, report)
      return report
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

const logOutcome = (
  log: Log,
  { subject, kind }: { readonly subject: string; readonly kind: string },
  outcome: Outcome,
): void => {
  switch (outcome.status) {
    case 'succeeded':
      log.info(`${kind} ${subject}`)
      break
    case 'failed':
      log.error(`${kind} ${subject} failed`, { code: outcome.error.code, detail: outcome.error.message })
      break
    case 'skipped':
      log.debug(`${kind} ${subject} skipped`, { detail: outcome.reason })
      break
  }
}

/** One line for each cause: a signal skips thousands at once, and the report has each of them. */
const logSkipped = (log: Log, { actions }: RunReport): void => {
  const reasons = actions.flatMap(({ outcome }) => (outcome?.status === 'skipped' ? [outcome.reason] : []))
  for (const [detail, alike] of Map.groupBy(reasons, (reason) => reason))
    log.warn(`${counted(alike.length, 'action')} skipped`, { detail })
}

/** What a saved plan no longer is, action by action. */
const logMoved = (log: Log, { moved }: RunReport): void => {
  const tell = (message: string, actions: readonly PlannedAction[]): void => {
    for (const [kind, alike] of Map.groupBy(actions, (action) => action.kind))
      log.warn(message, {
        action: kind,
        count: alike.length,
        subjects: alike.slice(0, SUBJECTS).map(({ subject }) => subject),
      })
  }
  tell('not in the saved plan', moved?.added ?? [])
  tell('no longer planned', moved?.gone ?? [])
}

const SUBJECTS = 20

/** One line for each cause, with the first of those whom it hits. */
const logWithheld = (log: Log, withheld: readonly Withheld[]): void => {
  for (const alike of Map.groupBy(withheld, sameCause).values()) {
    const [first] = alike
    if (!first) continue
    const subjects = alike.slice(0, SUBJECTS).map(({ subject }) => subject)
    const { action, kind, reason, detail } = first
    const fields = { action: action ?? kind, reason, detail, count: alike.length, subjects }
    if (needsAttention(first)) log.warn('withheld', fields)
    else log.info('withheld', fields)
  }
}
