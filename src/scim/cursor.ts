import type { Listing, Reading } from './listing.ts'
import type { WirePage } from './parse.ts'

/** So many empty pages in a row are taken for a list without end. */
const MOST_EMPTY = 100

/**
 * Reads on from a page that names the next (RFC 9865); cursors are serial. `totalResults` is a hint there, and services were seen to
 * give the size of the page as the total, so only coming up short of it is a contradiction. An empty page in between is none.
 */
export const followCursor = async <T>(first: WirePage, list: Listing<T>): Promise<Reading<T>> => {
  let cursor = first.nextCursor
  let empty = 0
  while (cursor !== null) {
    const page = await list.get({ cursor })
    empty = page.resources.length === 0 ? empty + 1 : 0
    const isNew = list.take(page) > 0
    if (!isNew && page.resources.length > 0) return 'a page after a cursor brought nothing new: pages repeat'
    if (empty > MOST_EMPTY || (!isNew && page.nextCursor === cursor)) return 'a cursor leads nowhere'
    cursor = page.nextCursor
  }
  return first.totalResults !== null && list.size < first.totalResults
    ? `${list.size} different resources, and totalResults is ${first.totalResults}`
    : list.all()
}
