import type { Absences } from '../model/absence.ts'

/** What a plan rests on beside both sides and the policy. */
export interface PlanContext {
  /** Another configuration that pushed to this target last, as far as is known. */
  readonly otherConfig: string | null
  /** Hashes of plans that an operator approved, besides `policy.approvedPlan`. */
  readonly approvals: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Who was missing at the source before, and since when. What is not in here makes somebody wait longer, and nothing else. */
  readonly missing: Absences
}

/** Nobody else pushed here, and nothing is remembered. */
export const noContext: PlanContext = {
  otherConfig: null,
  approvals: [],
  now: 0,
  missing: new Map(),
}
