import type { TargetState, TargetUser } from '../../src/model/target-state.ts'
import type { Policy } from '../../src/plan/policy.ts'
import { same, type Person, type Wanted } from './company.ts'

/** Something that the target should hold and does not, or the other way round. */
export interface Difference {
  readonly what: string
  /** By which names a report may call the user or group. */
  readonly users: readonly string[]
  readonly groups: readonly string[]
}

const namesOf = (...names: readonly (string | null | undefined)[]): readonly string[] =>
  names.filter((name) => name !== null && name !== undefined)

/** All that is not as the source wants it, as far as it is the business of a run. A report has the names of before the run. */
export const differences = (
  before: TargetState,
  { users, groups }: TargetState,
  wanted: Wanted,
  policy: Policy,
): readonly Difference[] => {
  const called = new Map<string, string>([
    ...before.users.map(({ id, userName }) => [id, userName] as const),
    ...before.groups.map(({ id, displayName }) => [id, displayName] as const),
  ])
  // One step a run: who was deactivated just now is deleted by a later one, if at all.
  const locked = new Set(before.users.filter(({ active }) => !active).map(({ id }) => id))
  const leftover = users
    .filter(({ externalId }) =>
      externalId === null ? policy.unmanaged === 'remove' : !wanted.people.has(externalId),
    )
    .filter(
      ({ id, active }) =>
        active || (locked.has(id) && policy.users.remove.some((step) => step.do === 'delete')),
    )
    .map(({ userName }) => ({ what: `${userName} is left over`, users: [userName], groups: [] }))
  return [...leftover, ...found({ users, groups }, wanted, policy, called)]
}

const found = (
  { users, groups }: TargetState,
  wanted: Wanted,
  policy: Policy,
  called: ReadonlyMap<string, string>,
): readonly Difference[] => [
  ...[...wanted.people.values()].flatMap((person) => personDifferences(person, users, called)),
  ...(wanted.teams === null ? [] : groupDifferences({ users, groups }, wanted, wanted.teams, policy, called)),
]

const personDifferences = (
  person: Person,
  users: readonly TargetUser[],
  called: ReadonlyMap<string, string>,
): readonly Difference[] => {
  const accounts = users.filter(({ externalId }) => externalId === person.key)
  const names = namesOf(
    person.email,
    person.key,
    ...accounts.flatMap(({ id, userName }) => [userName, called.get(id)]),
  )
  const differs = (what: string): Difference => ({ what: `${person.key} ${what}`, users: names, groups: [] })
  const [account, second] = accounts
  // Who is inactive needs no account.
  if (account === undefined) return person.active ? [differs('has no account')] : []
  if (second !== undefined) return [differs('has two accounts')]
  const found: Difference[] = []
  if (account.active !== person.active)
    found.push(differs(person.active ? 'is not active' : 'is still active'))
  // Without an email there is nothing to compare, and the report says so; who is active now is known all the same.
  if (person.email === null) return [...found, differs('has no email')]
  if (!same(person.email, account.userName)) found.push(differs(`is called ${account.userName}`))
  if (
    account.displayName !== `${person.name} Doe` ||
    account.givenName !== person.name ||
    account.familyName !== 'Doe'
  )
    found.push(differs(`is shown as ${account.displayName}, ${account.givenName} ${account.familyName}`))
  return found
}

const groupDifferences = (
  { users, groups }: TargetState,
  wanted: Wanted,
  teams: NonNullable<Wanted['teams']>,
  policy: Policy,
  called: ReadonlyMap<string, string>,
): readonly Difference[] => {
  const found: Difference[] = []
  for (const { externalId, displayName } of groups)
    if (externalId === null ? policy.unmanaged === 'remove' : !teams.has(externalId))
      found.push({ what: `the group ${displayName} is left over`, users: [], groups: [displayName] })
  for (const { team, members } of teams.values()) {
    const own = groups.filter(({ externalId }) => externalId === team.key)
    const [group, second] = own
    const names = namesOf(team.name, ...own.flatMap(({ id, displayName }) => [displayName, called.get(id)]))
    if (group === undefined || second !== undefined) {
      const what = group ? 'is there twice' : 'is missing'
      found.push({ what: `the group ${team.name} ${what}`, users: [], groups: names })
      continue
    }
    if (group.displayName !== team.name)
      found.push({ what: `the group ${team.name} is called ${group.displayName}`, users: [], groups: names })
    for (const user of users) {
      const person = user.externalId === null ? undefined : wanted.people.get(user.externalId)
      const is = group.members.has(user.id)
      const shall = person !== undefined && members.has(person.key)
      const managed = user.externalId !== null || policy.unmanaged === 'remove'
      // Who is inactive is added to nothing, and stays where the source has them.
      if (is === shall || (is && !managed) || (!is && person?.active === false)) continue
      found.push({
        what: `${user.userName} is ${is ? '' : 'not '}in ${group.displayName}`,
        users: namesOf(user.userName, called.get(user.id), person?.email, person?.key),
        groups: names,
      })
    }
  }
  return found
}
