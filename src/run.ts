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
import type { Plan } from './plan/plan.ts'
import type { Policy } from './plan/policy.ts'
import { subjectOf } from './plan/withheld.ts'
import { readBoth } from './read-both.ts'
import { countActions } from './report/counts.ts'
import { exitCodeOf } from './report/exit-code.ts'
import type { Phase, RunReport, SideReport } from './report/report.ts'
import { resultOf } from './report/result.ts'
import type { Source } from './source/source.ts'

export interface RunOptions {
  readonly runId: string
  readonly config: string
  readonly command: 'push' | 'plan'
  readonly dryRun: boolean
  readonly detailedExitCode: boolean
  readonly source: Source
  readonly target: Target
  readonly policy: Policy
  /** Another configuration that pushed to this target last; null for none, or where nobody keeps a record of it. */
  readonly otherConfig?: string | null
  /** Who has been missing since when; null, or not given, where the policy has nobody wait. */
  readonly memory?: Memory | null
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
  const { clock, source, target, policy, stop, progress } = options
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
  let applied: ApplyResult | null = null
  let warnings: readonly ScimPushError[] = []
  let error: ScimPushError | null
  try {
    ;[desired, current] = await timed('read', () => readBoth((signal) => source.read(signal), target, stop))
    const [wanted, present] = [desired, current]
    const { otherConfig = null, memory = null } = options
    const now = clock.now()
    const remembered = await timed('plan', () =>
      planWithMemory(wanted, present, { policy, otherConfig, now, memory, save: !options.dryRun }),
    )
    ;({ plan, warnings } = remembered)
    error = remembered.unsaved
    options.onPlan(plan)
    if (!options.dryRun && plan.stages.length > 0) {
      const planned = plan
      progress.total(planned.stages.reduce((sum, { actions }) => sum + actions.length, 0))
      const onOutcome = (action: Action, outcome: Outcome): void => {
        progress.step()
        options.onOutcome({ kind: action.kind, ...subjectOf(action) }, outcome)
      }
      applied = await timed('apply', () =>
        apply(planned, target, { concurrency: options.concurrency, stop, onOutcome }),
      )
      // Also when all was done by then: the last writes may have met those of another run.
      error = (applied.fatal && ofTheRun(applied.fatal)) ?? haltedBy(stop) ?? error
    }
  } catch (cause) {
    error = stop.aborted
      ? (haltedBy(stop) ??
        new ScimPushError('INTERRUPTED', { message: 'the run was ended before both sides were read', cause }))
      : toScimPushError(cause)
  } finally {
    progress.end()
  }

  const actions = (plan?.stages ?? []).flatMap((stage) =>
    stage.actions.map((action) => ({
      kind: action.kind,
      ...subjectOf(action),
      reason: action.reason,
      changes: 'changes' in action ? action.changes : [],
      outcome: applied?.outcomes.get(action) ?? null,
    })),
  )
  const result = resultOf({
    error,
    plan,
    applied,
    dryRun: options.dryRun,
    interrupted: stop.aborted && haltedBy(stop) === null,
  })
  return {
    runId: options.runId,
    config: options.config,
    command: options.command,
    dryRun: options.dryRun,
    result,
    exitCode: exitCodeOf(result, {
      detailed: options.detailedExitCode,
      signal: stop.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM',
    }),
    planHash: plan?.hash ?? null,
    approved: plan?.approved ?? false,
    startedAt,
    finishedAt: new Date(clock.now()),
    source: side(source.description, desired?.users, desired?.groups ?? (desired ? [] : undefined)),
    target: side(target.description, current?.users, current?.groups),
    counts: countActions(actions),
    actions,
    withheld: plan?.withheld ?? [],
    gaps: plan?.gaps ?? [],
    warnings,
    phases,
    requests: options.requests(),
    error,
  }
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

const side = (
  description: string,
  users: readonly unknown[] | undefined,
  groups: readonly { readonly members: ReadonlySet<unknown> }[] | undefined,
): SideReport => ({
  description,
  users: users?.length ?? null,
  groups: groups?.length ?? null,
  memberships: groups?.reduce((sum, { members }) => sum + members.size, 0) ?? null,
})
