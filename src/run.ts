import { afterwards } from './apply/afterwards.ts'
import type { ApplyResult, Outcome } from './apply/outcome.ts'
import { apply } from './apply/apply.ts'
import type { Target } from './apply/target.ts'
import { catalogue } from './errors/catalogue.ts'
import { ScimPushError } from './errors/error.ts'
import { toScimPushError } from './errors/wrap.ts'
import type { Clock } from './lib/clock.ts'
import type { Progress } from './lib/progress.ts'
import type { DirectorySnapshot } from './model/snapshot.ts'
import type { TargetState } from './model/target-state.ts'
import type { Action, ActionKind } from './plan/action.ts'
import { planWithMemory } from './memory/plan.ts'
import type { Memory } from './memory/memory.ts'
import { fingerprintsOf, type Fingerprints } from './plan/fingerprint.ts'
import { computePlan, type Plan } from './plan/plan.ts'
import type { Policy } from './plan/policy.ts'
import { subjectOf } from './plan/withheld.ts'
import { readBoth } from './read-both.ts'
import { isApprovable } from './report/attention.ts'
import { movedSince, movedWords, type Moved, type SavedPlan } from './report/moved.ts'
import { plannedActions, reportOfRun } from './run-report.ts'
import type { Phase, RunReport } from './report/report.ts'
import type { Source } from './source/source.ts'

export interface RunOptions {
  readonly runId: string
  readonly config: string
  /** What carries the configuration in a cluster. */
  readonly carrier?: RunReport['carrier']
  readonly command: RunReport['command']
  readonly dryRun: boolean
  readonly detailedExitCode: boolean
  readonly source: Source
  readonly target: Target
  readonly policy: Policy
  /** Another configuration that pushed to this target last; null for none, or where nobody keeps a record of it. */
  readonly otherConfig?: string | null
  /** Who has been missing since when; null, or not given, where the policy has nobody wait. */
  readonly memory?: Memory | null
  /** Hashes of plans that were approved besides the policy's. */
  readonly approvals?: readonly string[]
  /** The plan that is to be carried out, and no other: when it is not the one that comes out, nothing is written. */
  readonly saved?: SavedPlan
  readonly concurrency: number
  readonly clock: Clock
  /** Its reason is the signal's name, or the ScimPushError for which the run must not go on. */
  readonly stop: AbortSignal
  readonly progress: Progress
  readonly onPlan: (plan: Plan) => void
  readonly onOutcome: (
    action: { readonly kind: ActionKind; readonly subject: string },
    outcome: Outcome,
  ) => void
  /** Requests so far, by system. */
  readonly requests: () => Readonly<Record<string, number>>
}

/** Reads both sides, plans, applies, and reports; what goes wrong is in the report. Never throws. */
export const run = async (options: RunOptions): Promise<RunReport> => {
  const { clock, source, target, policy, stop, progress, saved } = options
  const startedAt = new Date(clock.now())
  const phases: Partial<Record<Phase, number>> = {}
  const timed = async <T>(phase: Phase, work: () => T | Promise<T>): Promise<T> => {
    const from = clock.monotonic()
    progress.phase(phase)
    try {
      return await work()
    } finally {
      phases[phase] = (clock.monotonic() - from) / 1000
    }
  }

  let desired: DirectorySnapshot | null = null
  let current: TargetState | null = null
  let plan: Plan | null = null
  let nextPlanHash: string | null = null
  let fingerprints: Fingerprints | null = null
  let moved: Moved | null = null
  let applied: ApplyResult | null = null
  let warnings: readonly ScimPushError[] = []
  let error: ScimPushError | null
  try {
    ;[desired, current] = await timed('read', () => readBoth((signal) => source.read(signal), target, stop))
    const [wanted, present] = [desired, current]
    const now = clock.now()
    const { otherConfig = null, memory = null } = options
    const approvals = [...(options.approvals ?? []), ...(saved?.approved === true ? [saved.planHash] : [])]
    const remembered = await timed('plan', () =>
      planWithMemory(wanted, present, {
        policy,
        otherConfig,
        approvals,
        now,
        memory,
        save: !options.dryRun,
      }),
    )
    // A push has no use for them, and of a large company they take a while.
    if (options.command !== 'push') fingerprints = fingerprintsOf(wanted, present)
    warnings = remembered.warnings
    if (saved && fingerprints) {
      const again = computePlan(
        wanted,
        present,
        { ...policy, approvedPlan: '' },
        { ...remembered.context, approvals: saved.approved ? [saved.planHash] : [] },
      )
      moved = movedSince(saved, { planHash: again.hash, fingerprints, actions: plannedActions(again) })
      // The run has one error, and that is it.
      if (moved && remembered.unsaved) warnings = [...warnings, remembered.unsaved]
      if (moved) throw new ScimPushError('PLAN_STALE', { message: movedWords(moved) })
    }
    plan = remembered.plan
    error = remembered.unsaved
    options.onPlan(plan)
    if (!options.dryRun && plan.stages.length > 0) {
      const through = plan
      progress.total(through.stages.reduce((sum, { actions }) => sum + actions.length, 0))
      const onOutcome = (action: Action, outcome: Outcome): void => {
        progress.step()
        options.onOutcome({ kind: action.kind, ...subjectOf(action) }, outcome)
      }
      applied = await timed('apply', () =>
        apply(through, target, { concurrency: options.concurrency, stop, onOutcome }),
      )
      // Also when all was done by then: the last writes may have met those of another run.
      error = (applied.fatal && ofTheRun(applied.fatal)) ?? haltedBy(stop) ?? error
      // What this run has done changes the plan that is left, and an approval of this one would come too late.
      if (through.withheld.some(isApprovable))
        nextPlanHash = computePlan(wanted, afterwards(present, applied), policy, remembered.next).hash
    }
  } catch (cause) {
    error = stop.aborted
      ? (haltedBy(stop) ??
        new ScimPushError('INTERRUPTED', { message: 'the run was ended before both sides were read', cause }))
      : toScimPushError(cause)
  } finally {
    progress.end()
  }

  return reportOfRun({
    runId: options.runId,
    config: options.config,
    carrier: options.carrier ?? null,
    command: options.command,
    dryRun: options.dryRun,
    detailedExitCode: options.detailedExitCode,
    signal: stop.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM',
    interrupted: stop.aborted && haltedBy(stop) === null,
    startedAt,
    finishedAt: new Date(clock.now()),
    source,
    target,
    desired,
    current,
    plan,
    applied,
    nextPlanHash,
    fingerprints,
    moved,
    warnings,
    phases,
    requests: options.requests(),
    error,
  })
}

/**
 * The error of one change as that of the run, which is shown where nobody may be named: without the words of the target, who like to
 * quote whom they refuse. Those are with the change.
 */
const ofTheRun = (error: ScimPushError): ScimPushError =>
  new ScimPushError(error.code, {
    message: `${catalogue[error.code].meaning.replace(/\.$/, '')}, at a change of this run`,
    ...(error.where !== null && { where: error.where.replace(/\/(Users|Groups)\/.*$/, '/$1') }),
    remedy: error.remedy,
    cause: error,
  })

/** The error that asked for the end; null when it was a signal, or nobody. */
const haltedBy = ({ reason }: AbortSignal): ScimPushError | null =>
  reason instanceof ScimPushError ? reason : null
