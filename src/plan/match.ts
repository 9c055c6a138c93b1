import { clipped } from '../lib/clipped.ts'
import { fold, sameLetters } from '../lib/fold.ts'
import { indexBy, type Index } from './index-by.ts'
import { isTooLong, tooLong } from './too-long.ts'
import type { WithheldReason } from './withheld.ts'

/** What matching needs to know of a source entry. */
export interface Wanted {
  readonly key: string
  /** Null for an entry without a name: it can only be matched by its key. */
  readonly name: string | null
}

/** What matching needs to know of a resource at the target. */
export interface Present {
  readonly id: string
  readonly externalId: string | null
  readonly name: string
}

export interface Blocked {
  readonly reason: Extract<WithheldReason, 'ambiguous' | 'conflict' | 'incomplete' | 'too-long'>
  readonly detail: string
}

export interface Matching<S, T> {
  /** Resources by folded name. */
  readonly byName: Index<T>
  /** Source entry → its resource; null where there is none yet. Entries that are blocked are not in here. */
  readonly pairs: ReadonlyMap<S, T | null>
  readonly blocked: ReadonlyMap<S, Blocked>
  /** Resources that may be what a blocked entry means: nothing about them is changed. */
  readonly frozen: ReadonlySet<T>
  /** Resources that are nobody's at the source. */
  readonly leftover: readonly T[]
}

interface Options<S, T> {
  readonly wanted: (entry: S) => Wanted
  readonly present: (resource: T) => Present
  /** `userName`, `displayName`: for messages. */
  readonly attribute: string
  /** False while entries of the source may be unread: then a resource that belongs to another key is not adopted. */
  readonly complete: boolean
  /** Resources that are known to belong to someone who is not among the source entries. */
  readonly reserved?: ReadonlySet<T>
}

/**
 * Pairs source entries with the target's resources: by externalId, then by name without regard to case (which adopts).
 *
 * | source | target has | outcome |
 * |---|---|---|
 * | key K, name N | one with externalId K | paired |
 * | key K, name N | none with K, one named N that is nobody else's | paired (adopted) |
 * | key K, name N | none with K, one named by letters that only look like N | blocked, theirs frozen |
 * | key K, name N | none with K, none named N | to be created |
 * | two with name N | any | both blocked, theirs frozen |
 * | key K | two with externalId K, or two named N | blocked, both frozen |
 *
 * An entry that is paired by key never takes a resource over from another: a group is never renamed into another one.
 */
export const match = <S, T>(
  sources: readonly S[],
  targets: readonly T[],
  options: Options<S, T>,
): Matching<S, T> => {
  const { wanted, present, attribute, complete } = options
  const byExternalId = indexBy(targets, (resource) => present(resource).externalId)
  const byName = indexBy(targets, (resource) => fold(present(resource).name))
  const sameName = indexBy(sources, (entry) => {
    const { name } = wanted(entry)
    return name === null ? null : fold(name)
  })

  const ambiguous = new Map<string, { readonly count: number; readonly keys: string }>()
  const doubtful: T[] = []
  for (const [name, rivals] of sameName.shared()) {
    ambiguous.set(name, { count: rivals.length, keys: someOf(rivals.map((rival) => wanted(rival).key)) })
    for (const resource of byName.get(name)) doubtful.push(resource)
  }

  const pairs = new Map<S, T | null>()
  const blocked = new Map<S, Blocked>()
  const frozen = new Set<T>(options.reserved)
  const taken = new Set<T>()
  const block = (entry: S, because: Blocked, resources: readonly T[]): void => {
    blocked.set(entry, { ...because, detail: clipped(because.detail, LONGEST_DETAIL) })
    for (const resource of resources) frozen.add(resource)
  }

  const unpaired: S[] = []
  for (const entry of sources) {
    const { key, name } = wanted(entry)
    const own = byExternalId.get(key)
    const rivals = name === null ? undefined : ambiguous.get(fold(name))
    if (isTooLong(key) || isTooLong(name)) {
      const detail = isTooLong(key) ? tooLong('externalId', key) : tooLong(attribute, name ?? '')
      block(entry, { reason: 'too-long', detail }, own)
    } else if (rivals !== undefined) {
      const detail = `${rivals.count} entries of the source have the ${attribute} ${name ?? ''}: ${rivals.keys}`
      block(entry, { reason: 'ambiguous', detail }, own)
    } else if (own.length > 1) {
      block(
        entry,
        {
          reason: 'ambiguous',
          detail: `${own.length} resources of the target have the externalId ${key}: ${ids(own, present)}`,
        },
        own,
      )
    } else if (own[0] !== undefined) {
      pairs.set(entry, own[0])
      taken.add(own[0])
    } else {
      unpaired.push(entry)
    }
  }

  // What is paired by its externalId is certainly not what an ambiguous name means.
  for (const resource of doubtful) if (!taken.has(resource)) frozen.add(resource)

  for (const entry of unpaired) {
    const { name } = wanted(entry)
    const named = name === null ? [] : byName.get(fold(name))
    const free = named.filter((resource) => !taken.has(resource))
    const [candidate] = free
    if (free.length > 1) {
      block(
        entry,
        {
          reason: 'ambiguous',
          detail: `${free.length} resources of the target have the ${attribute} ${name ?? ''}: ${ids(free, present)}`,
        },
        free,
      )
    } else if (candidate === undefined) {
      pairs.set(entry, null)
    } else if (frozen.has(candidate)) {
      block(
        entry,
        {
          reason: 'conflict',
          detail: `the ${attribute} ${name ?? ''} is held by ${present(candidate).id}, which another entry may mean`,
        },
        [],
      )
    } else if (!sameLetters(present(candidate).name, name ?? '')) {
      const detail = `${present(candidate).id} has a ${attribute} that only looks the same as ${name ?? ''}: ${spelt(present(candidate).name)} and ${spelt(name ?? '')}`
      block(entry, { reason: 'ambiguous', detail }, [candidate])
    } else if (present(candidate).externalId !== null && !complete) {
      const detail = `${present(candidate).id} has this ${attribute} and the externalId ${present(candidate).externalId ?? ''}, whose owner may be among what was not read`
      block(entry, { reason: 'incomplete', detail }, [candidate])
    } else {
      pairs.set(entry, candidate)
      taken.add(candidate)
    }
  }
  return {
    byName,
    pairs,
    blocked,
    frozen,
    leftover: targets.filter((resource) => !taken.has(resource) && !frozen.has(resource)),
  }
}

const ids = <T>(resources: readonly T[], present: (resource: T) => Present): string =>
  someOf(resources.map((resource) => present(resource).id))

/** What is not of plain ASCII as its code point, since the two texts may look the same. */
const spelt = (name: string): string =>
  name.replace(
    /[^ -~]/gu,
    (mark) => `<U+${(mark.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`,
  )

const LONGEST_DETAIL = 4000
const MOST_NAMED = 5

/** Sorted, and no more than a message can hold: thousands may share a name, and each of them is told so. */
export const someOf = (names: readonly string[]): string => {
  const sorted = names.toSorted()
  const named = sorted.slice(0, MOST_NAMED).join(', ')
  return sorted.length > MOST_NAMED ? `${named} and ${sorted.length - MOST_NAMED} more` : named
}
