import type { KeeperState } from '../../src/emulators/keeper/state.ts'

/** All that a target holds, by the ids of the source, sorted. */
export interface Held {
  readonly users: readonly string[]
  readonly active: readonly string[]
  readonly groups: readonly string[]
  readonly memberships: readonly string[]
}

export const heldBy = ({ users, groups }: KeeperState): Held => {
  const everyone = [...users.values()]
  const keyOf = (id: string): string => groups.get(id)?.externalId ?? id
  return {
    users: everyone
      .map((user) => [user.externalId, user.userName, user.displayName, user.givenName].join(' '))
      .sort(),
    active: everyone.flatMap(({ active, externalId }) => (active ? [`${externalId}`] : [])).sort(),
    groups: [...groups.values()].map(({ externalId, displayName }) => `${externalId} ${displayName}`).sort(),
    memberships: everyone
      .flatMap((user) => [...user.groups].map((id) => `${keyOf(id)} ${user.externalId}`))
      .sort(),
  }
}

/** What was taken away: who is no longer active or there, memberships and groups that are gone. */
export const removalsBetween = (before: Held, after: Held): readonly string[] => {
  const idsOf = (lines: readonly string[]): readonly string[] => lines.map((line) => line.split(' ')[0] ?? '')
  const missing = (of: string, from: readonly string[], to: readonly string[]): readonly string[] =>
    from.filter((one) => !to.includes(one)).map((one) => `${of} ${one}`)
  return [
    ...missing('user', idsOf(before.users), idsOf(after.users)),
    ...missing('active', before.active, after.active),
    ...missing('group', idsOf(before.groups), idsOf(after.groups)),
    ...missing('membership', before.memberships, after.memberships),
  ]
}

/** Ids and names that are there more than once. */
export const duplicatesIn = ({ users, groups }: Held): readonly string[] => {
  const words = [...users, ...groups].map((line) => line.split(' '))
  const all = [0, 1].map((n) => words.map((line) => line[n] ?? ''))
  return all.flatMap((some) => some.filter((one, n) => some.indexOf(one) !== n))
}
