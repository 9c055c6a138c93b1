import type { ApplyResult } from './apply/outcome.ts'
import type { ScimPushError } from './errors/error.ts'
import type { DirectorySnapshot } from './model/snapshot.ts'
import type { TargetState } from './model/target-state.ts'
import type { Action } from './plan/action.ts'
import type { Plan } from './plan/plan.ts'
import { subjectOf } from './plan/withheld.ts'
import { countActions } from './report/counts.ts'
import { exitCodeOf } from './report/exit-code.ts'
import type { PlannedAction } from './report/moved.ts'
import type { ReportedAction, RunReport, SideReport } from './report/report.ts'
import { resultOf } from './report/result.ts'
import { shortenedChange, shortenedGap } from './report/shortened.ts'

/** What a run came to; null for what it did not come to. */
interface Findings extends Omit<
  RunReport,
  | 'result'
  | 'exitCode'
  | 'planHash'
  | 'approved'
  | 'staleApprovals'
  | 'source'
  | 'target'
  | 'counts'
  | 'actions'
  | 'withheld'
  | 'gaps'
> {
  readonly source: { readonly description: string }
  readonly target: { readonly description: string }
  readonly desired: DirectorySnapshot | null
  readonly current: TargetState | null
  readonly plan: Plan | null
  readonly applied: ApplyResult | null
  readonly error: ScimPushError | null
  readonly interrupted: boolean
  readonly detailedExitCode: boolean
  readonly signal: 'SIGTERM' | 'SIGINT'
}

/** The report of a run. */
export const reportOfRun = ({
  source,
  target,
  desired,
  current,
  plan,
  applied,
  interrupted,
  detailedExitCode,
  signal,
  ...rest
}: Findings): RunReport => {
  const { error, dryRun } = rest
  const actions = plan === null ? [] : reportedActions(plan, applied)
  const result = resultOf({ error, plan, applied, dryRun, interrupted })
  return {
    ...rest,
    result,
    exitCode: exitCodeOf(result, { detailed: detailedExitCode, signal }),
    planHash: plan?.hash ?? null,
    approved: plan?.approved ?? false,
    staleApprovals: plan?.staleApprovals ?? [],
    source: side(source.description, desired?.users, desired?.groups ?? (desired ? [] : undefined)),
    target: side(target.description, current?.users, current?.groups),
    counts: countActions(actions),
    actions,
    withheld: plan?.withheld ?? [],
    gaps: (plan?.gaps ?? []).map(shortenedGap),
  }
}

const reportedActions = (plan: Plan, applied: ApplyResult | null): readonly ReportedAction[] =>
  plan.stages.flatMap((stage) =>
    stage.actions.map((action) => new Reported(action, applied?.outcomes.get(action) ?? null)),
  )

/** Says it when asked: the words of half a million actions, of which few are ever shown, are the most that a run holds. */
class Reported implements ReportedAction {
  readonly #action: Action
  readonly outcome: ReportedAction['outcome']

  constructor(action: Action, outcome: ReportedAction['outcome']) {
    this.#action = action
    this.outcome = outcome
  }
  get kind(): ReportedAction['kind'] {
    return this.#action.kind
  }
  get subject(): string {
    return subjectOf(this.#action).subject
  }
  get user(): string | null {
    return subjectOf(this.#action).user
  }
  get group(): string | null {
    return subjectOf(this.#action).group
  }
  get reason(): ReportedAction['reason'] {
    return this.#action.reason
  }
  get changes(): ReportedAction['changes'] {
    return 'changes' in this.#action ? this.#action.changes.map(shortenedChange) : []
  }
}

/** What a plan would do and what it withholds, as saved plans have it. */
export const plannedActions = ({ stages, withheld }: Plan): readonly PlannedAction[] => [
  ...stages.flatMap(({ actions }) =>
    actions.map((action) => {
      const { kind, subject, user, group, reason, changes } = new Reported(action, null)
      return { kind, subject, user, group, reason, changes, withheld: false }
    }),
  ),
  ...withheld.flatMap(({ action, subject, user, group, reason }): readonly PlannedAction[] =>
    action === null ? [] : [{ kind: action, subject, user, group, reason, changes: [], withheld: true }],
  ),
]

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
