import { clipped } from '../lib/clipped.ts'
import type { Action, ActionKind, Kind } from './action.ts'
import { kindOf } from './action.ts'

/**
 * Why something is not done.
 *
 * - `ambiguous`: two entries with one email or one name, at the source or at the target.
 * - `conflict`: the name is held by another user or group at the target.
 * - `no-email`: the source has no email for the user.
 * - `too-long`: a name or an id of the source is longer than anything that is pushed.
 * - `outside-tenant`: a group names someone whom the source cannot show.
 * - `incomplete`: what it depends on was not read.
 * - `unresolved`: a configured SCIM group was not found, so the scope is in doubt.
 * - `limit`: more removals than `policy.maxRemovals` lets pass.
 * - `empty-source`: the source is empty and the target is not.
 * - `other-config`: another configuration pushed to this target, so who is missing here may be in scope there.
 * - `grace`: it is not due yet by the steps of `policy.users.remove`.
 * - `protected`: `policy.protected` names the user.
 * - `policy`: `policy.users` or `policy.groups` forbids it.
 */
export type WithheldReason =
  | 'ambiguous'
  | 'conflict'
  | 'no-email'
  | 'too-long'
  | 'outside-tenant'
  | 'incomplete'
  | 'unresolved'
  | 'limit'
  | 'empty-source'
  | 'other-config'
  | 'grace'
  | 'protected'
  | 'policy'

/** Something that the plan leaves undone, and why. */
export interface Withheld extends Subject {
  readonly kind: Kind
  /** What would have been done; null where the entry could not even be compared. */
  readonly action: ActionKind | null
  readonly reason: WithheldReason
  readonly detail: string
}

/** What something is about, in words. */
export interface Subject {
  /** `jane@corp.example`, `Sales`, or `jane@corp.example in Sales`. */
  readonly subject: string
  /** The user's name; null where it is about a group alone. */
  readonly user: string | null
  /** The group's name; null where it is about a user alone. */
  readonly group: string | null
}

/** A name with more characters is not pushed, and not reported whole. Directories that mean people allow a quarter of that. */
export const LONGEST_NAME = 1024

const shortened = (name: string): string => clipped(name, LONGEST_NAME)

export const aboutUser = (name: string): Subject => {
  const user = shortened(name)
  return { subject: user, user, group: null }
}
export const aboutGroup = (name: string): Subject => {
  const group = shortened(name)
  return { subject: group, user: null, group }
}

export const subjectOf = (action: Action): Subject => {
  switch (action.kind) {
    case 'user.create':
    case 'user.update':
    case 'user.deactivate':
    case 'user.delete':
      return aboutUser(action.user.userName)
    case 'group.create':
    case 'group.update':
    case 'group.delete':
      return aboutGroup(action.group.displayName)
    case 'membership.add':
    case 'membership.remove': {
      const [user, group] = [shortened(action.user.userName), shortened(action.group.displayName)]
      return { subject: `${user} in ${group}`, user, group }
    }
  }
}

export const withhold = (action: Action, reason: WithheldReason, detail: string): Withheld => ({
  kind: kindOf(action),
  action: action.kind,
  ...subjectOf(action),
  reason,
  detail,
})
