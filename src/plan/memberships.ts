import type { ScimId, UserKey } from '../model/ids.ts'
import type { Action, MembershipRemove } from './action.ts'
import type { GroupPlan, PairedGroup } from './groups.ts'
import type { UserPlan } from './users.ts'

export interface MembershipPlan {
  readonly actions: readonly Action[]
  /** Removals from groups that were not read in full: why, by action. */
  readonly unread: ReadonlyMap<MembershipRemove, string>
  readonly removable: number
}

/**
 * Compares the members of each group that is at both sides, or will be.
 *
 * Added is who the source lists, has (or gets) an account and is active. Taken out is who is managed and not listed; an account
 * that is nobody's business, or about which too little is known, stays in.
 */
export const planMemberships = (groups: GroupPlan, users: UserPlan): MembershipPlan => {
  const actions: Action[] = []
  const unread = new Map<MembershipRemove, string>()
  let removable = 0
  for (const group of groups.paired) {
    // One by one: a call takes fewer arguments than a group may have members.
    for (const addition of additions(group, users)) actions.push(addition)
    if (group.present === null) continue
    const ref = { ...group.ref, id: group.present.id }
    for (const id of group.present.members) {
      const user = users.accounts.get(id)
      // A nested group, or an account that is no longer there.
      if (user === undefined || !users.managed.has(id)) continue
      removable++
      if (users.frozen.has(id) || (user.key !== null && group.wanted.members.has(user.key))) continue
      const removal: MembershipRemove = {
        kind: 'membership.remove',
        user,
        group: ref,
        reason: 'not-in-source-group',
      }
      actions.push(removal)
      if (group.wanted.unread !== null) unread.set(removal, group.wanted.unread)
    }
  }
  return { actions, unread, removable }
}

const additions = ({ ref, wanted, present }: PairedGroup, users: UserPlan): readonly Action[] => {
  const actions: Action[] = []
  const members: ReadonlySet<ScimId> = present?.members ?? new Set()
  const add = (key: UserKey): void => {
    const user = users.refs.get(key)
    if (user === undefined || users.inactive.has(key)) return
    if (user.id !== null && (members.has(user.id) || users.frozen.has(user.id))) return
    actions.push({ kind: 'membership.add', user, group: ref, reason: 'in-source-group' })
  }
  for (const key of wanted.members) add(key)
  return actions
}
