import type { ScimId } from '../model/ids.ts'
import { isRemoval, kindOf, type Action, type Kind } from './action.ts'
import { holdBack, type Draft, type Verdict } from './draft.ts'
import type { Policy, RemovalLimit } from './policy.ts'

export interface Exposure {
  /** How many things of a kind a removal could hit: what a percentage is a percentage of. */
  readonly removable: Readonly<Record<Kind, number>>
  /** The source has none of a kind. */
  readonly empty: Readonly<Record<Kind, boolean>>
  /** How many memberships go with a group that is deleted. */
  readonly membersOf: ReadonlyMap<ScimId, number>
}

/**
 * Holds back every removal of what another configuration may have pushed: who left the scope here, and memberships that the source does
 * not have. Whom the source itself shows as inactive is ours to deactivate.
 */
export const sparesOthers = (draft: Draft, otherConfig: string | null): Draft =>
  otherConfig === null
    ? draft
    : holdBack(draft, (action) =>
        isRemoval(action) && action.reason !== 'inactive-at-source'
          ? { reason: 'other-config', detail: `${otherConfig} pushed to this target before` }
          : null,
      )

/**
 * The breaker: holds back all removals of a kind when there are too many of them, or when the source is empty and the target
 * is not. With the removal of users, what would be taken from them in groups is held back as well, and what would be taken from
 * anyone else whom the source does not have, such as those who were deactivated long ago: it rests on the same evidence.
 *
 * A group that is deleted takes its memberships along: they count as memberships too, since a few groups may be everybody's.
 */
export const limitRemovals = (draft: Draft, policy: Policy, exposure: Exposure): Draft => {
  if (!draft.actions.some(isRemoval)) return draft
  const users = tripped('user', draft.actions, policy, exposure)
  const afterUsers = hold(draft, 'user', users)
  const kept = new Set<ScimId>()
  if (users) for (const action of draft.actions) if (removesUser(action)) kept.add(action.user.id)
  const following = holdBack(afterUsers, (action) =>
    users && action.kind === 'membership.remove' && (action.user.key === null || kept.has(action.user.id))
      ? users
      : null,
  )
  const afterGroups = hold(following, 'group', tripped('group', following.actions, policy, exposure))
  const memberships = tripped('membership', afterGroups.actions, policy, exposure)
  if (memberships === null) return afterGroups
  return holdBack(afterGroups, (action) => (endsMemberships(action, exposure) > 0 ? memberships : null))
}

const endsMemberships = (action: Action, { membersOf }: Exposure): number => {
  if (action.kind === 'membership.remove') return 1
  return action.kind === 'group.delete' ? (membersOf.get(action.group.id) ?? 0) : 0
}

const removesUser = (
  action: Action,
): action is Extract<Action, { kind: 'user.deactivate' | 'user.delete' }> =>
  action.kind === 'user.deactivate' || action.kind === 'user.delete'

const hold = (draft: Draft, kind: Kind, verdict: Verdict): Draft =>
  verdict === null
    ? draft
    : holdBack(draft, (action) => (isRemoval(action) && kindOf(action) === kind ? verdict : null))

const limits: Readonly<Record<Kind, Exclude<keyof Policy['maxRemovals'], 'floor'>>> = {
  user: 'users',
  group: 'groups',
  membership: 'memberships',
}

const tripped = (
  kind: Kind,
  actions: readonly Action[],
  { maxRemovals }: Policy,
  exposure: Exposure,
): Verdict => {
  const { removable, empty } = exposure
  const removals =
    kind === 'membership'
      ? actions.reduce((sum, action) => sum + endsMemberships(action, exposure), 0)
      : actions.filter((action) => isRemoval(action) && kindOf(action) === kind).length
  if (removals === 0) return null
  const base = removable[kind]
  if (empty[kind]) {
    return { reason: 'empty-source', detail: `the source has no ${limits[kind]} and the target has ${base}` }
  }
  const limit = maxRemovals[limits[kind]]
  const most = Math.max(maxRemovals.floor, allowance(limit, base))
  if (removals <= most) return null
  return {
    reason: 'limit',
    detail: `${removals} of ${base} ${limits[kind]} would go; policy.maxRemovals.${limits[kind]} lets ${describe(limit)} pass, which is ${most}`,
  }
}

const allowance = (limit: RemovalLimit, base: number): number =>
  'percent' in limit ? Math.floor((base * limit.percent) / 100) : limit.count

const describe = (limit: RemovalLimit): string =>
  'percent' in limit ? `${limit.percent}%` : `${limit.count}`
