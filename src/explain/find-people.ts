import { compareText, fold } from '../lib/fold.ts'
import { userKey, type ScimId, type UserKey } from '../model/ids.ts'
import type { TargetState, TargetUser } from '../model/target-state.ts'
import type { SourceUser, Stranger } from '../model/user.ts'
import { MOST_PEOPLE, type Located, type LocatedPerson } from '../source/locate.ts'
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

/** How an account is known to be a person's: the plan matched them, or it bears their key, or one of their names. */
type Link = 'match' | 'externalId' | 'userName'

/** An account; `by` is null where the source has nobody. */
interface PersonsAccount {
  readonly account: TargetUser
  readonly by: Link | null
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
  const { query, source, reading, current, signal } = options
  const strangers = strangersOf(reading)
  const located = new Map<UserKey, LocatedPerson>()
  const locate = async (name: string): Promise<Located> => {
    const found = await source.locate(name, signal)
    for (const person of found.people) located.set(person.user.key, person)
    return found
  }
  const personWith = (key: UserKey): SourcePerson => ({
    key,
    user: reading.graph.users.get(key) ?? located.get(key)?.user ?? null,
    stranger: strangers.get(key) ?? null,
    located: located.get(key) ?? null,
  })

  const first = await locate(query)
  const byName = matching(reading, current, identifies(query))
  const nobody = first.people.length + byName.keys.length + byName.accounts.length === 0
  const matched = nobody ? matching(reading, current, isFullName(query)) : byName
  const keys = [...new Set([...first.people.map(({ user }) => user.key), ...matched.keys])]
  const wanted = new Set(keys.slice(0, MOST_PEOPLE))
  const accounts = matched.accounts.slice(0, MOST_PEOPLE)

  // Whose account is it? What the plan does not know, the source may, out of scope.
  for (const account of accounts) {
    const owner = options.owners.get(account.id) ?? keyInReading(reading, account)
    if (owner !== null) wanted.add(owner)
    for (const name of owner === null ? [account.externalId, account.userName] : []) {
      const { people } = name === null ? { people: [] } : await locate(name)
      const own = people.filter(({ user }) => linkOf(account, personWith(user.key), options.owners) !== null)
      for (const { user } of own) wanted.add(user.key)
      if (own.length > 0) break
    }
  }
  for (const key of wanted) if (!located.has(key)) await locate(key)

  const people = [...wanted].map((key) => withAccounts(personWith(key), current, options.owners))
  const owned = new Set(people.flatMap((person) => person.accounts.map(({ account }) => account)))
  const alone = accounts
    .filter((account) => !owned.has(account))
    .map((account): FoundPerson => ({
      name: account.userName,
      source: null,
      accounts: [{ account, by: null }],
    }))
  return {
    people: [...people, ...alone].toSorted(
      (a, b) => compareText(a.name, b.name) || compareText(identityOf(a), identityOf(b)),
    ),
    more: Math.max(first.more, keys.length - MOST_PEOPLE, matched.accounts.length - MOST_PEOPLE, 0),
  }
}

/** Those of the directory, and those whom a group names and of whom nothing was read. */
const strangersOf = ({ graph, snapshot }: Reading): ReadonlyMap<UserKey, Stranger> =>
  new Map([...snapshot.strangers.map((one) => [one.key, one] as const), ...graph.strangers])

const identityOf = ({ source, accounts }: FoundPerson): string => source?.key ?? accounts[0]?.account.id ?? ''

/** What somebody is called: ids are compared as they are, names without regard to case. */
interface Names {
  readonly ids: readonly (string | null)[]
  readonly names: readonly (string | null)[]
  readonly fullName: string
}

const identifies =
  (query: string) =>
  ({ ids, names }: Names): boolean =>
    ids.includes(query) || names.some((name) => name !== null && fold(name) === fold(query))

const isFullName =
  (query: string) =>
  ({ fullName }: Names): boolean =>
    fold(fullName) === fold(query)

/** Who was read, at either side, and goes by such names. */
const matching = (
  reading: Reading,
  { users }: TargetState,
  test: (names: Names) => boolean,
): { readonly keys: readonly UserKey[]; readonly accounts: readonly TargetUser[] } => {
  const keys: UserKey[] = []
  for (const { key, userName, label, displayName } of reading.graph.users.values())
    if (test({ ids: [key], names: [userName, label], fullName: displayName })) keys.push(key)
  for (const { key, label } of strangersOf(reading).values())
    if (test({ ids: [key], names: [label], fullName: '' })) keys.push(key)
  const accounts = users.filter(({ id, externalId, userName, displayName }) =>
    test({ ids: [id, externalId], names: [userName], fullName: displayName }),
  )
  return { keys, accounts }
}

const keyInReading = (reading: Reading, { externalId }: TargetUser): UserKey | null => {
  if (externalId === null) return null
  const key = userKey(externalId)
  return reading.graph.users.has(key) || strangersOf(reading).has(key) ? key : null
}

const withAccounts = (
  source: SourcePerson,
  { users }: TargetState,
  owners: Options['owners'],
): FoundPerson => {
  const accounts = users.flatMap((account) => {
    const by = linkOf(account, source, owners)
    return by === null ? [] : [{ account, by }]
  })
  const { user, stranger, key } = source
  const name = user?.userName ?? user?.label ?? stranger?.label ?? accounts[0]?.account.userName ?? key
  return { name, source, accounts }
}

const linkOf = (
  account: TargetUser,
  { key, user, stranger, located }: SourcePerson,
  owners: Options['owners'],
): Link | null => {
  const owner = owners.get(account.id)
  if (owner === key) return 'match'
  if (account.externalId === key) return 'externalId'
  // An account that is matched with somebody else is not theirs, whatever it is called.
  const own = [user?.userName ?? '', stranger?.label ?? '', ...(located?.names ?? [])]
  const names = owner === undefined ? own : []
  return names.some((name) => name !== '' && fold(name) === fold(account.userName)) ? 'userName' : null
}
