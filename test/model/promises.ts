import type { TargetGroup, TargetState, TargetUser } from '../../src/model/target-state.ts'
import type { Policy, RemovalLimit } from '../../src/plan/policy.ts'
import type { RunReport } from '../../src/report/report.ts'
import { named, same, type Person, type Wanted } from './company.ts'
import type { Unread } from './sources.ts'

/** One run as an onlooker saw it, who knows the truth of both sides. */
export interface Step {
  readonly before: TargetState
  readonly after: TargetState
  /** What the truth wants, whatever the run could read of it. */
  readonly wanted: Wanted
  /** The same of the company as the source showed it, where that was empty without a trace; otherwise the truth. */
  readonly shown: Wanted
  readonly unread: Unread
  readonly policy: Policy
  /** For how many days the truth has been without the owner of an account. */
  readonly missingDays: (id: string) => number
  readonly report: RunReport
  /** Removals that the operator saw with the hash that is approved. */
  readonly approvable: ReadonlySet<string>
}

/** The people in scope whose account this may be: by key, or by name where they have none by key. */
export const peopleOf = (
  account: TargetUser,
  { users }: TargetState,
  { people }: Wanted,
): readonly Person[] => {
  const own = account.externalId === null ? undefined : people.get(account.externalId)
  if (own) return [own]
  return [...people.values()].filter(
    ({ key, email }) => same(email, account.userName) && !users.some(({ externalId }) => externalId === key),
  )
}

/** Keys of the source's groups that a group of the target may be. */
export const teamsOf = (
  group: TargetGroup,
  { groups }: TargetState,
  { teams }: Wanted,
): readonly string[] => {
  if (group.externalId !== null && teams?.has(group.externalId)) return [group.externalId]
  return [...(teams?.values() ?? [])]
    .filter(
      ({ team }) =>
        same(team.name, group.displayName) && !groups.some(({ externalId }) => externalId === team.key),
    )
    .map(({ team }) => team.key)
}

/** Whether something that bears on who is in scope was not read. */
export const inDoubt = ({ wanted, unread }: Step): boolean =>
  wanted.unresolved.length > 0 ||
  unread.people ||
  [...unread.teams].some((key) => wanted.readThrough.has(key))

/** What the first promise forbids, and was done: one line each. */
export const brokenPromises = (step: Step): readonly string[] => [
  ...wrongUserRemovals(step),
  ...wrongGroupRemovals(step),
  ...wrongMembershipRemovals(step),
  ...tooMany(step),
]

const removedUsers = ({ before, after }: Step): readonly TargetUser[] =>
  before.users.filter((user) => {
    const now = after.users.find(({ id }) => id === user.id)
    return now === undefined || (user.active && !now.active)
  })

const isProtected = (user: TargetUser, { before, wanted, policy }: Step): boolean =>
  named(policy.protected, user.userName) ||
  peopleOf(user, before, wanted).some(({ email }) => named(policy.protected, email))

const wrongUserRemovals = (step: Step): readonly string[] => {
  const { before, after, wanted, policy } = step
  return removedUsers(step).flatMap((user) => {
    const people = peopleOf(user, before, wanted)
    const deleted = !after.users.some(({ id }) => id === user.id)
    const wrong: string[] = []
    if (people.some(({ active }) => active)) wrong.push('whom the source has, active')
    if (people.length > 1) wrong.push('whom several entries may mean')
    if (deleted && people.length > 0) wrong.push('who is in scope, by deletion')
    if (policy.users.remove.length === 0) wrong.push('though policy removes nobody')
    if (people.length === 0) wrong.push(...tooEarly(user, deleted, step))
    if (people.length === 0 && user.externalId === null && policy.unmanaged === 'keep')
      wrong.push('who is not managed')
    if (isProtected(user, step)) wrong.push('who is protected')
    if (wanted.unresolved.length > 0) wrong.push('while a SCIM group is unresolved')
    if (people.length === 0 && inDoubt(step)) wrong.push('who may be among what was not read')
    return wrong.map((why) => `removed the user ${user.userName}, ${why}`)
  })
}

/** Of a leaver, by the steps of the policy and the time for which the truth has been without them. */
const tooEarly = (user: TargetUser, deleted: boolean, step: Step): readonly string[] => {
  const { policy, missingDays } = step
  const due = policy.users.remove.find(({ do: what }) => what === (deleted ? 'delete' : 'deactivate'))
  const what = deleted ? 'by deletion' : 'by deactivation'
  if (due === undefined) return [`${what}, which policy does not ask for`]
  const first = policy.users.remove[0]?.do
  return [
    ...(missingDays(user.id) < due.days ? [`${what}, after ${missingDays(user.id)} days`] : []),
    ...(deleted && user.active && first === 'deactivate' ? [`${what}, before deactivation`] : []),
  ]
}

const wrongGroupRemovals = (step: Step): readonly string[] => {
  const { before, after, wanted, policy } = step
  return before.groups
    .filter(({ id }) => !after.groups.some((group) => group.id === id))
    .flatMap((group) => {
      const wrong: string[] = []
      if (wanted.teams === null) wrong.push('though groups are none of our business')
      if (teamsOf(group, before, wanted).length > 0) wrong.push('which the source has')
      if (group.externalId === null && policy.unmanaged === 'keep') wrong.push('which is not managed')
      if (policy.groups.remove === 'none') wrong.push('though policy removes none')
      if (before.users.some((user) => group.members.has(user.id) && isProtected(user, step)))
        wrong.push('which has a protected member')
      if (wanted.unresolved.length > 0) wrong.push('while a SCIM group is unresolved')
      return wrong.map((why) => `deleted the group ${group.displayName}, ${why}`)
    })
}

const removedMemberships = ({ before, after }: Step) =>
  before.groups.flatMap((group) => {
    const now = after.groups.find(({ id }) => id === group.id)
    if (now === undefined) return []
    const there = (user: TargetUser): boolean => after.users.some(({ id }) => id === user.id)
    return before.users
      .filter((user) => group.members.has(user.id) && !now.members.has(user.id) && there(user))
      .map((user) => ({ user, group }))
  })

const wrongMembershipRemovals = (step: Step): readonly string[] => {
  const { before, wanted, policy, unread } = step
  return removedMemberships(step).flatMap(({ user, group }) => {
    const people = peopleOf(user, before, wanted)
    const teams = teamsOf(group, before, wanted)
    const wrong: string[] = []
    if (teams.length === 0) wrong.push('which is no target group')
    for (const key of teams) {
      const team = wanted.teams?.get(key)
      if (people.some((person) => team?.members.has(person.key))) wrong.push('where the source has them')
      if ([...unread.teams].some((one) => team?.through.has(one))) wrong.push('whose members were not read')
    }
    if (people.length === 0 && user.externalId === null && policy.unmanaged === 'keep')
      wrong.push('who is not managed')
    if (isProtected(user, step)) wrong.push('who is protected')
    if (wanted.unresolved.length > 0) wrong.push('while a SCIM group is unresolved')
    if (people.length === 0 && inDoubt(step)) wrong.push('who may be among what was not read')
    const wait = policy.users.remove[0]?.days ?? 0
    if (people.length === 0 && step.missingDays(user.id) < wait) wrong.push('who keeps them for a while')
    return wrong.map((why) => `took ${user.userName} out of ${group.displayName}: ${why}`)
  })
}

/** More than the limits let pass, or anything at all from a source that shows nothing. */
const tooMany = (step: Step): readonly string[] => {
  const { before, shown, policy, report, approvable } = step
  if (report.approved) {
    if (policy.approvedPlan === '' || policy.approvedPlan !== report.planHash)
      return ['a plan counts as approved whose hash is another']
    return report.actions
      .filter(({ kind }) => /deactivate|delete|remove/.test(kind))
      .map(({ kind, subject }) => `${kind} ${subject}`)
      .filter((removal) => !approvable.has(removal))
      .map((removal) => `${removal} went through by an approval that did not show it`)
  }
  const { floor, users, groups, memberships } = policy.maxRemovals
  // A percentage is one of what is managed, which is no more than what is there.
  const most = (limit: RemovalLimit, there: number): number =>
    Math.max(floor, 'count' in limit ? limit.count : Math.floor((there * limit.percent) / 100))
  const check = (what: string, removed: number, limit: number, empty: boolean): readonly string[] => {
    if (removed > 0 && empty) return [`${removed} ${what} removed, and the source has none`]
    return removed > limit ? [`${removed} ${what} removed, where ${limit} may be`] : []
  }
  const teams = [...(shown.teams?.values() ?? [])]
  const there = before.groups.reduce((sum, { members }) => sum + members.size, 0)
  const gone = before.groups.filter(({ id }) => !step.after.groups.some((group) => group.id === id))
  return [
    ...check('users', removedUsers(step).length, most(users, before.users.length), shown.people.size === 0),
    ...check('groups', gone.length, most(groups, before.groups.length), shown.teams?.size === 0),
    ...check(
      'memberships',
      removedMemberships(step).length,
      most(memberships, there),
      shown.people.size === 0 || teams.every(({ members }) => members.size === 0),
    ),
  ]
}
