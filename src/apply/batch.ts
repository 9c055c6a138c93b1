import type { ScimId } from '../model/ids.ts'
import type { MembershipAdd, MembershipRemove } from '../plan/action.ts'
import type { MembershipChange, MembershipStyle } from './target.ts'

type Membership = MembershipAdd | MembershipRemove

/** One request, and the actions that it carries out. */
export interface Batch {
  readonly change: MembershipChange
  readonly actions: readonly Membership[]
}

interface Options {
  readonly userId: (action: Membership) => ScimId | null
  readonly groupId: (action: Membership) => ScimId | null
  readonly style: MembershipStyle
}

/**
 * Puts memberships together into as few requests as the target's style allows: one user's groups, or one group's members, up
 * to `maxPerRequest` at a time. Those whose user or group does not exist are orphans.
 */
export const batchMemberships = (
  memberships: readonly Membership[],
  { userId, groupId, style }: Options,
): { readonly batches: readonly Batch[]; readonly orphans: readonly Membership[] } => {
  const byOwner = new Map<ScimId, { action: Membership; other: ScimId }[]>()
  const orphans: Membership[] = []
  for (const action of memberships) {
    const user = userId(action)
    const group = groupId(action)
    if (user === null || group === null) {
      orphans.push(action)
      continue
    }
    const [owner, other] = style.side === 'user' ? [user, group] : [group, user]
    const list = byOwner.get(owner)
    if (list) list.push({ action, other })
    else byOwner.set(owner, [{ action, other }])
  }
  const batches: Batch[] = []
  for (const [owner, entries] of byOwner) {
    for (let at = 0; at < entries.length; at += style.maxPerRequest) {
      const part = entries.slice(at, at + style.maxPerRequest)
      const pick = (kind: Membership['kind']): readonly ScimId[] =>
        part.filter(({ action }) => action.kind === kind).map(({ other }) => other)
      batches.push({
        change: { owner, add: pick('membership.add'), remove: pick('membership.remove') },
        actions: part.map(({ action }) => action),
      })
    }
  }
  return { batches, orphans }
}

/** The same, each membership in a request of its own. */
export const apart = ({ change: { owner, add, remove }, actions }: Batch): readonly Batch[] => {
  const others = { 'membership.add': [...add], 'membership.remove': [...remove] }
  return actions.map((action) => {
    const other = others[action.kind].splice(0, 1)
    const adds = action.kind === 'membership.add'
    return { change: { owner, add: adds ? other : [], remove: adds ? [] : other }, actions: [action] }
  })
}
