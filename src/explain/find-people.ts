import { compareText, fold } from '../lib/fold.ts'
import { userKey, type ScimId, type UserKey } from '../model/ids.ts'
import type { TargetState, TargetUser } from '../model/target-state.ts'
import type { SourceUser, Stranger } from '../model/user.ts'
import { MOST_PEOPLE, type LocatedPerson } from '../source/locate.ts'
import type { Reading, Source } from '../source/source.ts'

/** Somebody at the source. */
export interface SourcePerson {
  readonly key: UserKey
  /** Null for someone whom a group names and who can't be read as a user. */
  readonly user: SourceUser | null
  readonly stranger: Stranger | null
  /** Null for somebody whom the source does not find when it is asked for them alone. */
  readonly located: LocatedPerson | null
}

/** An account, and how it is known to be the person's; null where the source has nobody. */
export interface PersonsAccount {
  readonly account: TargetUser
  readonly by: 'match' | 'externalId' | 'userName' | null
}

/** Somebody at either side, or at both. */
export interface FoundPerson {
  readonly name: string
  readonly source: SourcePerson | null
  readonly accounts: readonly PersonsAccount[]
}

interface Options {
  readonly query: string
  readonly source: Pick<Source, 'locate'>
  readonly reading: Reading
  readonly current: TargetState
  /** Accounts that are a source user's, by the match of the plan. */
  readonly owners: ReadonlyMap<ScimId, UserKey>
  readonly signal: AbortSignal
}

/**
 * Everybody who goes by `query` at either side (key, email, login, DN, id, externalId, userName, alias; a full name where there is nobody
 * else), each with what the other side has of them: a source user with all accounts that are theirs by match, by externalId or by name, and
 * an account with its source user, in scope or not.
 * @throws ScimPushError when the source can't be asked
 */
export const findPeople = async (
  options: Options,
): Promise<{ readonly people: readonly FoundPerson[]; readonly more: number }> => {
  const { query, source, reading, current, owners, signal } = options
  const { graph } = reading
  const located = new Map<UserKey, LocatedPerson>()
  const locate = async (name: string): Promise<readonly UserKey[]> => {
    const { people, more: others } = await source.locate(name, signal)
    for (const person of people) located.set(person.user.key, person)
    more += others
    return people.map(({ user }) => user.key)
  }
  let more = 0

  const keys = new Set<UserKey>([...(await locate(query)), ...sourceKeysOf(reading, identifies(query))])
  const accounts = new Set(current.users.filter((account) => identifies(query)(namesOfAccount(account))))
  if (keys.size + accounts.size === 0) {
    const fullName = (names: { readonly displayName: string }): boolean =>
      fold(names.displayName) === fold(query)
    for (const user of graph.users.values()) if (fullName(user)) keys.add(user.key)
    for (const account of current.users) if (fullName(account)) accounts.add(account)
  }
  more += Math.max(0, keys.size - MOST_PEOPLE) + Math.max(0, accounts.size - MOST_PEOPLE)
  const wanted = new Set([...keys].slice(0, MOST_PEOPLE))
  const alone = new Map<ScimId, TargetUser>()

  // Whose account is it? What the plan does not know, the source may, out of scope.
  for (const account of [...accounts].slice(0, MOST_PEOPLE)) {
    const owner = owners.get(account.id) ?? keyInGraph(reading, account)
    const found = owner === null ? await firstOf([account.externalId, account.userName], locate) : [owner]
    for (const key of found) wanted.add(key)
    if (found.length === 0) alone.set(account.id, account)
  }
  for (const key of wanted) if (!located.has(key)) await locate(key)

  const people = [...wanted].map((key): FoundPerson => {
    const user = graph.users.get(key) ?? located.get(key)?.user ?? null
    const stranger = graph.strangers.get(key) ?? null
    const own = current.users.flatMap((account) => {
      const by = linkOf(account, key, user, owners)
      if (by !== null) alone.delete(account.id)
      return by === null ? [] : [{ account, by }]
    })
    const name = user?.userName ?? user?.label ?? stranger?.label ?? own[0]?.account.userName ?? key
    return { name, source: { key, user, stranger, located: located.get(key) ?? null }, accounts: own }
  })
  for (const account of alone.values())
    people.push({ name: account.userName, source: null, accounts: [{ account, by: null }] })
  return {
    people: people.toSorted(
      (a, b) => compareText(a.name, b.name) || compareText(identityOf(a), identityOf(b)),
    ),
    more,
  }
}

const identityOf = ({ source, accounts }: FoundPerson): string => source?.key ?? accounts[0]?.account.id ?? ''

/** What a thing is called: ids are compared as they are, names without regard to case. */
interface Names {
  readonly ids: readonly (string | null)[]
  readonly names: readonly (string | null)[]
}

const identifies =
  (query: string) =>
  ({ ids, names }: Names): boolean =>
    ids.includes(query) || names.some((name) => name !== null && fold(name) === fold(query))

const namesOfAccount = ({ id, externalId, userName }: TargetUser): Names => ({
  ids: [id, externalId],
  names: [userName],
})

const sourceKeysOf = ({ graph }: Reading, test: (names: Names) => boolean): readonly UserKey[] => [
  ...[...graph.users.values()]
    .filter(({ key, userName, label }) => test({ ids: [key], names: [userName, label] }))
    .map(({ key }) => key),
  ...[...graph.strangers.values()]
    .filter(({ key, label }) => test({ ids: [key], names: [label] }))
    .map(({ key }) => key),
]

const keyInGraph = ({ graph }: Reading, { externalId }: TargetUser): UserKey | null => {
  if (externalId === null) return null
  const key = userKey(externalId)
  return graph.users.has(key) || graph.strangers.has(key) ? key : null
}

/** What the first of the names that finds anybody finds. */
const firstOf = async (
  names: readonly (string | null)[],
  locate: (name: string) => Promise<readonly UserKey[]>,
): Promise<readonly UserKey[]> => {
  for (const name of names) {
    const found = name === null ? [] : await locate(name)
    if (found.length > 0) return found
  }
  return []
}

const linkOf = (
  account: TargetUser,
  key: UserKey,
  user: SourceUser | null,
  owners: ReadonlyMap<ScimId, UserKey>,
): 'match' | 'externalId' | 'userName' | null => {
  const owner = owners.get(account.id)
  if (owner === key) return 'match'
  if (account.externalId === key) return 'externalId'
  const sameName = user !== null && user.userName !== null && fold(user.userName) === fold(account.userName)
  return owner === undefined && sameName ? 'userName' : null
}
