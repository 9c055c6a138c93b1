import type { Log } from '../../lib/log.ts'
import type { ExtendedDn } from './extended-dn.ts'
import type { Members } from './members.ts'
import type { DirectoryEntry, Group, Person } from './parse.ts'

export interface ReadGroup {
  readonly group: Group
  readonly members: ReadonlySet<string>
  readonly unread: string | null
  /** True once a group that reads as empty has been asked for the other way round. */
  readonly emptyConfirmed: boolean
}

/** What has been read so far, by GUID, and what groups name that has not. */
export interface Collection {
  readonly people: Map<string, Person>
  readonly groups: Map<string, ReadGroup>
  /** People of another domain or forest. */
  readonly foreign: Map<string, string>
  /** Computers, contacts and the like: members who are nobody's account. */
  readonly others: Set<string>
  /** Named by a group, and not to be read: the reason. Such a member may be a group, so the groups above are in doubt. */
  readonly unresolved: Map<string, string>
  /** Named by a group, and not looked for yet: the DN. */
  readonly wanted: Map<string, string>
  /** All DNs that groups name, for messages. */
  readonly names: Map<string, string>
}

export const createCollection = (): Collection => ({
  people: new Map(),
  groups: new Map(),
  foreign: new Map(),
  others: new Set(),
  unresolved: new Map(),
  wanted: new Map(),
  names: new Map(),
})

const isKnown = (collection: Collection, guid: string): boolean =>
  collection.people.has(guid) ||
  collection.groups.has(guid) ||
  collection.foreign.has(guid) ||
  collection.others.has(guid) ||
  collection.unresolved.has(guid)

/** Takes in an entry that is no group; groups come through `addGroup`, with their members. */
export const addEntry = (collection: Collection, entry: Exclude<DirectoryEntry, Group>): void => {
  const { guid } = entry
  if (guid === null) return
  switch (entry.kind) {
    case 'person':
      collection.people.set(guid, entry)
      break
    case 'foreign':
      collection.foreign.set(guid, entry.dn)
      break
    case 'other':
      collection.others.add(guid)
      break
    case 'unreadable':
      collection.unresolved.set(guid, 'the account may not read what it is')
      break
  }
  collection.wanted.delete(guid)
}

/** Takes in a group, and wants those of its members who are not known yet. */
export const addGroup = (collection: Collection, group: Group, read: Members): void => {
  const members = new Set<string>()
  let { unread } = read
  for (const { guid, dn } of read.members) {
    if (guid === null) {
      unread ??= `the server sent no id of its member ${dn}`
      continue
    }
    members.add(guid)
    collection.names.set(guid, dn)
  }
  collection.groups.set(group.guid, { group, members, unread, emptyConfirmed: false })
  collection.wanted.delete(group.guid)
  want(collection, read.members)
}

const want = (collection: Collection, members: readonly ExtendedDn[]): void => {
  for (const { guid, dn } of members)
    if (guid !== null && !isKnown(collection, guid)) collection.wanted.set(guid, dn)
}

/** Says what an operator may wonder about, once. */
export const logOddities = (collection: Collection, log: Log): void => {
  const { people, others, foreign, unresolved, names } = collection
  const unknown = [...people.values()].filter(({ stateKnown }) => !stateKnown).length
  if (unknown > 0)
    log.warn('userAccountControl can not be read, so disabled accounts count as active', { people: unknown })
  if (foreign.size > 0)
    log.warn('members from other domains are neither created nor removed', {
      members: foreign.size,
      first: [...foreign.values()][0] ?? '',
    })
  for (const [guid, reason] of [...unresolved].slice(0, 10))
    log.warn('a member can not be read', { member: names.get(guid) ?? guid, reason })
  if (unresolved.size > 10) log.warn('more members can not be read', { members: unresolved.size - 10 })
  log.debug('computers, contacts and the like were left out', { members: others.size })
}
