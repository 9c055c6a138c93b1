import type { Action, ActionKind, Kind } from './action.ts'
import { kindOf } from './action.ts'

/**
 * Why something is not done.
 *
 * - `ambiguous`: two entries with one email or one name, at the source or at the target.
 * - `conflict`: the name is held by another user or group at the target.
 * - `no-email`: the source has no email for the user.
 * - `outside-tenant`: a group names someone whom the source cannot show.
 * - `incomplete`: what it depends on was not read.
 * - `unresolved`: a configured SCIM group was not found, so the scope is in doubt.
 * - `limit`: more removals than `policy.maxRemovals` lets pass.
 * - `empty-source`: the source is empty and the target is not.
 * - `other-config`: another configuration pushed to this target, so who is missing here may be in scope there.
 * - `protected`: `policy.protected` names the user.
 * - `policy`: `policy.users` or `policy.groups` forbids it.
 */
export type WithheldReason =
  | 'ambiguous'
  | 'conflict'
  | 'no-email'
  | 'outside-tenant'
  | 'incomplete'
  | 'unresolved'
  | 'limit'
  | 'empty-source'
  | 'other-config'
  | 'protected'
  | 'policy'

/** Something that the plan leaves undone, and why. */
export interface Withheld {
  readonly kind: Kind
  /** What would have been done; null where the entry could not even be compared. */
  readonly action: ActionKind | null
  /** `jane@corp.example`, `Sales`, or `jane@corp.example in Sales`. */
  readonly subject: string
  readonly reason: WithheldReason
  readonly detail: string
}

/** What an action is about, in words. */
export const subjectOf = (action: Action): string => {
  switch (action.kind) {
    case 'user.create':
    case 'user.update':
    case 'user.deactivate':
    case 'user.delete':
      return action.user.userName
    case 'group.create':
    case 'group.update':
    case 'group.delete':
      return action.group.displayName
    case 'membership.add':
    case 'membership.remove':
      return `${action.user.userName} in ${action.group.displayName}`
  }
}

export const withhold = (action: Action, reason: WithheldReason, detail: string): Withheld => ({
  kind: kindOf(action),
  action: action.kind,
  subject: subjectOf(action),
  reason,
  detail,
})
