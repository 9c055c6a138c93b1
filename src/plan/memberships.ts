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
    const kept = addTo(actions, group, users)
    if (group.present === null) continue
    // As nearly all groups of a company are, run after run: there is nobody in it but who shall be.
    if (kept === group.present.members.size) {
      removable += kept
      continue
    }
    const ref = { ...group.ref, id: group.present.id }
    for (const id of group.present.members) {
      const user = users.accounts.get(id)
      // A nested group, or an account that is no longer there.
      if (user === undefined || users.unmanaged.has(id)) continue
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

/**
 * Adds to `actions` who is to be added to a group.
 * @returns how many whom the source lists are in it: each an account that is somebody's at the source
 */
const addTo = (actions: Action[], { ref, wanted, present }: PairedGroup, users: UserPlan): number => {
  const members: ReadonlySet<ScimId> = present?.members ?? new Set()
  let kept = 0
  const add = (key: UserKey): void => {
    const user = users.refs.get(key)
    if (user === undefined) return
    if (user.id !== null && members.has(user.id)) {
      kept++
      return
    }
    if (users.inactive.has(key) || (user.id !== null && users.frozen.has(user.id))) return
    actions.push({ kind: 'membership.add', user, group: ref, reason: 'in-source-group' })
  }
  for (const key of wanted.members) add(key)
  return kept
}
