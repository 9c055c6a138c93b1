import pMap from 'p-map'
import { ScimPushError } from '../errors/error.ts'
import type { Log } from '../lib/log.ts'
import type { ScimId } from '../model/ids.ts'
import type { TargetGroup } from '../model/target-state.ts'
import type { ScimReader } from './client.ts'
import { parseGroup, type WireGroup, type WireUser } from './parse.ts'

/** Members as Keeper tells them: by each user’s groups. */
export const membersFromUsers = (
  users: readonly WireUser[],
  groups: readonly WireGroup[],
): readonly TargetGroup[] => {
  const members = groupsOfUsers(users)
  return groups.map((group) => ({ ...group, members: members.get(group.id) ?? new Set() }))
}

interface Options {
  readonly reader: ScimReader
  readonly concurrency: number
  readonly log: Log
}

/** So many groups without `members` are asked for alone, to learn whether the others are worth asking for. */
const SAMPLE = 3

/**
 * Members as RFC 7643 §4.2 has them, of users only. A list may leave `members` out, or show it empty although there are some (AWS):
 * - Some group of the list has members: lists tell them, and a group without the attribute is most likely empty. A few are asked
 *   for alone; only if that shows members, all are.
 * - None has any, but users carry `groups`: these tell.
 * - Neither: every group is asked for alone.
 * A group that is listed and not found when it is asked for alone counts as one without members: left out, it would be created a second
 * time. What is taken for too few members costs a needless addition, never a removal.
 */
export const membersFromGroups = async (
  users: readonly WireUser[],
  groups: readonly WireGroup[],
  options: Options,
): Promise<readonly TargetGroup[]> => {
  const known = new Set(users.map(({ id }) => id))
  const byUsers = groupsOfUsers(users)
  const told = await tellMembers(groups, byUsers.size > 0, options)
  if (users.length > 0 && told.length > 0 && byUsers.size === 0 && !told.some(hasMembers)) {
    options.log.warn(
      'no group shows a member: where the endpoint hides them, they can be added but not removed',
    )
  }
  return told.map((group) => {
    const members = group.members ?? [...(byUsers.get(group.id) ?? [])]
    return { ...group, members: new Set(members.filter((id) => known.has(id))) }
  })
}

/** The groups, `members` null only where the users have to tell. */
const tellMembers = async (
  groups: readonly WireGroup[],
  usersTell: boolean,
  { reader, concurrency }: Options,
): Promise<readonly WireGroup[]> => {
  const read = async (some: readonly WireGroup[]): Promise<ReadonlyMap<ScimId, WireGroup>> =>
    new Map(
      await pMap(some, async (group) => [group.id, await readGroup(reader, group)] as const, { concurrency }),
    )
  const replace = (by: ReadonlyMap<ScimId, WireGroup>): readonly WireGroup[] =>
    groups.map((group) => by.get(group.id) ?? group)

  if (!groups.some(hasMembers)) {
    return usersTell ? groups.map((group) => ({ ...group, members: null })) : replace(await read(groups))
  }
  const silent = groups.filter(({ members }) => members === null)
  const sample = await read(silent.slice(0, SAMPLE))
  const worthIt = [...sample.values()].some(hasMembers)
  return replace(worthIt ? new Map([...sample, ...(await read(silent.slice(SAMPLE)))]) : sample)
}

const hasMembers = ({ members }: WireGroup): boolean => members !== null && members.length > 0

const readGroup = async (reader: ScimReader, listed: WireGroup): Promise<WireGroup> => {
  const { id, externalId } = listed
  const path = `/Groups/${encodeURIComponent(id)}`
  try {
    const group = parseGroup((await reader.send({ method: 'GET', path })).body, path)
    // Its members would be taken for those of the group that the list has.
    if (group.id === id && group.externalId === externalId) return group
    throw new ScimPushError('SCIM_WRONG_RESOURCE', {
      message:
        group.id === id
          ? `${id} has the externalId ${externalId ?? 'none'} in the list, and ${group.externalId ?? 'none'} when asked for alone`
          : `asked for ${id}, got ${group.id}`,
      where: `GET ${path}`,
    })
  } catch (error) {
    if (error instanceof ScimPushError && error.code === 'SCIM_NOT_FOUND') return { ...listed, members: [] }
    throw error
  }
}

const groupsOfUsers = (users: readonly WireUser[]): ReadonlyMap<ScimId, ReadonlySet<ScimId>> => {
  const members = new Map<ScimId, Set<ScimId>>()
  for (const user of users) {
    for (const group of user.groups ?? []) {
      const set = members.get(group)
      if (set) set.add(user.id)
      else members.set(group, new Set([user.id]))
    }
  }
  return members
}
