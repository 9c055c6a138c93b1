import { toScimPushError } from '../errors/wrap.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { computePlan, type Plan } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import type { Memory } from './memory.ts'

interface Surroundings {
  readonly policy: Policy
  readonly otherConfig: string | null
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Null where the policy has nobody wait. */
  readonly memory: Memory | null
  /** False for a run that leaves no trace. */
  readonly save: boolean
}

interface Remembered {
  readonly plan: Plan
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
  { policy, otherConfig, now, memory, save }: Surroundings,
): Promise<Remembered> => {
  const forgetful = { otherConfig, now, missing: new Map() }
  if (!memory) return { plan: computePlan(desired, current, policy, forgetful), warnings: [], unsaved: null }
  const { missing, warnings } = await memory.recall(now)
  const plan = computePlan(desired, current, policy, { otherConfig, now, missing })
  if (!save) return { plan, warnings, unsaved: null }
  try {
    return { plan, warnings: [...warnings, ...(await memory.save(plan.missing, now))], unsaved: null }
  } catch (cause) {
    const unsaved = toScimPushError(cause)
    return { plan: computePlan(desired, current, policy, forgetful), warnings, unsaved }
  }
}
