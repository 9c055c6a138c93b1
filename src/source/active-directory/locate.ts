import pMap from 'p-map'
import type { Filter } from 'ldapts'
import { ScimPushError } from '../../errors/error.ts'
import { compareText, fold } from '../../lib/fold.ts'
import { groupKey } from '../../model/ids.ts'
import { climb, type Parents } from '../climb.ts'
import { MOST_PEOPLE, type Located, type LocatedPerson } from '../locate.ts'
import { inactiveBecause } from './account.ts'
import { attributesOf } from './attributes.ts'
import type { Directory } from './directory.ts'
import { all, any, equals } from './filters.ts'
import { guidBytes } from './guid.ts'
import { GROUPS_PER_PAGE, type ReadLimits } from './look-up.ts'
import {
  emailAttributes,
  groupAttributes,
  PERSON,
  personAttributes,
  type DirectoryEntry,
  type Group,
  type Person,
} from './parse.ts'
import type { Found, Incomplete } from './question.ts'
import { looksLikeDn, notThere } from './scim-groups.ts'
import { sidBytes } from './sid.ts'

interface Options extends Pick<ReadLimits, 'concurrency'> {
  readonly nowMs: number
}

/**
 * People by DN, objectGUID, email, userPrincipalName or sAMAccountName (with or without `DOMAIN\`), anywhere in the domain, and the groups
 * above: each is asked for through its `member`, the primary group by its SID.
 * @throws ScimPushError `AD_SEARCH_REFUSED`, `AD_UNREACHABLE`, and what `Session.search` throws
 */
export const locatePeople = async (
  directory: Directory,
  query: string,
  options: Options,
): Promise<Located> => {
  const asked = query.trim()
  const guid = /^\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?$/iu.exec(asked)?.[1]
  if (looksLikeDn(asked)) {
    const found = await directory.readEntry(asked, personAttributes(directory.email))
    return describePeople(directory, peopleIn(found), null, options)
  }
  if (guid !== undefined) {
    const found = await searchPeople(directory, equals('objectGUID', guidBytes(guid)))
    return describePeople(directory, found, null, options)
  }
  // A backslash is in no account name, so what is before one is the domain's.
  const name = asked.slice(asked.lastIndexOf('\\') + 1)
  const found = await searchPeople(directory, any(namesOf(directory).map((each) => equals(each, name))))
  return describePeople(directory, found, name, options)
}

const searchPeople = async (directory: Directory, filter: Filter): Promise<readonly Person[]> =>
  peopleIn(
    await directory.search({
      base: directory.domain,
      scope: 'sub',
      filter: all(equals('sAMAccountType', PERSON), filter),
      attributes: personAttributes(directory.email),
    }),
  )

const namesOf = ({ email }: Directory): readonly string[] => [
  ...new Set(['sAMAccountName', 'userPrincipalName', 'mail', ...emailAttributes(email)]),
]

const peopleIn = ({ entries, incomplete }: Found<DirectoryEntry>): readonly Person[] => {
  if (incomplete && !notThere.includes(incomplete.status))
    throw new ScimPushError(incomplete.status === null ? 'AD_UNREACHABLE' : 'AD_SEARCH_REFUSED', {
      message: `the person could not be looked for: ${incomplete.detail}`,
    })
  return entries.filter((entry) => entry.kind === 'person')
}

/** @param name the one by which they were found; null where it was an id */
const describePeople = async (
  directory: Directory,
  found: readonly Person[],
  name: string | null,
  options: Options,
): Promise<Located> => {
  const first = found.toSorted((a, b) => compareText(a.user.label, b.user.label)).slice(0, MOST_PEOPLE)
  const described = await pMap(first, (person) => describePerson(directory, person, options), {
    concurrency: 1,
  })
  // The server also takes é for e and ß for ss: whom it found need not bear that very name.
  const people = described.filter(
    ({ user, names }) =>
      name === null || [user.label, user.userName ?? '', ...names].some((each) => fold(each) === fold(name)),
  )
  return { people, more: found.length - first.length }
}

/** What only somebody who asks for one person wants to know. */
const describePerson = async (
  directory: Directory,
  person: Person,
  { nowMs, concurrency }: Options,
): Promise<LocatedPerson> => {
  const names = namesOf(directory)
  const { entries } = await directory.readRaw(
    `<GUID=${person.guid}>`,
    [...names, 'userAccountControl', 'accountExpires'],
    (entry) => {
      const attributes = attributesOf(entry)
      return {
        dn: attributes.dn.dn,
        names: names.flatMap((name) => attributes.text(name) ?? []),
        inactive: inactiveBecause(
          attributes.text('userAccountControl'),
          attributes.text('accountExpires'),
          nowMs,
        ),
      }
    },
  )
  const [details] = entries
  const primary = person.primaryGroupSid
  const [direct, primaryGroup] = await Promise.all([
    details
      ? groupsWith(directory, equals('member', details.dn))
      : { groups: [], unread: 'the entry could not be read again' },
    primary === null
      ? { groups: [], unread: 'the primary group: the account may not read which it is' }
      : groupsWith(directory, equals('objectSid', sidBytes(primary))),
  ])
  const above = await climb({
    user: person.user.key,
    direct: {
      groups: [...direct.groups, ...primaryGroup.groups],
      unread: direct.unread ?? primaryGroup.unread,
    },
    parentsOf: ({ dn }) => groupsWith(directory, equals('member', dn)),
    concurrency,
  })
  const known = new Set([person.user.userName, person.user.label].map((name) => fold(name ?? '')))
  const others = new Map((details?.names ?? []).map((name) => [fold(name), name]))
  return {
    user: person.user,
    names: [
      ...[...others].flatMap(([folded, name]) => (known.has(folded) ? [] : [name])),
      ...(details ? [details.dn] : []),
    ],
    inactive: details?.inactive ?? [],
    above,
  }
}

type GroupFound = Pick<Group, 'dn' | 'displayName'> & {
  readonly key: ReturnType<typeof groupKey>
  readonly aliases: readonly string[]
}

/** `member` is asked by, never for: it may be long, and only who of them leads here matters. */
const attributesOfParents = groupAttributes.filter((name) => name !== 'member')

const groupsWith = async (directory: Directory, filter: Filter): Promise<Parents<GroupFound>> => {
  const { entries, incomplete } = await directory.search({
    base: directory.domain,
    scope: 'sub',
    filter: all(equals('objectClass', 'group'), filter),
    attributes: attributesOfParents,
    pageSize: GROUPS_PER_PAGE,
  })
  return {
    groups: entries
      .filter((entry) => entry.kind === 'group')
      .map(({ guid, dn, displayName, accountName }) => ({
        key: groupKey(guid),
        dn,
        displayName,
        aliases: [dn, ...(accountName === null ? [] : [accountName])],
      })),
    unread: unreadBecause(incomplete, directory),
  }
}

const unreadBecause = (incomplete: Incomplete | null, { catalogUsed }: Directory): string | null => {
  if (incomplete) return incomplete.detail
  return catalogUsed() ? 'the global catalog holds the members of universal groups alone' : null
}
