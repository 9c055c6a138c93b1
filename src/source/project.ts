import type { GroupKey, UserKey } from '../model/ids.ts'
import type { SourceGroup } from '../model/group.ts'
import type { DirectorySnapshot, Gap } from '../model/snapshot.ts'
import type { SourceUser, Stranger } from '../model/user.ts'
import { assertNever } from '../lib/assert-never.ts'
import { matcher } from '../lib/wildcard.ts'
import { flatten, union, type Flat } from './flatten.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'
import type { Scope } from './source.ts'

/**
 * Reduces what a source read to the configured scope: who is in scope, which groups the target gets, nested members
 * flattened into them, exclusions taken out, and what is missing named as gaps. Pure; the order of its input is irrelevant.
 *
 * An excluded group is neither a target group nor a way into scope: nobody is a member through it.
 */
export const project = (graph: DirectoryGraph, scope: Scope): DirectorySnapshot => {
  const excludedGroup = groupMatcher(scope)
  const chosen = chooseGroups(graph, scope, excludedGroup)
  const wanted = new Set([...graph.scimGroups, ...(chosen.groups ?? []).map(({ key }) => key)])
  const flatOf = flatten(graph, excludedGroup, wanted)
  const roots = graph.scimGroups.map(flatOf)
  const everyone = scope.scimGroups.length === 0 || roots.some((flat) => flat.everyone)

  const people = scopedPeople(graph, scope, everyone, roots)
  const flats = chosen.groups?.map((group) => ({ group, flat: flatOf(group.key) })) ?? null
  const scopeInDoubt = graph.gaps.length > 0 || roots.some(({ unread }) => unread !== null)
  const membersOf = membersInScope(graph, people.inScope)
  const groups: SourceGroup[] = []
  let leftOut = false
  for (const { group, flat } of flats ?? []) {
    const members = membersOf(flat)
    // A group of mode `all` is there because it has a user in scope. One that was not read may have some, and so may one whose
    // users are out of a scope that was not read: it is left alone rather than created empty or deleted.
    if (scope.groups === 'all' && members.size === 0) {
      const hasUsers = flat.everyone || flat.users.size > 0
      if (flat.unread !== null || (scopeInDoubt && hasUsers)) leftOut = true
      continue
    }
    groups.push({ key: group.key, displayName: group.displayName, members, unread: flat.unread })
  }

  const gaps = [
    ...graph.gaps,
    ...people.gaps,
    ...unreadGaps(graph, [...roots, ...(flats ?? []).map(({ flat }) => flat)]),
  ]
  return {
    users: people.users,
    groups: flats === null ? null : groups,
    strangers: people.strangers,
    gaps,
    groupsComplete:
      chosen.complete &&
      !leftOut &&
      !gaps.some(({ kind }) => kind === 'scim-group-unresolved' || kind === 'groups-unread'),
  }
}

/** Whether `scope.exclude.groups` means a group, by its name or by one of its aliases. */
export const groupMatcher = (
  scope: Scope,
): ((group: Pick<DirectoryGroup, 'displayName' | 'aliases'>) => boolean) => {
  const matches = matcher(scope.exclude.groups)
  return (group) => matches(group.displayName) || group.aliases.some(matches)
}

interface Chosen {
  /** Null when groups are not managed. */
  readonly groups: readonly DirectoryGroup[] | null
  readonly complete: boolean
}

const chooseGroups = (
  graph: DirectoryGraph,
  scope: Scope,
  excluded: (group: DirectoryGroup) => boolean,
): Chosen => {
  const known = (keys: Iterable<GroupKey>): DirectoryGroup[] =>
    [...new Set(keys)].flatMap((key) => graph.groups.get(key) ?? []).filter((group) => !excluded(group))
  // A group that is named and not there was not read; it may well be one of the target's.
  const allRead = (keys: readonly GroupKey[]): boolean => keys.every((key) => graph.groups.has(key))
  const rosters = known(graph.scimGroups)
  switch (scope.groups) {
    case 'none':
      return { groups: null, complete: true }
    case 'selected':
      // Nothing selected is not the same as a selection that came back empty: then groups are none of our business.
      return {
        groups: graph.scimGroups.length === 0 ? null : rosters,
        complete: allRead(graph.scimGroups),
      }
    case 'listed': {
      if (graph.scimGroups.length === 0) return { groups: null, complete: true }
      const listed = rosters.flatMap((roster) => [...roster.groups])
      return {
        groups: known(listed),
        complete: allRead([...graph.scimGroups, ...listed]) && rosters.every(({ unread }) => unread === null),
      }
    }
    case 'all': {
      const selected = new Set(graph.scimGroups)
      return { groups: known(graph.groups.keys()).filter(({ key }) => !selected.has(key)), complete: true }
    }
    default:
      return assertNever(scope.groups)
  }
}

interface People {
  readonly users: readonly SourceUser[]
  readonly strangers: readonly Stranger[]
  readonly inScope: ReadonlySet<UserKey>
  readonly gaps: readonly Gap[]
}

const scopedPeople = (
  graph: DirectoryGraph,
  scope: Scope,
  everyone: boolean,
  roots: readonly Flat[],
): People => {
  const keys = new Set<UserKey>(everyone ? graph.users.keys() : [])
  for (const key of graph.scimUsers) keys.add(key)
  for (const root of roots) for (const key of root.users) keys.add(key)

  const excluded = matcher(scope.exclude.users)
  const users: SourceUser[] = []
  const strangers: Stranger[] = []
  const inScope = new Set<UserKey>()
  const gaps: Gap[] = []
  for (const key of keys) {
    const user = graph.users.get(key)
    if (user) {
      if (excluded(user.label) || (user.userName !== null && excluded(user.userName))) continue
      users.push(user)
    } else {
      const stranger = graph.strangers.get(key)
      if (stranger && excluded(stranger.label)) continue
      strangers.push(stranger ?? { key, label: key, detail: 'named by a group, but not read as a user' })
      if (!stranger)
        gaps.push({
          kind: 'users-unread',
          subject: key,
          detail: 'a group names this member, who was not read',
        })
    }
    inScope.add(key)
  }
  return { users, strangers, inScope, gaps }
}

/** Groups that have the same members share one set, here as in `flatten`. */
const membersInScope = (
  graph: DirectoryGraph,
  inScope: ReadonlySet<UserKey>,
): ((flat: Flat) => ReadonlySet<UserKey>) => {
  const named = new Map<ReadonlySet<UserKey>, ReadonlySet<UserKey>>()
  const everyone = new Map<ReadonlySet<UserKey>, ReadonlySet<UserKey>>()
  let known: ReadonlySet<UserKey> | null = null
  return ({ users, everyone: all }) => {
    const found = all ? everyone : named
    const before = found.get(users)
    if (before) return before
    // Of a large company a second list of all memberships is what the memory goes to.
    const some = within(users, inScope)
    if (all) known ??= within(new Set(graph.users.keys()), inScope)
    const members = all && known ? union([some, known]) : some
    found.set(users, members)
    return members
  }
}

/** Those of a set that another one has: the set itself where these are all, as in nearly all groups. */
const within = (users: ReadonlySet<UserKey>, inScope: ReadonlySet<UserKey>): ReadonlySet<UserKey> => {
  for (const key of users) if (!inScope.has(key)) return new Set([...users].filter((one) => inScope.has(one)))
  return users
}

const unreadGaps = (graph: DirectoryGraph, flats: readonly Flat[]): Gap[] => {
  const gaps = new Map<GroupKey, Gap>()
  // Thousands of groups may be above the same one.
  for (const keys of new Set(flats.map(({ unreadGroups }) => unreadGroups)))
    for (const key of keys) {
      if (gaps.has(key)) continue
      const group = graph.groups.get(key)
      gaps.set(key, {
        kind: 'members-unread',
        subject: group?.displayName ?? key,
        detail: group?.unread ?? 'the group was not read',
      })
    }
  return [...gaps.values()]
}
