import { toScimPushError } from '../errors/wrap.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { PlanContext } from '../plan/context.ts'
import { remember } from '../plan/departures.ts'
import { computePlan, type Plan } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import type { Memory } from './memory.ts'

interface Surroundings {
  readonly policy: Policy
  readonly otherConfig: string | null
  /** Hashes of plans that were approved besides the policy's. */
  readonly approvals: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Null where the policy has nobody wait. */
  readonly memory: Memory | null
  /** False for a run that leaves no trace. */
  readonly save: boolean
}

interface Remembered {
  readonly plan: Plan
  /** What it was made with. */
  readonly context: PlanContext
  /** What the next run makes its plan with, as far as this one can tell. */
  readonly next: PlanContext
  readonly warnings: readonly ScimPushError[]
  /** Why the memory is not up to date; null when it is. */
  readonly unsaved: ScimPushError | null
}

/**
 * Plans with what is remembered of those who are missing, and brings it up to date before anything is done: what is remembered only after
 * somebody came back would be forgotten with a run that is killed.
 *
 * What could not be brought up to date is not relied on either: it may have missed that somebody was back for longer than this run.
 */
export const planWithMemory = async (
  desired: DirectorySnapshot,
  current: TargetState,
  { policy, otherConfig, approvals, now, memory, save }: Surroundings,
): Promise<Remembered> => {
  const planned = (missing: PlanContext['missing']): Pick<Remembered, 'plan' | 'context' | 'next'> => {
    const context = { otherConfig, approvals, now, missing }
    const plan = computePlan(desired, current, policy, context)
    return { plan, context, next: { ...context, missing: remember(plan.missing, missing, now) } }
  }
  if (!memory) return { ...planned(new Map()), warnings: [], unsaved: null }
  const { missing, warnings } = await memory.recall(now)
  const made = planned(missing)
  if (!save) return { ...made, warnings, unsaved: null }
  try {
    const saved = await memory.save(made.plan.missing, now)
    return { ...made, warnings: [...warnings, ...saved], unsaved: null }
  } catch (cause) {
    return { ...planned(new Map()), warnings, unsaved: toScimPushError(cause) }
  }
}
