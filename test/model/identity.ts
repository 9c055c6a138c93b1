import type { TargetGroup, TargetUser } from '../../src/model/target-state.ts'
import { same } from './company.ts'
import { inDoubt, peopleOf, teamsOf, type Step } from './promises.ts'

interface Resource {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
}

const asUser = ({ id, externalId, userName }: TargetUser): Resource => ({ id, externalId, name: userName })
const asGroup = ({ id, externalId, displayName }: TargetGroup): Resource => ({
  id,
  externalId,
  name: displayName,
})

/** Nobody becomes another: no rename into another, no adoption of what belongs to someone, no second account, no touching of strangers. */
export const confusedIdentities = (step: Step): readonly string[] => {
  const { before, after, wanted, policy } = step
  const emails = new Map([...wanted.people.values()].map(({ key, email }) => [key, email]))
  const names = new Map([...(wanted.teams?.values() ?? [])].map(({ team }) => [team.key, team.name]))
  return [
    ...confusions('user', before.users.map(asUser), after.users.map(asUser), emails, inDoubt(step)),
    ...confusions('group', before.groups.map(asGroup), after.groups.map(asGroup), names, inDoubt(step)),
    ...(policy.unmanaged === 'keep' ? touched(step) : []),
    ...after.users.flatMap((user) => {
      const was = before.users.find(({ id }) => id === user.id)
      const active = user.externalId !== null && wanted.people.get(user.externalId)?.active
      return user.active && was?.active !== true && active !== true
        ? [`${user.userName} became active, who is not at the source`]
        : []
    }),
  ]
}

const confusions = (
  kind: string,
  before: readonly Resource[],
  after: readonly Resource[],
  wantedNames: ReadonlyMap<string, string | null>,
  doubt: boolean,
): readonly string[] => {
  const wrong: string[] = []
  for (const now of after) {
    const was = before.find(({ id }) => id === now.id)
    if (was === undefined) {
      if (now.externalId === null || !wantedNames.has(now.externalId))
        wrong.push(`the ${kind} ${now.name} was created, whom the source does not have`)
      continue
    }
    if (was.externalId !== now.externalId) {
      // A match by name adopts, also what somebody left behind who is certainly gone.
      if (now.externalId === null || !same(wantedNames.get(now.externalId) ?? null, was.name))
        wrong.push(`the ${kind} ${was.name} was given to ${now.externalId ?? 'nobody'}, who has another name`)
      if (was.externalId !== null && (wantedNames.has(was.externalId) || doubt))
        wrong.push(`the ${kind} ${was.name} was taken from ${was.externalId}`)
      if (before.some(({ externalId }) => externalId === now.externalId))
        wrong.push(`the ${kind} ${was.name} was given to ${now.externalId ?? ''}, who has one`)
    }
    if (!same(was.name, now.name) && !same(wantedNames.get(now.externalId ?? '') ?? null, now.name))
      wrong.push(`the ${kind} ${was.name} was renamed to ${now.name}, which is another's name`)
    if (!same(was.name, now.name) && was.externalId !== now.externalId)
      wrong.push(`the ${kind} ${was.name} became another, ${now.name}`)
  }
  const count = (list: readonly Resource[], key: string): number =>
    list.filter(({ externalId }) => externalId === key).length
  for (const key of wantedNames.keys())
    if (count(after, key) > Math.max(1, count(before, key)))
      wrong.push(`there are several of the ${kind} ${key}`)
  return wrong
}

/** What was changed of accounts and groups that are nobody's. */
const touched = ({ before, after, wanted }: Step): readonly string[] => [
  ...before.users
    .filter((user) => user.externalId === null && peopleOf(user, before, wanted).length === 0)
    .filter((user) => !equal(user, after.users))
    .map(({ userName }) => `the user ${userName} was changed, who is not managed`),
  ...before.groups
    .filter((group) => group.externalId === null && teamsOf(group, before, wanted).length === 0)
    .filter((group) => {
      const now = after.groups.find(({ id }) => id === group.id)
      const joined = [...(now?.members ?? [])].some((id) => !group.members.has(id))
      return joined || now?.displayName !== group.displayName || now.externalId !== null
    })
    .map(({ displayName }) => `the group ${displayName} was changed, which is not managed`),
]

const equal = (user: TargetUser, users: readonly TargetUser[]): boolean => {
  const now = users.find(({ id }) => id === user.id)
  const text = ({ externalId, userName, displayName, givenName, familyName, active }: TargetUser): string =>
    JSON.stringify([externalId, userName, displayName, givenName, familyName, active])
  return now !== undefined && text(now) === text(user)
}
