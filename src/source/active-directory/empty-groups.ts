import pMap from 'p-map'
import type { Collection, ReadGroup } from './collection.ts'
import type { Directory } from './directory.ts'
import { any, equals } from './filters.ts'
import { chunks, type ReadLimits } from './look-up.ts'
import type { Found } from './question.ts'

/** How many DNs go into one filter; they may be long. */
const DNS_PER_SEARCH = 50

/**
 * A group whose `member` the account may not read (Exchange hides memberships that way) looks exactly like an empty one. So what
 * reads as empty is asked for the other way round, through `memberOf`; a group that someone says to be in is unread.
 */
export const doubtEmptyGroups = async (
  directory: Directory,
  collection: Collection,
  { concurrency }: ReadLimits,
): Promise<void> => {
  const empty = [...collection.groups.values()].filter(
    ({ members, unread, emptyConfirmed }) => members.size === 0 && unread === null && !emptyConfirmed,
  )
  await pMap(
    chunks(empty, DNS_PER_SEARCH),
    async (some) => {
      const { entries, incomplete } = await membersOf(directory, some)
      const doubted = incomplete === null && entries.length === 0 ? [] : some
      for (const one of some) confirm(collection, one, null)
      for (const one of doubted) confirm(collection, one, await doubt(directory, one))
    },
    { concurrency },
  )
}

const confirm = (collection: Collection, one: ReadGroup, unread: string | null): void => {
  collection.groups.set(one.group.guid, { ...one, unread, emptyConfirmed: unread === null })
}

const doubt = async (directory: Directory, one: ReadGroup): Promise<string | null> => {
  const { entries, incomplete } = await membersOf(directory, [one])
  if (entries.length > 0) return 'it has members, but the account may not read its `member`'
  return incomplete && `whether it is empty could not be verified: ${incomplete.detail}`
}

const membersOf = (directory: Directory, groups: readonly ReadGroup[]): Promise<Found<unknown>> =>
  directory.search({
    base: directory.domain,
    scope: 'sub',
    filter: any(groups.map(({ group }) => equals('memberOf', group.dn))),
    attributes: ['objectGUID'],
    pageSize: 1,
    sample: true,
  })
