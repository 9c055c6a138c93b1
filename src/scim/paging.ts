import pMap from 'p-map'
import { ScimPushError } from '../errors/error.ts'
import type { ScimClient } from './client.ts'
import { parsePage, type WirePage } from './parse.ts'

interface Options {
  readonly client: ScimClient
  /** `/Users` */
  readonly path: string
  /** How many a page to ask for; the server may serve fewer. */
  readonly count: number
  readonly concurrency: number
  readonly query?: Readonly<Record<string, string>>
}

/** So often a list that changed while it was read is read again. */
const READS = 3

/**
 * Reads a whole list (RFC 7644 §3.4.2.4: 1-based, stateless, a server may return fewer than asked), the pages after the first
 * at the same time. The answer is every resource exactly once, or an error: pages that repeat, come up short or contradict
 * each other are never taken for the whole.
 */
export const readAll = async <T extends { readonly id: string }>(
  options: Options,
  parse: (resource: unknown, where: string) => T,
): Promise<readonly T[]> => {
  let contradiction = ''
  for (let read = 1; read <= READS; read++) {
    const result = await readOnce(options, parse)
    if (typeof result !== 'string') return result
    contradiction = result
  }
  throw new ScimPushError('SCIM_PAGING', {
    message: `the list could not be read in full, ${READS} times: ${contradiction}`,
    where: `GET ${options.path}`,
  })
}

/** The resources; or, in words, what was wrong with the pages. */
const readOnce = async <T extends { readonly id: string }>(
  { client, path, count, concurrency, query = {} }: Options,
  parse: (resource: unknown, where: string) => T,
): Promise<readonly T[] | string> => {
  const found = new Map<string, T>()
  const take = (page: WirePage): number => {
    const before = found.size
    for (const resource of page.resources) {
      const parsed = parse(resource, path)
      found.set(parsed.id, parsed)
    }
    return found.size - before
  }
  const get = async (more: Readonly<Record<string, string>>): Promise<WirePage> =>
    parsePage(
      (await client.send({ method: 'GET', path, query: { ...query, ...more, count: `${count}` } })).body,
      path,
    )

  const first = await get({ startIndex: '1' })
  take(first)
  if (first.nextCursor !== null && first.resources.length !== first.totalResults) {
    return followCursor(first, get, take, () => [...found.values()])
  }
  const total = first.totalResults ?? first.resources.length
  const served = first.resources.length
  if (served === 0 && total > 0) return `the first page is empty, and totalResults is ${total}`
  if (served > total) return `a page of ${served} and totalResults ${total}`

  const changed = (page: WirePage): boolean => page.totalResults !== total
  const starts: number[] = []
  for (let start = 1 + served; start <= total; start += served) starts.push(start)
  // A server that takes its page for the total looks just like a full last page: one more look tells.
  if (served === total && served >= count) starts.push(1 + served)

  const problems: string[] = []
  const fill = async (start: number): Promise<void> => {
    const end = Math.min(start + served - 1, total)
    let next = start
    do {
      if (problems.length > 0) return
      const page = await get({ startIndex: `${next}` })
      if (changed(page)) problems.push(`totalResults went from ${total} to ${page.totalResults ?? 'nothing'}`)
      else if (start > total) {
        if (take(page) > 0) problems.push(`there are more than totalResults ${total}`)
        return
      } else if (page.resources.length === 0) problems.push(`the page from ${next} of ${total} is empty`)
      take(page)
      next += page.resources.length
    } while (next <= end)
  }
  await pMap(starts, fill, { concurrency })
  const [problem] = problems
  if (problem !== undefined) return problem
  if (found.size !== total)
    return `${found.size} different resources, and totalResults is ${total}: pages repeat`
  return [...found.values()]
}

/** Cursors of RFC 9865 are serial: each page names the next. */
const followCursor = async <T>(
  first: WirePage,
  get: (query: Readonly<Record<string, string>>) => Promise<WirePage>,
  take: (page: WirePage) => number,
  all: () => readonly T[],
): Promise<readonly T[] | string> => {
  const seen = new Set<string>()
  let cursor = first.nextCursor
  while (cursor !== null) {
    if (seen.has(cursor)) return 'a cursor came back a second time'
    seen.add(cursor)
    const page = await get({ cursor })
    if (take(page) === 0 && page.nextCursor !== null) return 'a page brought nothing new'
    cursor = page.nextCursor
  }
  return first.totalResults !== null && all().length !== first.totalResults
    ? `${all().length} different resources, and totalResults is ${first.totalResults}`
    : all()
}
