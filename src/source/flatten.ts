import type { GroupKey, UserKey } from '../model/ids.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'

/** A group with its nested members flattened into it. */
export interface Flat {
  readonly users: ReadonlySet<UserKey>
  /** Every user of the directory is a member. */
  readonly everyone: boolean
  /** Null when everything below was read; otherwise why not. */
  readonly unread: string | null
  /** The groups below (itself included) that were not read. */
  readonly unreadGroups: readonly GroupKey[]
}

/**
 * Flattens groups of a graph, to any depth; a cycle is walked once. Results are kept, so asking twice is cheap.
 * Groups for which `excluded` is true are not walked.
 */
export const flattener = (
  graph: DirectoryGraph,
  excluded: (group: DirectoryGroup) => boolean,
): ((root: GroupKey) => Flat) => {
  const done = new Map<GroupKey, Flat>()
  const usersUnread = graph.gaps.find(({ kind }) => kind === 'users-unread')

  const walk = (root: GroupKey): Flat => {
    const alone = graph.groups.get(root)
    if (alone && alone.groups.size === 0 && !alone.everyone && alone.unread === null && !excluded(alone))
      return { users: alone.users, everyone: false, unread: null, unreadGroups: [] }
    const users = new Set<UserKey>()
    const unreadGroups: GroupKey[] = []
    let unread: string | null = null
    let everyone = false
    const seen = new Set([root])
    // A stack of our own: nesting may be deeper than the call stack allows.
    const stack = [root]
    for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
      const group = graph.groups.get(key)
      if (!group) {
        unreadGroups.push(key)
        unread ??= `the group ${key} was not read`
        continue
      }
      if (excluded(group)) continue
      for (const user of group.users) users.add(user)
      if (group.everyone) {
        everyone = true
        if (usersUnread) unread ??= `everyone is a member, and ${usersUnread.detail}`
      }
      if (group.unread !== null) {
        unreadGroups.push(key)
        unread ??= key === root ? group.unread : `${group.displayName}, nested in it: ${group.unread}`
      }
      for (const child of group.groups) {
        if (seen.has(child)) continue
        seen.add(child)
        stack.push(child)
      }
    }
    return { users, everyone, unread, unreadGroups }
  }

  return (root) => {
    const known = done.get(root)
    if (known) return known
    const flat = walk(root)
    done.set(root, flat)
    return flat
  }
}
