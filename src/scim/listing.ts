import type { WirePage } from './parse.ts'

/** The resources of a list that is being read, each once. */
export interface Listing<T> {
  get(query: Readonly<Record<string, string>>): Promise<WirePage>
  /** How many of the page's resources were not there yet. */
  take(page: WirePage): number
  readonly size: number
  all(): readonly T[]
}

/** All resources; or, in words, how the pages contradict each other. */
export type Reading<T> = readonly T[] | string

export const createListing = <T extends { readonly id: string }>(
  get: Listing<T>['get'],
  parse: (resource: unknown) => T,
): Listing<T> => {
  const found = new Map<string, T>()
  return {
    get,
    take(page) {
      const before = found.size
      for (const resource of page.resources) {
        const parsed = parse(resource)
        found.set(parsed.id, parsed)
      }
      return found.size - before
    },
    get size() {
      return found.size
    },
    all: () => [...found.values()],
  }
}
