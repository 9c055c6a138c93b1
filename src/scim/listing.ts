import { ScimPushError } from '../errors/error.ts'
import type { WirePage } from './parse.ts'

/** The resources of a list that is being read, each once. */
export interface Listing<T> {
  get(query: Readonly<Record<string, string>>): Promise<WirePage>
  /** How many of the page's resources were not there yet. */
  take(page: WirePage): number
  readonly size: number
  /** In words, that one id was given to two resources; null otherwise. */
  readonly mixedUp: string | null
  all(): readonly T[]
}

/** All resources; or, in words, how the pages contradict each other. */
export type Reading<T> = readonly T[] | string

/** What a list is made of. */
export interface Listed {
  readonly id: string
  readonly externalId?: string | null
  readonly userName?: string
  readonly displayName?: string
}

/** Far more than any company has: a list that goes on past it has no end. */
const MOST_RESOURCES = 2_000_000

export const createListing = <T extends Listed>(
  get: Listing<T>['get'],
  parse: (resource: unknown) => T,
  most = MOST_RESOURCES,
): Listing<T> => {
  const found = new Map<string, T>()
  let mixedUp: string | null = null
  return {
    get,
    take(page) {
      const before = found.size
      for (const resource of page.resources) {
        const parsed = parse(resource)
        const before = found.get(parsed.id)
        // Pages may overlap; but who is whose must not depend on which page came last.
        if (before !== undefined && identityOf(before) !== identityOf(parsed))
          mixedUp ??= `two resources have the id ${parsed.id}`
        found.set(parsed.id, parsed)
      }
      if (found.size > most)
        throw new ScimPushError('SCIM_PAGING', { message: `the list goes on after ${most} resources` })
      return found.size - before
    },
    get size() {
      return found.size
    },
    get mixedUp() {
      return mixedUp
    },
    all: () => [...found.values()],
  }
}

const identityOf = ({ externalId, userName, displayName }: Listed): string =>
  JSON.stringify([externalId, userName ?? displayName])
