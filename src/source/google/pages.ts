import { ScimPushError } from '../../errors/error.ts'
import type { WirePage } from './parse.ts'

/**
 * The pages of a list, one after the other: a page token is opaque and serial. A token that comes back a second time would go
 * on for ever.
 * @throws ScimPushError what `read` throws; GOOGLE_MALFORMED for a token that repeats
 */
export async function* pagesOf<T>(
  what: string,
  read: (pageToken: string | null) => Promise<WirePage<T>>,
): AsyncGenerator<readonly T[], void, void> {
  const seen = new Set<string>()
  let token: string | null = null
  do {
    const page: WirePage<T> = await read(token)
    yield page.items
    token = page.nextPageToken
    if (token !== null && seen.has(token)) {
      throw new ScimPushError('GOOGLE_MALFORMED', {
        message: `${what}: a page token came back, so the list would never end`,
      })
    }
    if (token !== null) seen.add(token)
  } while (token !== null)
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
