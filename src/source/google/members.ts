import pMap from 'p-map'
import { ScimPushError } from '../../errors/error.ts'
import type { GroupKey, UserKey } from '../../model/ids.ts'
import type { DirectoryGroup } from '../graph.ts'
import type { DirectoryApi } from './api.ts'
import { allOf } from './pages.ts'
import type { WireGroup, WireMember } from './parse.ts'

export interface Crawl {
  readonly groups: ReadonlyMap<GroupKey, DirectoryGroup>
  /** Everyone whom a group names, with the address that it gives. */
  readonly people: ReadonlyMap<UserKey, string>
}

interface Options {
  readonly api: DirectoryApi
  readonly roots: readonly WireGroup[]
  /** True when a nested group's name matters, and not only its address. */
  readonly nameNested: (depth: number) => boolean
  readonly concurrency: number
}

/**
 * Reads the members of groups and of the groups nested in them, to any depth, each group once. A group that can't be read is
 * in the answer all the same, marked as unread: its members are unknown, not none.
 * @throws ScimPushError when credentials fail; everything else is about one group
 */
export const crawlMembers = async ({ api, roots, nameNested, concurrency }: Options): Promise<Crawl> => {
  const groups = new Map<GroupKey, DirectoryGroup>()
  const people = new Map<UserKey, string>()
  const seen = new Set<GroupKey>(roots.map(({ key }) => key))
  let level: readonly WireGroup[] = roots
  for (let depth = 0; level.length > 0; depth++) {
    const nested = new Map<GroupKey, string>()
    const read = await pMap(level, async (group) => ({ group, members: await readMembers(api, group) }), {
      concurrency,
    })
    for (const { group, members } of read) {
      groups.set(group.key, toDirectoryGroup(group, members))
      if (typeof members === 'string') continue
      for (const member of members) {
        if (member.type === 'GROUP' && !seen.has(member.key)) nested.set(member.key, member.email)
        if (member.type === 'USER' || member.type === 'EXTERNAL') people.set(member.key, member.email)
      }
    }
    for (const key of nested.keys()) seen.add(key)
    const named = nameNested(depth)
    level = await pMap(nested, ([key, email]) => (named ? nameGroup(api, key, email) : unnamed(key, email)), {
      concurrency,
    })
  }
  return { groups, people }
}

const unnamed = (key: GroupKey, email: string): WireGroup => ({
  key,
  email,
  name: email || key,
  directMembers: null,
})

/** A nested group whose name can't be had (of another tenant, say) goes by its address. */
const nameGroup = async (api: DirectoryApi, key: GroupKey, email: string): Promise<WireGroup> => {
  try {
    return await api.getGroup(key)
  } catch (error) {
    if (error instanceof ScimPushError && error.failure !== 'credentials') return unnamed(key, email)
    if (error instanceof ScimPushError && error.code === 'GOOGLE_FORBIDDEN') return unnamed(key, email)
    throw error
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
    if (!(error instanceof ScimPushError)) throw error
    // Forbidden is what a group of another tenant answers; any other refusal of the credentials concerns the whole run.
    if (error.failure === 'credentials' && error.code !== 'GOOGLE_FORBIDDEN') throw error
    return `${error.code}: ${error.message}`
  }
}

const readOnce = async (api: DirectoryApi, group: WireGroup): Promise<readonly WireMember[]> =>
  allOf(`members of ${group.email || group.key}`, (token) => api.listMembers(group.key, token))

const comesUpShort = (members: readonly WireMember[], { directMembers }: WireGroup): boolean =>
  directMembers !== null && members.length < directMembers && !members.some(({ type }) => type === 'CUSTOMER')

const toDirectoryGroup = (
  { key, email, name }: WireGroup,
  members: readonly WireMember[] | string,
): DirectoryGroup => {
  const known = typeof members === 'string' ? [] : members
  return {
    key,
    displayName: name,
    aliases: email === '' ? [] : [email],
    users: new Set(
      known.flatMap((member) => (member.type === 'USER' || member.type === 'EXTERNAL' ? [member.key] : [])),
    ),
    groups: new Set(known.flatMap((member) => (member.type === 'GROUP' ? [member.key] : []))),
    everyone: known.some(({ type }) => type === 'CUSTOMER'),
    unread: typeof members === 'string' ? members : null,
  }
}
