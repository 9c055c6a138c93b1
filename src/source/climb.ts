import pMap from 'p-map'
import type { GroupKey, UserKey } from '../model/ids.ts'
import type { GroupAbove, GroupsAbove } from './locate.ts'

/** What a source knows of a group before it is known who is in it. */
type Found = Pick<GroupAbove, 'key' | 'displayName' | 'aliases'>

/** Groups that have someone as a direct member, as far as they could be read. */
export interface Parents<G extends Found> {
  readonly groups: readonly G[]
  /** Null when these are all; otherwise why not. */
  readonly unread: string | null
}

interface Climb<G extends Found> {
  readonly user: UserKey
  readonly direct: Parents<G>
  /** Asked once for every group. */
  readonly parentsOf: (group: G) => Promise<Parents<G>>
  readonly concurrency: number
}

/** Far more groups than anybody is in; a directory whose groups go on for ever ends here. */
const MOST_GROUPS = 1000

interface Growing extends GroupAbove {
  readonly groups: Set<GroupKey>
}

/** The groups that a user is in, and those that these are in, level by level; a cycle is walked once. */
export const climb = async <G extends Found>(options: Climb<G>): Promise<GroupsAbove> => {
  const { user, direct, parentsOf, concurrency } = options
  const groups = new Map<GroupKey, Growing>()
  let { unread } = direct
  const take = (found: readonly G[], users: readonly UserKey[], below: readonly GroupKey[]): readonly G[] =>
    found.filter(({ key, displayName, aliases }) => {
      const known = groups.get(key)
      for (const child of known ? below : []) known?.groups.add(child)
      if (known) return false
      if (groups.size >= MOST_GROUPS) {
        unread ??= `there are more than ${MOST_GROUPS}`
        return false
      }
      const everyone = false
      groups.set(key, { key, displayName, aliases, users: new Set(users), groups: new Set(below), everyone })
      return true
    })
  let level = take(direct.groups, [user], [])
  while (level.length > 0) {
    const read = await pMap(level, async (child) => ({ child, parents: await parentsOf(child) }), {
      concurrency,
    })
    level = read.flatMap(({ child, parents }) => {
      unread ??= parents.unread
      return take(parents.groups, [], [child.key])
    })
  }
  return { groups, unread }
}
