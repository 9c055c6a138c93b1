import { compareText } from '../lib/fold.ts'
import { matcher } from '../lib/wildcard.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { DirectorySnapshot, Gap } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { Action } from './action.ts'
import { noContext, type PlanContext } from './context.ts'
import type { Missing } from './departures.ts'
import type { Draft } from './draft.ts'
import { exposureOf } from './exposure.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { planGroups } from './groups.ts'
import { allowed, complete, grace, protect } from './guards.ts'
import { hashPlan } from './hash.ts'
import { planMemberships } from './memberships.ts'
import { keepTaken } from './names.ts'
import { inStages, type Stage } from './order.ts'
import type { Policy } from './policy.ts'
import { limitRemovals, sparesOthers } from './safety.ts'
import { planUsers, type UserPlan } from './users.ts'
import type { Withheld } from './withheld.ts'

/** Everything a run would do, in order, and everything it would not, with the reasons. */
export interface Plan {
  readonly stages: readonly Stage[]
  readonly withheld: readonly Withheld[]
  /** Of the plan before removals were limited: what an approval is of. */
  readonly hash: string
  /** True when an approval is of this plan, and let removals pass that a limit would have held back. */
  readonly approved: boolean
  /** Approvals of other plans, while removals of this one are held back: something has changed since they were given. */
  readonly staleApprovals: readonly string[]
  readonly gaps: readonly Gap[]
  /** What is to be remembered of those who left. */
  readonly missing: Missing
}

/**
 * Compares what shall be with what is, under the operator's policy. Pure: the same input, in any order, gives the same plan.
 *
 *     desired ┐                                    ┌ policy → protected → grace → completeness ┐
 *             ├ match → users, groups, memberships ┤                                           ├ hash → limits → stages
 *     current ┘                                    └ what follows from what is withheld        ┘
 */
export const computePlan = (
  desired: DirectorySnapshot,
  current: TargetState,
  policy: Policy,
  context: PlanContext = noContext,
): Plan => {
  const users = planUsers(desired, current.users, policy, context)
  const groups = planGroups(desired, current.groups, policy)
  const memberships = planMemberships(groups, users)
  const waves = { users: users.waves, groups: groups.waves }
  const gaps = desired.gaps.toSorted(compareGaps)

  const all: Draft = {
    actions: [...users.actions, ...groups.actions, ...memberships.actions],
    withheld: [...users.withheld, ...groups.withheld],
  }
  const own = protect(allowed(all, policy), protectedAccounts(desired, users, policy), groups.leaving)
  const read = complete(grace(own, users.departures, true), { ...desired, gaps }, memberships.unread)
  const guarded = grace(read, users.departures, false)
  const created = creationsOf(all.actions)
  const consistent = (draft: Draft): Draft => withoutOrphans(keepTaken(draft, current.users), created)
  const proposed = consistent(guarded)
  const proposedStages = inStages(proposed.actions, waves)
  const hash = hashPlan(proposedStages, () => fingerprintsOf(desired, current))
  const spared = limitRemovals(
    sparesOthers(proposed, context.otherConfig),
    policy,
    exposureOf(desired, { users, groups, memberships }),
  )
  const exceeds = spared.actions.length < proposed.actions.length
  const limited = exceeds ? consistent(spared) : spared
  const held = exceeds || proposed.withheld.some(({ reason }) => reason === 'other-config')
  const given = [policy.approvedPlan, ...context.approvals].filter((approval) => approval !== '')
  const approved = held && given.includes(hash)
  const final = approved ? { ...proposed, withheld: proposed.withheld.map(takenOver) } : limited
  return {
    stages: exceeds && !approved ? inStages(final.actions, waves) : proposedStages,
    withheld: final.withheld.toSorted(compareWithheld),
    hash,
    approved,
    staleApprovals: held && !approved ? [...new Set(given)] : [],
    gaps,
    missing: users.missing,
  }
}

/** Who approves that another configuration's target is taken over has not approved what is not due yet. */
const takenOver = (withheld: Withheld): Withheld =>
  withheld.reason === 'other-config' ? { ...withheld, reason: 'grace' } : withheld

/** Accounts that policy protects, by the name they have or by the one they get. */
const protectedAccounts = (
  desired: DirectorySnapshot,
  users: UserPlan,
  policy: Policy,
): ReadonlySet<ScimId> => {
  const matches = matcher(policy.protected)
  const keys = new Set<UserKey>()
  for (const user of desired.users) {
    if (matches(user.label) || (user.userName !== null && matches(user.userName))) keys.add(user.key)
  }
  const found = new Set<ScimId>()
  for (const { id, key, userName } of users.accounts.values()) {
    if (matches(userName) || (key !== null && keys.has(key))) found.add(id)
  }
  return found
}

const creationsOf = (actions: readonly Action[]): number =>
  actions.filter(({ kind }) => kind === 'user.create' || kind === 'group.create').length

/**
 * Drops memberships of what is not created after all, and of users who are deleted: those go with the user.
 * @param created how many were to be created at first
 */
const withoutOrphans = (draft: Draft, created: number): Draft => {
  const { actions, withheld } = draft
  const newUsers = new Set<UserKey>()
  const newGroups = new Set<GroupKey>()
  const deleted = new Set<ScimId>()
  for (const action of actions) {
    if (action.kind === 'user.create') newUsers.add(action.user.key)
    if (action.kind === 'group.create') newGroups.add(action.group.key)
    if (action.kind === 'user.delete') deleted.add(action.user.id)
  }
  if (deleted.size === 0 && newUsers.size + newGroups.size === created) return draft
  const kept = actions.filter((action) => {
    if (action.kind === 'membership.remove') return !deleted.has(action.user.id)
    if (action.kind !== 'membership.add') return true
    const { user, group } = action
    return (
      (user.id !== null || (user.key !== null && newUsers.has(user.key))) &&
      (group.id !== null || (group.key !== null && newGroups.has(group.key)))
    )
  })
  return { actions: kept, withheld }
}

const compareWithheld = (a: Withheld, b: Withheld): number =>
  compareText(a.kind, b.kind) ||
  compareText(a.subject, b.subject) ||
  compareText(a.action ?? '', b.action ?? '') ||
  compareText(a.reason, b.reason) ||
  compareText(a.detail, b.detail)

const compareGaps = (a: Gap, b: Gap): number =>
  compareText(a.kind, b.kind) || compareText(a.subject, b.subject) || compareText(a.detail, b.detail)
