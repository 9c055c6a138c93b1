import type { GroupKey, UserKey } from '../model/ids.ts'
import { componentsFromBelow } from './components.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'

/** A group with its nested members flattened into it. */
export interface Flat {
  readonly users: ReadonlySet<UserKey>
  /** Every user of the directory is a member. */
  readonly everyone: boolean
  /** Null when everything below was read; otherwise why not. */
  readonly unread: string | null
  /** The groups below (itself included) that were not read. */
  readonly unreadGroups: ReadonlySet<GroupKey>
}

interface Done extends Flat {
  /** What `unread` is for the groups above. */
  readonly unreadAbove: string | null
}

const empty: Flat = { users: new Set(), everyone: false, unread: null, unreadGroups: new Set() }

/**
 * Flattens the groups that are wanted, to any depth; a cycle is walked once. Groups for which `excluded` is true are not walked.
 *
 * Groups are flattened from below, and one that is wanted itself is not walked again for those above it: where thousands hold each
 * other, fifty deep, each would walk most of them. Groups with the same members share one set.
 */
export const flatten = (
  graph: DirectoryGraph,
  excluded: (group: DirectoryGroup) => boolean,
  wanted: ReadonlySet<GroupKey>,
): ((root: GroupKey) => Flat) => {
  const done = new Map<GroupKey, Done>()
  const usersUnread = graph.gaps.find(({ kind }) => kind === 'users-unread')

  const walk = (root: GroupKey): Flat => {
    const users = new Set<ReadonlySet<UserKey>>()
    const unreadGroups = new Set<ReadonlySet<GroupKey>>()
    const own = new Set<GroupKey>()
    let unread: string | null = null
    let everyone = false
    const seen = new Set([root])
    // A stack of our own: nesting may be deeper than the call stack allows.
    const stack = [root]
    for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
      const below = done.get(key)
      if (below) {
        users.add(below.users)
        unreadGroups.add(below.unreadGroups)
        everyone ||= below.everyone
        unread ??= below.unreadAbove
        continue
      }
      const group = graph.groups.get(key)
      if (!group) {
        own.add(key)
        unread ??= `the group ${key} was not read`
        continue
      }
      if (excluded(group)) continue
      users.add(group.users)
      if (group.everyone) {
        everyone = true
        if (usersUnread) unread ??= `everyone is a member, and ${usersUnread.detail}`
      }
      if (group.unread !== null) {
        own.add(key)
        unread ??= key === root ? group.unread : nestedUnread(group, group.unread)
      }
      for (const child of group.groups) {
        if (seen.has(child)) continue
        seen.add(child)
        stack.push(child)
      }
    }
    return { users: union(users), everyone, unread, unreadGroups: union(unreadGroups.add(own)) }
  }
  const childrenOf = (key: GroupKey): Iterable<GroupKey> => {
    const group = graph.groups.get(key)
    return group && !excluded(group) ? group.groups : []
  }
  for (const component of componentsFromBelow(wanted, childrenOf)) {
    let shared: Done | null = null
    for (const key of component) {
      if (!wanted.has(key)) continue
      const own = graph.groups.get(key)
      // In a circle each has the members of all.
      const flat: Flat = shared ? { ...shared, unread: own?.unread ?? shared.unreadAbove } : walk(key)
      const { unread } = flat
      const unreadAbove = own && unread !== null && unread === own.unread ? nestedUnread(own, unread) : unread
      shared = { ...flat, unreadAbove }
      done.set(key, shared)
    }
  }
  return (root) => done.get(root) ?? empty
}

const nestedUnread = ({ displayName }: DirectoryGroup, unread: string): string =>
  `${displayName}, nested in it: ${unread}`

/** All members of some sets: in the largest of them, where that has them all. */
export const union = <T>(sets: Iterable<ReadonlySet<T>>): ReadonlySet<T> => {
  const [largest = new Set<T>(), ...others] = [...sets].sort((a, b) => b.size - a.size)
  let all: Set<T> | null = null
  for (const other of others)
    for (const one of other) {
      if ((all ?? largest).has(one)) continue
      all ??= new Set(largest)
      all.add(one)
    }
  return all ?? largest
}
