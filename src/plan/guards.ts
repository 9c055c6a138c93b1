import type { ScimId } from '../model/ids.ts'
import type { DirectorySnapshot, Gap } from '../model/snapshot.ts'
import type { TargetGroup } from '../model/target-state.ts'
import { isRemoval, type Action, type MembershipRemove } from './action.ts'
import type { Departure } from './departures.ts'
import { holdBack, type Draft, type Verdict } from './draft.ts'
import { someOf } from './match.ts'
import type { Policy } from './policy.ts'

/** Holds back what the operator's policy does not allow. */
export const allowed = (draft: Draft, policy: Policy): Draft =>
  holdBack(draft, (action) => {
    const path = forbiddenBy(action, policy)
    return path === null ? null : { reason: 'policy', detail: `policy.${path}` }
  })

const forbiddenBy = (action: Action, { users, groups }: Policy): string | null => {
  switch (action.kind) {
    case 'user.create':
      return users.create ? null : 'users.create is false'
    case 'user.update':
      return users.update ? null : 'users.update is false'
    case 'user.deactivate':
    case 'user.delete':
      return users.remove.length === 0 ? 'users.remove is none' : null
    case 'group.create':
      return groups.create ? null : 'groups.create is false'
    case 'group.update':
      return groups.update ? null : 'groups.update is false'
    case 'group.delete':
      return groups.remove === 'none' ? 'groups.remove is none' : null
    case 'membership.add':
    case 'membership.remove':
      return null
  }
}

/** Holds back every removal that would hit a protected account, the deletion of a group that it is in among them. */
export const protect = (
  draft: Draft,
  accounts: ReadonlySet<ScimId>,
  leavingGroups: ReadonlyMap<ScimId, TargetGroup>,
): Draft => {
  if (accounts.size === 0) return draft
  const detail = 'policy.protected names the user'
  return holdBack(draft, (action): Verdict => {
    switch (action.kind) {
      case 'user.deactivate':
      case 'user.delete':
      case 'membership.remove':
        return accounts.has(action.user.id) ? { reason: 'protected', detail } : null
      case 'group.delete': {
        const members = [...(leavingGroups.get(action.group.id)?.members ?? [])]
        return members.some((id) => accounts.has(id))
          ? { reason: 'protected', detail: 'policy.protected names a member of the group' }
          : null
      }
      case 'user.create':
      case 'user.update':
      case 'group.create':
      case 'group.update':
      case 'membership.add':
        return null
    }
  })
}

/**
 * Holds back what is not due yet of those who left: the next step, and what would be taken from them in groups before the first one.
 * @param begun whether it is about those whose wait has begun, or those whose has not
 */
export const grace = (draft: Draft, departures: ReadonlyMap<ScimId, Departure>, begun: boolean): Draft =>
  holdBack(draft, (action): Verdict => {
    const wait = waitOf(action, departures)
    return wait?.begun === begun ? { reason: wait.reason, detail: wait.detail } : null
  })

const waitOf = (action: Action, departures: ReadonlyMap<ScimId, Departure>): Departure['wait'] => {
  switch (action.kind) {
    case 'user.deactivate':
    case 'user.delete':
      return departures.get(action.user.id)?.wait ?? null
    case 'membership.remove':
      return departures.get(action.user.id)?.keeps ?? null
    case 'group.delete':
    case 'user.create':
    case 'user.update':
    case 'group.create':
    case 'group.update':
    case 'membership.add':
      return null
  }
}

/**
 * Holds back every removal that rests on something that was not read.
 *
 * A user whom the source shows as inactive was read, so the deactivation goes on while other parts are unread. Only an
 * unresolved SCIM group stops it too: then the scope as a whole is in doubt.
 *
 * Who is missing among the users may be in scope through what is unread. Only members in scope are listed, so even a group that was
 * read in full says nothing of them, and they stay in it.
 */
export const complete = (
  draft: Draft,
  desired: DirectorySnapshot,
  unread: ReadonlyMap<MembershipRemove, string>,
): Draft => {
  const unresolved = desired.gaps.filter(({ kind }) => kind === 'scim-group-unresolved')
  const [gap] = desired.gaps
  // Said once for all: of thousands of groups and of removals each would be told all names.
  const inDoubt: Verdict =
    unresolved.length === 0
      ? null
      : {
          reason: 'unresolved',
          detail: `SCIM group not resolved: ${someOf(unresolved.map(({ subject }) => subject))}`,
        }
  return holdBack(draft, (action): Verdict => {
    if (!isRemoval(action)) return null
    if (inDoubt !== null) return inDoubt
    switch (action.kind) {
      case 'user.deactivate':
      case 'user.delete':
        if (gap === undefined || action.reason === 'inactive-at-source') return null
        return { reason: 'incomplete', detail: notRead(gap) }
      case 'group.delete':
        return desired.groupsComplete
          ? null
          : { reason: 'incomplete', detail: 'the list of groups was not read in full' }
      case 'membership.remove': {
        const why = unread.get(action)
        if (why !== undefined) return { reason: 'incomplete', detail: `members not read in full: ${why}` }
        return gap === undefined || action.user.key !== null
          ? null
          : { reason: 'incomplete', detail: `the user may be in scope: ${notRead(gap)}` }
      }
    }
  })
}

const notRead = ({ subject, detail }: Gap): string => `${subject} was not read: ${detail}`
