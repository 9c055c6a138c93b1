import { compareText } from '../lib/fold.ts'
import type { GroupKey, UserKey } from '../model/ids.ts'
import type { GroupPath } from '../model/path.ts'
import type { DirectoryGroup } from './graph.ts'

/** What a walk needs to know of a group. */
type Step = Pick<DirectoryGroup, 'key' | 'displayName' | 'users' | 'groups' | 'everyone'>

/** How somebody is in a group. */
export interface Way {
  readonly path: GroupPath
  /** True when the last group of the path has every user as a member, and not this one by name. */
  readonly everyone: boolean
}

interface Walk<G extends Step> {
  readonly groups: ReadonlyMap<GroupKey, G>
  readonly user: UserKey
  /** Whether a group that has everyone has this user too: strangers are in it only by name. */
  readonly countsAsEveryone: boolean
  /** Groups that are not walked. */
  readonly skip: (group: G) => boolean
}

/**
 * The shortest way from a group down to a user, of equally short ones the first by name; null when there is none. The same for
 * every order of the input; a cycle is walked once.
 */
export const wayDown = <G extends Step>(root: GroupKey, walk: Walk<G>): Way | null => {
  const { groups, user, countsAsEveryone, skip } = walk
  const above = new Map<GroupKey, G | null>()
  const enter = (key: GroupKey, from: G | null): readonly G[] => {
    const group = groups.get(key)
    if (group === undefined || above.has(key) || skip(group)) return []
    above.set(key, from)
    return [group]
  }
  const pathTo = (end: G): GroupPath => {
    const path: GroupPath[number][] = []
    for (let group: G | null = end; group !== null; group = above.get(group.key) ?? null)
      path.push({ key: group.key, displayName: group.displayName })
    return path.reverse()
  }
  // A level is in the order of its paths, so the first that fits has the first path, and each group gets its first one.
  let level = enter(root, null)
  while (level.length > 0) {
    const named = level.find(({ users }) => users.has(user))
    if (named) return { path: pathTo(named), everyone: false }
    const general = countsAsEveryone ? level.find(({ everyone }) => everyone) : undefined
    if (general) return { path: pathTo(general), everyone: true }
    level = level.flatMap((group) => inOrder(group, groups).flatMap((key) => enter(key, group)))
  }
  return null
}

const inOrder = <G extends Step>(group: G, groups: ReadonlyMap<GroupKey, G>): readonly GroupKey[] =>
  [...group.groups].sort(
    (a, b) =>
      compareText(groups.get(a)?.displayName ?? '', groups.get(b)?.displayName ?? '') ||
      (a < b ? -1 : a > b ? 1 : 0),
  )
