/** Values by a key that nearly each of them has for itself. */
export interface Index<V> {
  /** All that have the key, in their order; empty for none. */
  get(key: string): readonly V[]
  /** The keys that several have, and who. */
  shared(): ReadonlyMap<string, readonly V[]>
}

/** @param keyOf null for a value that is not to be found */
export const indexBy = <V>(values: readonly V[], keyOf: (value: V) => string | null): Index<V> => {
  // A list for each of 100,000 keys would be more than all else that is kept of them.
  const first = new Map<string, V>()
  const shared = new Map<string, V[]>()
  for (const value of values) {
    const key = keyOf(value)
    if (key === null) continue
    const before = first.get(key)
    if (before === undefined) {
      first.set(key, value)
      continue
    }
    const list = shared.get(key)
    if (list) list.push(value)
    else shared.set(key, [before, value])
  }
  return {
    get(key) {
      const one = first.get(key)
      return one === undefined ? [] : (shared.get(key) ?? [one])
    },
    shared: () => shared,
  }
}
