import pMap from 'p-map'
import { ScimPushError } from '../errors/error.ts'
import type { ScimId } from '../model/ids.ts'
import type { TargetGroup } from '../model/target-state.ts'
import type { ScimClient } from './client.ts'
import { parseGroup, type WireGroup, type WireUser } from './parse.ts'

/** Members as Keeper tells them: by each user’s groups. */
export const membersFromUsers = (
  users: readonly WireUser[],
  groups: readonly WireGroup[],
): readonly TargetGroup[] => {
  const members = groupsOfUsers(users)
  return groups.map((group) => ({ ...group, members: members.get(group.id) ?? new Set() }))
}

/**
 * Members as RFC 7643 §4.2 has them. A group that the list shows without `members` may be empty, or the server leaves them out
 * of lists (AWS): it is asked for alone, and what the users’ own `groups` say counts as well. A group that is gone by then is
 * left out.
 */
export const membersFromGroups = async (
  client: ScimClient,
  users: readonly WireUser[],
  groups: readonly WireGroup[],
  concurrency: number,
): Promise<readonly TargetGroup[]> => {
  const byUsers = groupsOfUsers(users)
  const complete = await pMap(
    groups,
    (group) => (group.members === null ? readGroup(client, group.id) : group),
    { concurrency },
  )
  return complete
    .filter((group) => group !== null)
    .map((group) => ({
      ...group,
      members: new Set([
        ...(group.members ?? []),
        ...(group.members === null ? (byUsers.get(group.id) ?? []) : []),
      ]),
    }))
}

const readGroup = async (client: ScimClient, id: ScimId): Promise<WireGroup | null> => {
  const path = `/Groups/${encodeURIComponent(id)}`
  try {
    const group = parseGroup((await client.send({ method: 'GET', path })).body, path)
    if (group.id !== id) {
      throw new ScimPushError('SCIM_WRONG_RESOURCE', {
        message: `asked for ${id}, got ${group.id}`,
        where: `GET ${path}`,
      })
    }
    return group
  } catch (error) {
    if (error instanceof ScimPushError && error.code === 'SCIM_NOT_FOUND') return null
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
