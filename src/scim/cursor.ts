import type { Listing, Reading } from './listing.ts'
import type { WirePage } from './parse.ts'

/**
 * Reads on from a page that names the next (RFC 9865); cursors are serial. `totalResults` is a hint there, and services were seen to
 * give the size of the page as the total, so only coming up short of it is a contradiction.
 */
export const followCursor = async <T>(first: WirePage, list: Listing<T>): Promise<Reading<T>> => {
  const seen = new Set<string>()
  let cursor = first.nextCursor
  while (cursor !== null) {
    if (seen.has(cursor)) return 'a cursor came back a second time'
    seen.add(cursor)
    const page = await list.get({ cursor })
    if (list.take(page) === 0 && page.nextCursor !== null) return 'a page brought nothing new'
    cursor = page.nextCursor
  }
  return first.totalResults !== null && list.size < first.totalResults
    ? `${list.size} different resources, and totalResults is ${first.totalResults}`
    : list.all()
}
