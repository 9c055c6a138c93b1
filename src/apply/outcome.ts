import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { Action } from '../plan/action.ts'

/** What became of an action. Skipped: not tried, because something it needs failed, or the run ended before. */
export type Outcome =
  | { readonly status: 'succeeded' }
  | { readonly status: 'failed'; readonly error: ScimPushError }
  | { readonly status: 'skipped'; readonly reason: string }

/** What became of a plan: an outcome for each of its actions. */
export interface ApplyResult {
  readonly outcomes: ReadonlyMap<Action, Outcome>
  /** The ids of what was created. */
  readonly created: {
    readonly users: ReadonlyMap<UserKey, ScimId>
    readonly groups: ReadonlyMap<GroupKey, ScimId>
  }
  /** The error that ended the run before its end; null when every action had its turn. */
  readonly fatal: ScimPushError | null
  /** True when the run was asked to stop. */
  readonly interrupted: boolean
}
