import pMap from 'p-map'
import { ScimPushError } from '../errors/error.ts'
import type { ScimReader } from './client.ts'
import { followCursor } from './cursor.ts'
import { createListing, type Listed, type Listing, type Reading } from './listing.ts'
import { pageSizeFor, pagesAtOnce, type PageSize } from './page-size.ts'
import { parsePage, type WirePage } from './parse.ts'

export interface ListOptions {
  readonly reader: ScimReader
  /** `/Users` */
  readonly path: string
  /** How many a page to ask for, where the server does not offer more; it may serve fewer. */
  readonly count: number
  /** How many a page the server says that it serves; null where it does not say. */
  readonly maxResults?: number | null
  readonly concurrency: number
  /** The server has no startIndex (RFC 9865). */
  readonly cursorsOnly?: boolean
}

/** So often a list that changed while it was read is read again. */
const READS = 3

/**
 * Reads a whole list (RFC 7644 §3.4.2.4: 1-based, stateless, a server may return fewer than asked), the pages after the first
 * at the same time. The answer is every resource exactly once, or an error: pages that repeat, come up short or contradict
 * each other are never taken for the whole. A server that offers large pages and then can't serve them is asked for usual ones.
 * @throws ScimPushError SCIM_PAGING, SCIM_MALFORMED, and what the client throws
 */
export const readAll = async <T extends Listed>(
  options: ListOptions,
  parse: (resource: unknown, where: string) => T,
): Promise<readonly T[]> => {
  try {
    return await readOften(options, pageSizeFor(options.count, options.maxResults ?? null), parse)
  } catch (error) {
    // SCIM_MALFORMED: among others an answer that is too long.
    const tooLarge =
      error instanceof ScimPushError && (error.code === 'SCIM_REFUSED' || error.code === 'SCIM_MALFORMED')
    const usual = pageSizeFor(options.count, null)
    if (!tooLarge || (options.maxResults ?? 0) <= usual.count) throw error
    return await readOften(options, usual, parse)
  }
}

const readOften = async <T extends Listed>(
  options: ListOptions,
  size: PageSize,
  parse: (resource: unknown, where: string) => T,
): Promise<readonly T[]> => {
  const { reader, path } = options
  const get: Listing<T>['get'] = async (query) =>
    parsePage(
      (await reader.send({ method: 'GET', path, query: { count: `${size.count}`, ...query } })).body,
      path,
    )
  let contradiction = ''
  for (let read = 1; read <= READS; read++) {
    const list = createListing(get, (resource) => parse(resource, path))
    const reading = await readOnce(list, options, size)
    const problem = list.mixedUp ?? reading
    if (typeof problem !== 'string') return problem
    contradiction = problem
  }
  throw new ScimPushError('SCIM_PAGING', {
    message: `the list could not be read in full, ${READS} times: ${contradiction}`,
    where: `GET ${path}`,
  })
}

const readOnce = async <T>(
  list: Listing<T>,
  { cursorsOnly = false, concurrency }: ListOptions,
  { count, promised }: PageSize,
): Promise<Reading<T>> => {
  const first = await list.get(cursorsOnly ? { cursor: '' } : { startIndex: '1' })
  list.take(first)
  if (first.nextCursor !== null) return followCursor(first, list)
  const served = first.resources.length
  const total = first.totalResults ?? served
  if (served > total) return `a page of ${served} and totalResults ${total}`
  if (list.size < served) return 'a page has one resource twice'
  if (total === 0) return []
  if (served === 0) return `the first page is empty, and totalResults is ${total}`
  if (served === total) {
    const known = first.totalResults === null || cursorsOnly || (promised && served < count)
    return known ? list.all() : lookBeyond(list, total)
  }

  const problem = await readPages(list, { served, total, concurrency: pagesAtOnce(served, concurrency) })
  if (problem === null) return list.all()
  // It may know cursors only, and not say so.
  return (problem.repeats && list.size === served ? await tryCursor(list) : null) ?? problem.words
}

/**
 * The first page claims to be all. Some services take the size of the page for the total, so one more look, unless the page is shorter
 * than what was asked for and what the server says that it serves: it has to be empty, or, where startIndex past the end means page one (authentik), nothing new.
 */
const lookBeyond = async <T>(list: Listing<T>, total: number): Promise<Reading<T>> => {
  const page = await unlessRefused(() => list.get({ startIndex: `${total + 1}`, count: `${total}` }))
  if (page === null || page.resources.length === 0) return list.all()
  if (list.take(page) > 0) return `there are more resources than totalResults ${total}`
  // Page one again: either it is all, or startIndex means nothing here (AWS), and a cursor may.
  return (await tryCursor(list)) ?? list.all()
}

/** Null when the server does not answer with a cursor. */
const tryCursor = async <T>(list: Listing<T>): Promise<Reading<T> | null> => {
  const page = await unlessRefused(() => list.get({ cursor: '' }))
  if (page?.nextCursor == null) return null
  list.take(page)
  return followCursor(page, list)
}

interface Span {
  /** How many the first page held. */
  readonly served: number
  readonly total: number
  readonly concurrency: number
}

interface Contradiction {
  readonly words: string
  /** A page brought nothing that was not there: perhaps startIndex means nothing to the server. */
  readonly repeats: boolean
}

/** Reads the pages after the first; null, or in words what was wrong with them. */
const readPages = async <T>(
  list: Listing<T>,
  { served, total, concurrency }: Span,
): Promise<Contradiction | null> => {
  const problems: Contradiction[] = []
  const fault = (page: WirePage, start: number): Contradiction | null => {
    if (page.totalResults !== total) {
      return { words: `totalResults went from ${total} to ${page.totalResults ?? 'nothing'}`, repeats: false }
    }
    const at = `the page from ${start} of ${total}`
    if (page.resources.length === 0) return { words: `${at} is empty`, repeats: false }
    return list.take(page) === 0 ? { words: `${at} brought nothing new: pages repeat`, repeats: true } : null
  }
  const gone = (start: number): Contradiction => ({
    words: `the page from ${start} of ${total} is not found (404)`,
    repeats: false,
  })
  /** A page may come up short: the rest of it is asked for until it is there. */
  const fill = async (start: number): Promise<void> => {
    const end = Math.min(start + served, total + 1)
    let next = start
    while (next < end && problems.length === 0) {
      // The size that is served, so that a server which counts in pages agrees with one that counts in resources.
      const count = next === start ? served : end - next
      const page = await unlessGone(() => list.get({ startIndex: `${next}`, count: `${count}` }))
      const problem = page === null ? gone(next) : fault(page, next)
      if (problem !== null) problems.push(problem)
      next += page?.resources.length ?? 0
    }
  }
  // Lazily: a total that is a lie must not fill the memory, nor go on after the first contradiction.
  function* starts(): Generator<number> {
    for (let start = 1 + served; start <= total && problems.length === 0; start += served) yield start
  }
  await pMap(starts(), fill, { concurrency })
  if (list.size === total && problems.length === 0) return null
  const words = `${list.size} different resources, and totalResults is ${total}: pages overlap`
  return problems[0] ?? { words, repeats: false }
}

/** Null when the server refuses the question itself, as some do with a startIndex past the end, or a cursor. */
const unlessRefused = async (ask: () => Promise<WirePage>): Promise<WirePage | null> => {
  try {
    return await ask()
  } catch (error) {
    const refused =
      error instanceof ScimPushError && (error.code === 'SCIM_REFUSED' || error.code === 'SCIM_NOT_FOUND')
    if (refused) return null
    throw error
  }
}

/** Null where there is no such page. The list itself was there a moment ago, so it is not the URL that is wrong. */
const unlessGone = async (ask: () => Promise<WirePage>): Promise<WirePage | null> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ScimPushError && error.code === 'SCIM_NOT_FOUND') return null
    throw error
  }
}
