/** Items in the order in which they came, each with a number that never changes: a page goes on behind the last one's. */
export interface Ordered<T> {
  readonly size: number
  add(item: T): void
  remove(item: T): void
  values(): IterableIterator<T>
  /** Up to `count` items behind number `after` (0 for the first page). */
  page(after: number, count: number): Page<T>
}

interface Page<T> {
  readonly items: readonly T[]
  /** The number of the last item; null on the last page. */
  readonly next: number | null
}

interface Node<T> {
  readonly number: number
  readonly item: T
}

/** Pages take the same time wherever they are, whatever was removed in between. */
export const createOrdered = <T>(): Ordered<T> => {
  const nodes: Node<T>[] = []
  const numbers = new Map<T, number>()
  let last = 0
  const indexBehind = (number: number): number => {
    let low = 0
    let high = nodes.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((nodes[middle]?.number ?? 0) <= number) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    get size() {
      return nodes.length
    },
    add(item) {
      if (numbers.has(item)) return
      nodes.push({ number: ++last, item })
      numbers.set(item, last)
    },
    remove(item) {
      const number = numbers.get(item)
      if (number === undefined) return
      numbers.delete(item)
      nodes.splice(indexBehind(number) - 1, 1)
    },
    values: () => numbers.keys(),
    page(after, count) {
      const start = indexBehind(after)
      const slice = nodes.slice(start, start + count)
      const next = start + count < nodes.length ? (slice.at(-1)?.number ?? null) : null
      return { items: slice.map(({ item }) => item), next }
    },
  }
}
