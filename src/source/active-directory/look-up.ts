import pMap from 'p-map'
import { addEntry, addGroup, type Collection } from './collection.ts'
import type { Directory } from './directory.ts'
import { domainOf } from './extended-dn.ts'
import { all, any, equals } from './filters.ts'
import { guidBytes } from './guid.ts'
import { readMembers } from './members.ts'
import { entryAttributes, PERSON, personAttributes, type DirectoryEntry, type Group } from './parse.ts'
import { resultCode } from './result-code.ts'
import type { Incomplete } from './question.ts'

export interface ReadLimits {
  /** How many members are looked up one by one; for more of them, all people of the domain are read instead. */
  readonly sweepAbove: number
  /** Searches under way at the same time, on the one connection. */
  readonly concurrency: number
}

export const defaultReadLimits: ReadLimits = { sweepAbove: 5000, concurrency: 4 }

/** How many ids go into one filter. */
const IDS_PER_SEARCH = 100

/** A page of groups carries up to 1500 members each. */
export const GROUPS_PER_PAGE = 200

/** Takes groups in, with the rest of their members where those come in ranges. */
export const addGroups = async (
  directory: Directory,
  collection: Collection,
  groups: readonly Group[],
  { concurrency }: ReadLimits,
): Promise<void> => {
  const fresh = groups.filter(({ guid }) => !collection.groups.has(guid))
  await pMap(fresh, async (group) => addGroup(collection, group, await readMembers(directory, group)), {
    concurrency,
  })
}

/** Who was asked for people and sent something else did send somebody, who is not to pass for a leaver. */
const unlikePeople = (entries: readonly DirectoryEntry[]): Incomplete | null => {
  const others = entries.filter(({ kind }) => kind !== 'person').length
  return others === 0 ? null : { status: null, detail: `${others} of the people can't be read` }
}

/** All people under `base`. The reason comes back when they are not all. */
export const sweepPeople = async (
  directory: Directory,
  collection: Collection,
  base: string,
): Promise<{ readonly guids: ReadonlySet<string>; readonly incomplete: Incomplete | null }> => {
  const { entries, incomplete } = await directory.search({
    base,
    scope: 'sub',
    filter: equals('sAMAccountType', PERSON),
    attributes: personAttributes(directory.email),
  })
  const guids = new Set<string>()
  for (const entry of entries) {
    if (entry.kind !== 'person') continue
    addEntry(collection, entry)
    guids.add(entry.guid)
  }
  return { guids, incomplete: incomplete ?? unlikePeople(entries) }
}

/**
 * Looks up everyone whom a group names, and whom the groups among them name, until nobody is left: by id, some in one
 * search, or all people at once where that takes fewer. Cycles end by themselves, since nothing is looked up twice.
 */
export const lookUpWanted = async (
  directory: Directory,
  collection: Collection,
  limits: ReadLimits,
): Promise<void> => {
  let swept = false
  while (collection.wanted.size > 0) {
    if (collection.wanted.size > limits.sweepAbove && !swept) {
      swept = true
      // Incomplete or not: whoever is still missing is looked up below.
      await sweepPeople(directory, collection, directory.domain)
      continue
    }
    const wanted = [...collection.wanted]
    const found = await pMap(chunks(wanted, IDS_PER_SEARCH), (some) => lookUp(directory, collection, some), {
      concurrency: limits.concurrency,
    })
    await addGroups(directory, collection, found.flat(), limits)
  }
}

/** Looks some ids up; the groups among them come back, since their members are still to be read. */
const lookUp = async (
  directory: Directory,
  collection: Collection,
  wanted: readonly (readonly [guid: string, dn: string])[],
): Promise<readonly Group[]> => {
  const { entries, incomplete } = await directory.search({
    base: directory.domain,
    scope: 'sub',
    filter: any(wanted.map(([guid]) => equals('objectGUID', guidBytes(guid)))),
    attributes: entryAttributes(directory.email),
    pageSize: GROUPS_PER_PAGE,
  })
  const groups: Group[] = []
  const take = (entry: DirectoryEntry): void => {
    if (entry.kind === 'group') groups.push(entry)
    else addEntry(collection, entry)
  }
  entries.forEach(take)
  const seen = new Set(entries.map(({ guid }) => guid))
  for (const [guid, dn] of wanted) {
    if (seen.has(guid)) continue
    const answer = incomplete ? { incomplete } : await lookAgain(directory, guid, dn)
    if ('entry' in answer) take(answer.entry)
    else if ('foreign' in answer) collection.foreign.set(guid, dn)
    else collection.unresolved.set(guid, answer.incomplete.detail)
    collection.wanted.delete(guid)
  }
  return groups
}

type SecondLook =
  { readonly entry: DirectoryEntry } | { readonly foreign: true } | { readonly incomplete: Incomplete }

const GONE: readonly (number | null)[] = [resultCode.noSuchObject, resultCode.referral]

/**
 * A search passes over what the account may not see, and over what is elsewhere; a read of that very entry says which. What a group of
 * this domain names and nobody can read is not taken for gone: it may be a group with members of its own.
 */
const lookAgain = async (directory: Directory, guid: string, dn: string): Promise<SecondLook> => {
  const { entries, incomplete } = await directory.readEntry(
    `<GUID=${guid}>`,
    entryAttributes(directory.email),
  )
  const [entry] = entries
  if (entry) return { entry }
  if (incomplete && !GONE.includes(incomplete.status)) return { incomplete }
  if (domainOf(dn) !== domainOf(directory.domain)) return { foreign: true }
  return { incomplete: { status: null, detail: 'it is not there any more, or the account may not read it' } }
}

/**
 * People whose primary group is one of `groups`: neither `member` nor `memberOf` says so, their `primaryGroupID` does.
 * Those not known yet are taken in. The reason comes back when they are not all.
 */
export const addPrimaryMembers = async (
  directory: Directory,
  collection: Collection,
  groupIds: readonly string[],
  { concurrency }: ReadLimits,
): Promise<Incomplete | null> => {
  const failures = await pMap(
    chunks(groupIds, IDS_PER_SEARCH),
    async (some) => {
      const { entries, incomplete } = await directory.search({
        base: directory.domain,
        scope: 'sub',
        filter: all(equals('sAMAccountType', PERSON), any(some.map((id) => equals('primaryGroupID', id)))),
        attributes: personAttributes(directory.email),
      })
      for (const entry of entries) if (entry.kind === 'person') addEntry(collection, entry)
      return incomplete ?? unlikePeople(entries)
    },
    { concurrency },
  )
  return failures.find((failure) => failure !== null) ?? null
}

export const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size))
