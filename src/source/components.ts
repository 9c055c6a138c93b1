/**
 * All that can be reached from some starts, each once and after what it leads to; what leads round in a circle comes together (Tarjan's
 * algorithm, with a stack of its own: the way may be longer than the call stack allows).
 */
export function* componentsFromBelow<K>(
  starts: Iterable<K>,
  next: (from: K) => Iterable<K>,
): Generator<readonly K[], void, void> {
  /** When each was met; Infinity once it has been handed out. */
  const met = new Map<K, number>()
  /** Met, and not handed out yet. */
  const open: K[] = []
  const path: { readonly key: K; readonly rest: Iterator<K>; readonly at: number; first: number }[] = []
  const enter = (key: K): void => {
    const now = met.size
    met.set(key, now)
    // `first` is the first of those that are open to which a way leads back from here.
    path.push({ key, rest: next(key)[Symbol.iterator](), at: open.length, first: now })
    open.push(key)
  }
  for (const start of starts) {
    if (!met.has(start)) enter(start)
    for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
      const step = last.rest.next()
      if (step.done !== true) {
        const before = met.get(step.value)
        if (before === undefined) enter(step.value)
        else last.first = Math.min(last.first, before)
        continue
      }
      path.pop()
      const above = path.at(-1)
      if (above) above.first = Math.min(above.first, last.first)
      if (last.first !== met.get(last.key)) continue
      const component = open.splice(last.at)
      for (const key of component) met.set(key, Number.POSITIVE_INFINITY)
      yield component
    }
  }
}
