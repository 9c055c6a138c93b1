import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import { createSameText } from '../../lib/same-text.ts'
import type { GroupKey, UserKey } from '../../model/ids.ts'
import type { DirectoryGraph } from '../graph.ts'
import type { Scope } from '../source.ts'
import type { DirectoryApi } from './api.ts'
import { createGroupList } from './group-list.ts'
import { crawlMembers, type Crawl, type CrawlOptions } from './members.ts'
import type { WireGroup } from './parse.ts'
import { readPeople } from './people.ts'
import { gapsOf, resolveEntries, type Resolution } from './resolve.ts'
import { readUserList, type UserList } from './user-list.ts'

/**
 * Reads of the tenant what the scope needs: the SCIM groups and what is nested in them, all groups where the mode is `all`, and
 * the people whom they name. Users are listed while the groups are read; one request at a time is left to them, whose pages can't be
 * read in parallel.
 *
 * Requests, of a scope that can be read: ⌈users ÷ 500⌉ of the tenant, or one a person in scope where that is less; ⌈members ÷ 200⌉ of
 * each group, one at least; one a SCIM group and a nested group, or ⌈groups ÷ 200⌉ of the tenant where they are many (`GroupList`).
 * @throws ScimPushError no connection, no credentials, or not one of the SCIM groups resolved
 */
export const readGraph = async (
  api: DirectoryApi,
  scope: Scope,
  concurrency: number,
  log: Log,
): Promise<DirectoryGraph> => {
  const sameKey = createSameText<UserKey>()
  const list = readUserList(api, sameKey)
  try {
    const { crawl, resolutions, gaps } = await readGroups(api, scope, list, {
      concurrency: Math.max(1, concurrency - 1),
      sameKey,
    })
    list.settle()
    const people = await readPeople(await list.read, { api, concurrency, log })
    const named = resolutions.flatMap((resolution) => (resolution.kind === 'user' ? [resolution.user] : []))
    return {
      users: new Map([...people.users, ...named.map((user) => [user.key, user] as const)]),
      groups: crawl.groups,
      strangers: people.strangers,
      scimGroups: [...new Set(groupsOf(resolutions).map(({ key }) => key))],
      scimUsers: named.map(({ key }) => key),
      gaps: [...gaps, ...people.gaps],
    }
  } finally {
    list.settle()
  }
}

const readGroups = async (
  api: DirectoryApi,
  scope: Scope,
  list: UserList,
  how: Pick<CrawlOptions, 'concurrency' | 'sameKey'>,
): Promise<{
  readonly crawl: Crawl
  readonly resolutions: readonly Resolution[]
  readonly gaps: DirectoryGraph['gaps']
}> => {
  if (scope.scimGroups.length === 0) list.everyone()
  const groups = createGroupList(api)
  const listed = scope.groups === 'all' ? await groups.all() : { groups: [], gaps: [] }
  const resolutions = await resolveEntries(api, scope.scimGroups, groups)
  refuseNothingResolved(resolutions)
  const roots = new Map<GroupKey, WireGroup>(
    [...listed.groups, ...groupsOf(resolutions)].map((group) => [group.key, group]),
  )
  const crawl = await crawlMembers({
    api,
    roots: [...roots.values()],
    targetsInRoots: scope.groups === 'listed',
    ...how,
    list: groups,
    wanted: list,
  })
  return { crawl, resolutions, gaps: [...gapsOf(resolutions), ...listed.gaps, ...crawl.gaps] }
}

const groupsOf = (resolutions: readonly Resolution[]): readonly WireGroup[] =>
  resolutions.flatMap((resolution) => (resolution.kind === 'group' ? [resolution.group] : []))

const refuseNothingResolved = (resolutions: readonly Resolution[]): void => {
  const unresolved = resolutions.filter((resolution) => resolution.kind === 'unresolved')
  if (resolutions.length === 0 || unresolved.length < resolutions.length) return
  throw new ScimPushError('GOOGLE_SCIM_GROUPS', {
    message: unresolved.map(({ entry, detail }) => `${entry}: ${detail}`).join('; '),
    where: 'scope.scimGroups',
  })
}
