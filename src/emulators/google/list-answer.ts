import type { Answer } from '../faults.ts'
import { parseFields, select, type Shape } from './fields.ts'
import { invalidParameter } from './google-error.ts'
import type { Ordered } from './ordered.ts'
import { makePageToken, queryMark, readPageToken } from './page-token.ts'
import { listShape } from './resources.ts'

/**
 * What goes wrong with a list that is answered with 200 all the same:
 * - `cut`: half a page, and no token for the rest
 * - `repeat`: the token of the page that was asked for again
 * - `endless`: the page has a new token for itself, for ever
 * - `empty`: a page with nothing on it comes first
 */
export type ListFault = 'cut' | 'repeat' | 'endless' | 'empty'

export interface ListRequest<T> {
  readonly path: string
  readonly query: URLSearchParams
  /** `users`: the name in the answer, and in `admin#directory#users`. */
  readonly name: string
  readonly shape: Shape
  readonly defaultSize: number
  readonly maxSize: number
  /** The most that a page holds, whatever is asked for. */
  readonly most: number
  readonly fault: ListFault | null
  /** All of them, or those that a search found. */
  readonly items: Ordered<T> | readonly T[]
  readonly json: (item: T) => object
}

/** One page, with only the JSON of that page made. */
export const listAnswer = <T>(request: ListRequest<T>): Answer => {
  const { path, query, name, shape, fault, items, json } = request
  const asked = pageSize(query.get('maxResults'), request.defaultSize, request.maxSize)
  const size = Math.min(asked, request.most)
  const selection = parseFields(query.get('fields'), listShape(name, shape))
  const mark = queryMark(path, query)
  const after = readPageToken(query.get('pageToken'), mark)
  const page = 'page' in items ? items.page(after, size) : slice(items, after, size)
  const shown = page.items.slice(
    0,
    fault === 'cut' ? page.items.length >> 1 : fault === 'empty' ? 0 : undefined,
  )
  const body = {
    kind: `admin#directory#${name}`,
    etag: '"emulated"',
    // Google leaves an empty list out.
    ...(shown.length > 0 ? { [name]: shown.map(json) } : {}),
    ...nextToken(after, page.next, mark, fault),
  }
  return { status: 200, body: select(body, selection) }
}

const nextToken = (after: number, next: number | null, mark: string, fault: ListFault | null): object => {
  switch (fault) {
    case 'cut':
      return {}
    case 'repeat':
      return { nextPageToken: makePageToken(after, mark) }
    case 'endless':
      return { nextPageToken: makePageToken(after + 1, mark) }
    case 'empty':
      // For the same items, and none of the tokens that there are.
      return { nextPageToken: makePageToken(`0${after}`, mark) }
    case null:
      return next === null ? {} : { nextPageToken: makePageToken(next, mark) }
  }
}

const slice = <T>(items: readonly T[], after: number, size: number) => ({
  items: items.slice(after, after + size),
  next: after + size < items.length ? after + size : null,
})

/** A size outside the documented range is refused, so that a client which relies on being clamped is found out. */
const pageSize = (text: string | null, fallback: number, max: number): number => {
  if (text === null) return fallback
  const size = Number(text)
  if (!/^\d+$/.test(text) || size < 1 || size > max)
    throw invalidParameter(`Invalid value '${text}'. Values must be within the range: [1, ${max}]`)
  return size
}
