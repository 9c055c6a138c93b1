import { ScimPushError } from '../../errors/error.ts'
import type { WirePage } from './parse.ts'

/** Far more than any tenant has: 2 million members, 5 million users. */
const MOST_PAGES = 10_000
/** Google may send an empty page in between; so many in a row are no list any more. */
const MOST_EMPTY = 5

/**
 * The pages of a list, one after the other: a page token is opaque and serial. A list that would go on for ever is an error: a
 * token that comes back, pages without anything on them, more pages than there can be. So is a page that begins like one before it:
 * in its place there were others. Pages that overlap otherwise are for those to find who keep what was read.
 * @throws ScimPushError what `read` throws; GOOGLE_MALFORMED for a list without an end, or with a page that came twice
 */
export async function* pagesOf<T extends { readonly key?: string }>(
  what: string,
  read: (pageToken: string | null) => Promise<WirePage<T>>,
): AsyncGenerator<readonly T[], void, void> {
  const seen = new Set<string>()
  const begun = new Set<string>()
  const endless = (why: string): ScimPushError =>
    new ScimPushError('GOOGLE_MALFORMED', {
      message: `${what}: ${why}, so the list would never end`,
      where: whereOf(what),
    })
  let token: string | null = null
  let empty = 0
  for (;;) {
    const page: WirePage<T> = await read(token)
    const first = page.items[0]?.key
    if (first !== undefined && begun.has(first))
      throw new ScimPushError('GOOGLE_MALFORMED', {
        message: `${what}: a page came twice`,
        where: whereOf(what),
      })
    if (first !== undefined) begun.add(first)
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

/** All items of a list, each once. @throws ScimPushError what `pagesOf` throws; GOOGLE_MALFORMED where pages overlap */
export const allOf = async <T extends { readonly key?: string }>(
  what: string,
  read: (pageToken: string | null) => Promise<WirePage<T>>,
): Promise<readonly T[]> => {
  const items: T[] = []
  const keys = new Set<string>()
  let keyed = 0
  for await (const page of pagesOf(what, read))
    for (const item of page) {
      items.push(item)
      if (item.key === undefined) continue
      keyed++
      keys.add(item.key)
    }
  if (keys.size < keyed) throw pagesOverlap(what, keyed - keys.size)
  return items
}

/** What is there twice stands where something else was left out. */
export const pagesOverlap = (what: string, twice: number): ScimPushError =>
  new ScimPushError('GOOGLE_MALFORMED', {
    message: `${what}: ${twice} came twice, so others may be missing`,
    where: whereOf(what),
  })

const whereOf = (what: string): string => `the Directory API’s list of ${what}`
