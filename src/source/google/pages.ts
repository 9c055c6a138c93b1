import { ScimPushError } from '../../errors/error.ts'
import type { WirePage } from './parse.ts'

/** Far more than any tenant has: 2 million members, 5 million users. */
const MOST_PAGES = 10_000
/** Google may send an empty page in between; so many in a row are no list any more. */
const MOST_EMPTY = 5

/**
 * The pages of a list, one after the other: a page token is opaque and serial. A list that would go on for ever is an error: a
 * token that comes back, pages without anything on them, more pages than there can be.
 * @throws ScimPushError what `read` throws; GOOGLE_MALFORMED for a list without an end
 */
export async function* pagesOf<T>(
  what: string,
  read: (pageToken: string | null) => Promise<WirePage<T>>,
): AsyncGenerator<readonly T[], void, void> {
  const seen = new Set<string>()
  const endless = (why: string): ScimPushError =>
    new ScimPushError('GOOGLE_MALFORMED', { message: `${what}: ${why}, so the list would never end` })
  let token: string | null = null
  let empty = 0
  for (;;) {
    const page: WirePage<T> = await read(token)
    yield page.items
    token = page.nextPageToken
    if (token === null) return
    empty = page.items.length === 0 ? empty + 1 : 0
    if (seen.has(token)) throw endless('a page token came back')
    if (empty >= MOST_EMPTY) throw endless(`${empty} pages in a row are empty`)
    if (seen.size >= MOST_PAGES) throw endless(`there are more than ${MOST_PAGES} pages`)
    seen.add(token)
  }
}

/** All items of a list. */
export const allOf = async <T>(
  what: string,
  read: (pageToken: string | null) => Promise<WirePage<T>>,
): Promise<readonly T[]> => {
  const items: T[] = []
  for await (const page of pagesOf(what, read)) for (const item of page) items.push(item)
  return items
}
