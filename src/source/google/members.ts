import pMap from 'p-map'
import { ScimPushError } from '../../errors/error.ts'
import type { GroupKey, UserKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { DirectoryGroup } from '../graph.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import type { GroupList } from './group-list.ts'
import { allOf } from './pages.ts'
import type { WireGroup, WireMember } from './parse.ts'
import type { Wanted } from './user-list.ts'

export interface Crawl {
  readonly groups: ReadonlyMap<GroupKey, DirectoryGroup>
  /** Groups that would have been target groups, had their names been readable. */
  readonly gaps: readonly Gap[]
}

export interface CrawlOptions {
  readonly api: DirectoryApi
  readonly roots: readonly WireGroup[]
  /** True when the groups directly in the roots become target groups, which need their name. */
  readonly targetsInRoots: boolean
  readonly concurrency: number
  /** Where nested groups are looked for before they are asked for one by one. */
  readonly list: GroupList
  /** Told whom groups name, as soon as they do. */
  readonly wanted: Wanted
  /** Of equal keys the first. */
  readonly sameKey: (key: UserKey) => UserKey
}

/**
 * Reads the members of groups and of the groups nested in them, to any depth, each group once. A group that can't be read is
 * in the answer all the same, marked as unread: its members are unknown, not none.
 * @throws ScimPushError when credentials fail; everything else is about one group
 */
export const crawlMembers = async (options: CrawlOptions): Promise<Crawl> => {
  const { api, roots, targetsInRoots, concurrency, list, wanted, sameKey } = options
  const groups = new Map<GroupKey, DirectoryGroup>()
  const gaps: Gap[] = []
  const seen = new Set<GroupKey>(roots.map(({ key }) => key))
  let level: readonly WireGroup[] = roots
  for (let depth = 0; level.length > 0; depth++) {
    const nested = new Map<GroupKey, string>()
    await pMap(
      level,
      async (group) => {
        const members = await readMembers(api, group)
        groups.set(group.key, toDirectoryGroup(group, members, sameKey))
        for (const member of typeof members === 'string' ? [] : members) {
          if (member.type === 'CUSTOMER') wanted.everyone()
          else if (member.type !== 'GROUP') wanted.add(member.key, member.email)
          else if (!seen.has(member.key)) nested.set(member.key, member.email)
        }
      },
      { concurrency },
    )
    for (const key of nested.keys()) seen.add(key)
    await list.seek([...nested.keys()])
    const looked = await pMap(nested, ([key, email]) => lookAt(options, key, email), { concurrency })
    level = looked.flatMap((one) => (one.kind === 'group' ? [one.group] : []))
    for (const one of looked) {
      if (one.kind === 'group') continue
      const subject = one.email || one.key
      // Under its address it would be created, or would rename the one that is there; left out it is left alone.
      if (targetsInRoots && depth === 0) gaps.push({ kind: 'groups-unread', subject, detail: one.reason })
      else groups.set(one.key, toDirectoryGroup({ ...one, name: subject, aliases: [] }, one.reason, sameKey))
    }
  }
  return { groups, gaps }
}

type NestedGroup =
  | { readonly kind: 'group'; readonly group: WireGroup }
  | { readonly kind: 'unknown'; readonly key: GroupKey; readonly email: string; readonly reason: string }

/**
 * A nested group with its name, which exclusions may mean, and its count, without which a short list would pass for the whole. One
 * that can't be looked at (of another tenant, say) is not walked: it may be an excluded one.
 */
const lookAt = async ({ api, list }: CrawlOptions, key: GroupKey, email: string): Promise<NestedGroup> => {
  try {
    return { kind: 'group', group: list.get(key) ?? (await api.getGroup(key)) }
  } catch (error) {
    return { kind: 'unknown', key, email, reason: reasonOf(error) }
  }
}

/** The direct members; or, in words, why they are not known. */
const readMembers = async (api: DirectoryApi, group: WireGroup): Promise<readonly WireMember[] | string> => {
  try {
    const first = await readOnce(api, group)
    if (!comesUpShort(first, group)) return first
    // Lists have been seen to lack members that the next read has; counting costs nothing.
    const second = await readOnce(api, group)
    return comesUpShort(second, group)
      ? `${second.length} members were read where Google counts ${group.directMembers ?? 0}`
      : second
  } catch (error) {
    return reasonOf(error)
  }
}

/** Why a group is unread. @throws the error itself where it concerns the whole run */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof ScimPushError) || endsReading(error)) throw error
  return `${error.code}: ${error.message}`
}

const readOnce = async (api: DirectoryApi, group: WireGroup): Promise<readonly WireMember[]> =>
  allOf(`members of ${group.email || group.key}`, (token) => api.listMembers(group.key, token))

const comesUpShort = (members: readonly WireMember[], { directMembers }: WireGroup): boolean =>
  directMembers !== null && members.length < directMembers && !members.some(({ type }) => type === 'CUSTOMER')

const toDirectoryGroup = (
  { key, email, name, aliases }: Pick<WireGroup, 'key' | 'email' | 'name' | 'aliases'>,
  members: readonly WireMember[] | string,
  sameKey: CrawlOptions['sameKey'],
): DirectoryGroup => {
  const known = typeof members === 'string' ? [] : members
  return {
    key,
    displayName: name,
    aliases: [...(email === '' ? [] : [email]), ...aliases],
    users: new Set(
      known.flatMap((member) =>
        member.type === 'USER' || member.type === 'EXTERNAL' ? [sameKey(member.key)] : [],
      ),
    ),
    groups: new Set(known.flatMap((member) => (member.type === 'GROUP' ? [member.key] : []))),
    everyone: known.some(({ type }) => type === 'CUSTOMER'),
    unread: typeof members === 'string' ? members : null,
  }
}
