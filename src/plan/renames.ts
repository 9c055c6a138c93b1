import { fold } from '../lib/fold.ts'
import { someOf, type Blocked, type Matching, type Present, type Wanted } from './match.ts'

interface Options<S, T> {
  readonly wanted: (entry: S) => Wanted
  readonly present: (resource: T) => Present
  readonly attribute: string
  /** False where policy forbids updates: then nobody gives up a name. */
  readonly mayRename: boolean
  /** True for a leftover resource whose name will be free in time because it is deleted. */
  readonly vacates: (resource: T) => boolean
}

interface Renames<S> {
  /** In which wave a paired entry may take its name: after those that give it up. 0 where it waits for nobody. */
  readonly waves: ReadonlyMap<S, number>
  /** Entries whose name is held by another resource that keeps it. */
  readonly blocked: ReadonlyMap<S, Blocked>
}

type Step<S> =
  { readonly kind: 'free' } | { readonly kind: 'blocked' } | { readonly kind: 'waits'; readonly other: S }

/**
 * Orders renames so that a name is free before it is taken: when one Jane gives up jane@ and another Jane gets it, the first
 * goes first. Names that go round in a circle can't be ordered and are blocked.
 */
export const orderRenames = <S, T>(matching: Matching<S, T>, options: Options<S, T>): Renames<S> => {
  const { wanted, present, attribute, mayRename, vacates } = options
  const owner = new Map<T, S>()
  for (const [entry, resource] of matching.pairs) if (resource !== null) owner.set(resource, entry)

  const keepsName = (entry: S, resource: T): boolean => {
    const { name } = wanted(entry)
    return name === null || name === present(resource).name || fold(name) === fold(present(resource).name)
  }

  const holdersOf = (entry: S): readonly T[] => {
    const { name } = wanted(entry)
    const own = matching.pairs.get(entry) ?? null
    if (name === null || (own !== null && keepsName(entry, own))) return []
    return matching.byName.get(fold(name)).filter((resource) => resource !== own && !vacates(resource))
  }

  const step = (entry: S): Step<S> => {
    const [holder, second] = holdersOf(entry)
    if (holder === undefined) return { kind: 'free' }
    const other = owner.get(holder)
    if (second !== undefined || other === undefined || !mayRename || keepsName(other, holder))
      return { kind: 'blocked' }
    return { kind: 'waits', other }
  }

  const waves = new Map<S, number>()
  const blocked = new Map<S, Blocked>()
  const block = (entry: S): void => {
    const holders = holdersOf(entry).map((resource) => present(resource).id)
    const detail = `the ${attribute} ${wanted(entry).name ?? ''} is held at the target by ${someOf(holders)}, which does not give it up`
    blocked.set(entry, { reason: 'conflict', detail })
  }

  for (const start of matching.pairs.keys()) {
    // As nearly all are: who takes no name that somebody has is in the first wave, with or without being named in it.
    if (step(start).kind === 'free') continue
    // Each entry waits for at most one other, so this is a walk along a line, not a search.
    const path = new Set<S>()
    let entry = start
    let wave: number | null = null
    while (!blocked.has(entry) && !path.has(entry)) {
      const known = waves.get(entry)
      if (known !== undefined) {
        wave = known
        break
      }
      path.add(entry)
      const next = step(entry)
      if (next.kind === 'free') wave = -1
      if (next.kind !== 'waits') break
      entry = next.other
    }
    for (const one of [...path].reverse()) {
      if (wave === null) block(one)
      else waves.set(one, ++wave)
    }
  }
  return { waves, blocked }
}
