import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import type { GroupKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { DirectoryGraph } from '../graph.ts'
import type { Scope } from '../source.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import { crawlMembers } from './members.ts'
import { pagesOf, pagesOverlap } from './pages.ts'
import type { WireGroup } from './parse.ts'
import { readEveryone, readPeople, usersUnread } from './people.ts'
import { gapsOf, resolveEntries, type Resolution } from './resolve.ts'

/**
 * Reads of the tenant what the scope needs: the SCIM groups and what is nested in them, all groups where the mode is `all`, and
 * the people whom they name.
 * @throws ScimPushError no connection, no credentials, or not one of the SCIM groups resolved
 */
export const readGraph = async (
  api: DirectoryApi,
  scope: Scope,
  concurrency: number,
  log: Log,
): Promise<DirectoryGraph> => {
  const resolutions = await resolveEntries(api, scope.scimGroups)
  refuseNothingResolved(resolutions)
  const selected = resolutions.flatMap((resolution) =>
    resolution.kind === 'group' ? [resolution.group] : [],
  )
  const named = resolutions.flatMap((resolution) => (resolution.kind === 'user' ? [resolution.user] : []))
  const listed = scope.groups === 'all' ? await readAllGroups(api) : { groups: [], gaps: [] }

  const roots = new Map<GroupKey, WireGroup>(
    [...listed.groups, ...selected].map((group) => [group.key, group]),
  )
  const crawl = await crawlMembers({
    api,
    roots: [...roots.values()],
    targetsInRoots: scope.groups === 'listed',
    concurrency,
  })
  const everyone = scope.scimGroups.length === 0 || [...crawl.groups.values()].some((group) => group.everyone)
  const known = everyone ? await readEveryone(api) : { users: new Map(), strangers: new Map(), gaps: [] }
  const wanted = new Map([...crawl.people].filter(([key]) => !known.users.has(key)))
  const asked = everyone
    ? await readPeople(withoutLists(api), wanted, concurrency, log)
    : await readPeople(api, wanted, concurrency, log)
  const [overlooked] = everyone ? asked.users.values() : []
  const shortList =
    overlooked === undefined
      ? []
      : [usersUnread(`the list lacks ${asked.users.size} whom groups name, ${overlooked.label} for one`)]
  return {
    users: new Map([...known.users, ...asked.users, ...named.map((user) => [user.key, user] as const)]),
    groups: crawl.groups,
    strangers: asked.strangers,
    scimGroups: [...new Set(selected.map(({ key }) => key))],
    scimUsers: named.map(({ key }) => key),
    gaps: [...gapsOf(resolutions), ...listed.gaps, ...crawl.gaps, ...known.gaps, ...asked.gaps, ...shortList],
  }
}

const refuseNothingResolved = (resolutions: readonly Resolution[]): void => {
  const unresolved = resolutions.filter((resolution) => resolution.kind === 'unresolved')
  if (resolutions.length === 0 || unresolved.length < resolutions.length) return
  throw new ScimPushError('GOOGLE_SCIM_GROUPS', {
    message: unresolved.map(({ entry, detail }) => `${entry}: ${detail}`).join('; '),
    where: 'scope.scimGroups',
  })
}

const readAllGroups = async (
  api: DirectoryApi,
): Promise<{ readonly groups: readonly WireGroup[]; readonly gaps: readonly Gap[] }> => {
  const groups: WireGroup[] = []
  try {
    for await (const page of pagesOf('groups', (token) => api.listGroups(token))) groups.push(...page)
    const twice = groups.length - new Set(groups.map(({ key }) => key)).size
    if (twice > 0) throw pagesOverlap('groups', twice)
  } catch (error) {
    if (!(error instanceof ScimPushError) || groups.length === 0 || endsReading(error)) throw error
    return {
      groups,
      gaps: [
        {
          kind: 'groups-unread',
          subject: 'groups',
          detail: `after ${groups.length} groups: ${error.code}: ${error.message}`,
        },
      ],
    }
  }
  return { groups, gaps: [] }
}

/** The tenant has been listed already: who is missing can only be asked for. */
const withoutLists = (api: DirectoryApi): DirectoryApi => ({
  ...api,
  listUsers: () => Promise.resolve({ items: [], nextPageToken: null }),
})
