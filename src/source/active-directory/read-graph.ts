import { groupKey, userKey, type GroupKey, type UserKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { Stranger } from '../../model/user.ts'
import type { DirectoryGraph, DirectoryGroup } from '../graph.ts'
import type { Scope } from '../source.ts'
import { addEntry, createCollection, logOddities, type Collection, type ReadGroup } from './collection.ts'
import type { Directory } from './directory.ts'
import { doubtEmptyGroups } from './empty-groups.ts'
import { equals } from './filters.ts'
import {
  addGroups,
  addPrimaryMembers,
  defaultReadLimits,
  GROUPS_PER_PAGE,
  lookUpWanted,
  sweepPeople,
  type ReadLimits,
} from './look-up.ts'
import { groupAttributes, type Person } from './parse.ts'
import { resolveScimGroups } from './scim-groups.ts'
import { relativeId } from './sid.ts'

/**
 * Reads what the scope needs: from the SCIM groups down, every group and person below them; all groups for mode `all`; all people under the
 * base where no SCIM group is named. What could not be read is a gap, or `unread` of a group.
 * @throws ScimPushError where nothing useful can be read: see Session.search and resolveScimGroups
 */
export const readGraph = async (
  directory: Directory,
  scope: Scope,
  limits: ReadLimits = defaultReadLimits,
): Promise<DirectoryGraph> => {
  const collection = createCollection()
  const gaps: Gap[] = []
  const named = await resolveScimGroups(directory, scope.scimGroups)
  gaps.push(...named.gaps)
  for (const person of named.users) addEntry(collection, person)

  let everyone: ReadonlySet<string> | null = null
  if (scope.scimGroups.length === 0) {
    const swept = await sweepPeople(directory, collection, directory.base)
    everyone = swept.guids
    if (swept.incomplete)
      gaps.push({ kind: 'users-unread', subject: directory.base, detail: swept.incomplete.detail })
  }

  await addGroups(directory, collection, named.groups, limits)
  await lookUpWanted(directory, collection, limits)
  const roots = named.groups.map(({ guid }) => guid)
  await doubtEmptyGroups(directory, collection, limits)
  const primaryUnread = await readPrimaryMembers(directory, collection, roots, limits)

  if (scope.groups === 'all') {
    const gap = await sweepGroups(directory, collection, limits)
    if (gap) gaps.push(gap)
    await lookUpWanted(directory, collection, limits)
    await doubtEmptyGroups(directory, collection, limits)
  }
  logOddities(collection, directory.log)
  return toGraph(collection, {
    everyone,
    roots,
    users: named.users.map(({ guid }) => guid),
    gaps,
    primaryUnread,
  })
}

const sweepGroups = async (
  directory: Directory,
  collection: Collection,
  limits: ReadLimits,
): Promise<Gap | null> => {
  const { entries, incomplete } = await directory.search({
    base: directory.base,
    scope: 'sub',
    filter: equals('objectClass', 'group'),
    attributes: groupAttributes,
    pageSize: GROUPS_PER_PAGE,
  })
  await addGroups(
    directory,
    collection,
    entries.filter((entry) => entry.kind === 'group'),
    limits,
  )
  return incomplete && { kind: 'groups-unread', subject: directory.base, detail: incomplete.detail }
}

/**
 * Primary members bring people into scope, so they are asked for wherever a SCIM group leads. For other groups those already
 * known are enough: whoever is not in scope is in no target group either.
 */
const readPrimaryMembers = async (
  directory: Directory,
  collection: Collection,
  roots: readonly string[],
  limits: ReadLimits,
): Promise<ReadonlyMap<string, string>> => {
  const below = groupsBelow(collection, roots)
  const ids = below.flatMap(({ group }) => (group.sid?.startsWith('S-1-5-21-') ? relativeId(group.sid) : []))
  if (ids.length === 0) return new Map()
  const incomplete = await addPrimaryMembers(directory, collection, ids, limits)
  return new Map(
    incomplete
      ? below.map(({ group }) => [group.guid, `those whose primary group it is: ${incomplete.detail}`])
      : [],
  )
}

const groupsBelow = (collection: Collection, roots: readonly string[]): readonly ReadGroup[] => {
  const seen = new Set(roots)
  // A Set takes in what is added while it is walked, and nothing twice.
  for (const guid of seen)
    for (const member of collection.groups.get(guid)?.members ?? [])
      if (collection.groups.has(member)) seen.add(member)
  return [...seen].flatMap((guid) => collection.groups.get(guid) ?? [])
}

interface Read {
  /** Those under the base, where no SCIM group is named; null otherwise. */
  readonly everyone: ReadonlySet<string> | null
  readonly roots: readonly string[]
  readonly users: readonly string[]
  readonly gaps: readonly Gap[]
  /** Groups whose primary members could not be read, with the reason. */
  readonly primaryUnread: ReadonlyMap<string, string>
}

const toGraph = (collection: Collection, read: Read): DirectoryGraph => {
  const { people, foreign, unresolved, names } = collection
  const strangers = new Map<UserKey, Stranger>()
  const addStranger = (guid: string, detail: string): void => {
    const key = userKey(guid)
    strangers.set(key, { key, label: names.get(guid) ?? guid, detail })
  }
  for (const guid of foreign.keys()) addStranger(guid, 'belongs to another domain or forest')
  for (const [guid, detail] of unresolved) addStranger(guid, detail)

  const inBase = [...people.values()].filter(({ guid }) => read.everyone?.has(guid) ?? true)
  const primary = primaryMembers(collection)
  const groups = [...collection.groups.values()].map((one) =>
    toGroup(collection, one, primary, read.primaryUnread),
  )
  return {
    users: new Map(inBase.map(({ user }) => [user.key, user])),
    groups: new Map(groups.map((group) => [group.key, group])),
    strangers,
    scimGroups: read.roots.map(groupKey),
    scimUsers: read.users.map(userKey),
    gaps: read.gaps,
  }
}

/** People by the SID of their primary group. */
const primaryMembers = ({ people }: Collection): ReadonlyMap<string, readonly Person[]> => {
  const bySid = new Map<string, Person[]>()
  for (const person of people.values()) {
    if (person.primaryGroupSid === null) continue
    const known = bySid.get(person.primaryGroupSid)
    if (known) known.push(person)
    else bySid.set(person.primaryGroupSid, [person])
  }
  return bySid
}

const toGroup = (
  collection: Collection,
  { group, members, unread }: ReadGroup,
  primary: ReadonlyMap<string, readonly Person[]>,
  primaryUnread: ReadonlyMap<string, string>,
): DirectoryGroup => {
  const users = new Set<UserKey>()
  const groups = new Set<GroupKey>()
  let reason = unread ?? primaryUnread.get(group.guid) ?? null
  for (const guid of members) {
    const unresolved = collection.unresolved.get(guid)
    if (unresolved !== undefined) reason ??= `its member ${collection.names.get(guid) ?? guid}: ${unresolved}`
    if (collection.groups.has(guid)) groups.add(groupKey(guid))
    else if (!collection.others.has(guid)) users.add(userKey(guid))
  }
  const byPrimaryGroup = new Set<UserKey>()
  for (const { user } of primary.get(group.sid ?? '') ?? []) {
    if (!users.has(user.key)) byPrimaryGroup.add(user.key)
    users.add(user.key)
  }
  return {
    key: groupKey(group.guid),
    ...(byPrimaryGroup.size > 0 && { byPrimaryGroup }),
    displayName: group.displayName,
    aliases: [group.dn, ...(group.accountName === null ? [] : [group.accountName])],
    users,
    groups,
    everyone: false,
    unread: reason,
  }
}
