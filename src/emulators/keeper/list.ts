import type { Answer } from '../faults.ts'
import { ScimRefusal } from './scim-error.ts'

interface ListOptions<T> {
  readonly query: URLSearchParams
  readonly all: ReadonlyMap<string, T>
  /** Answers `attribute eq "value"`; null for an attribute that can't be filtered by. */
  readonly filter: (attribute: string, value: string) => readonly T[] | null
  readonly filters: boolean
  readonly maxCount: number
  /** Faults of real services: `count` ignored, or every page is page one. */
  readonly ignoreCount: boolean
  readonly repeatPages: boolean
  readonly json: (item: T) => object
}

const DEFAULT_COUNT = 100

/** A page of a list (RFC 7644 §3.4.2): 1-based, `count` capped, filters by `eq` only. */
export const listAnswer = <T>(options: ListOptions<T>): Answer => {
  const { query, all, filter, filters, maxCount, json } = options
  const start = options.repeatPages ? 1 : number(query.get('startIndex'), 1, 'startIndex')
  const asked = options.ignoreCount ? DEFAULT_COUNT : number(query.get('count'), DEFAULT_COUNT, 'count')
  const count = Math.min(asked, maxCount)
  const text = query.get('filter')
  if (text === null) return pageAnswer(slice(all.values(), start, count), all.size, start, json)
  if (!filters) throw new ScimRefusal(400, 'filters are not supported', 'invalidFilter')
  const [, attribute, value] = /^(\w+) eq (".*")$/.exec(text) ?? []
  const found = attribute === undefined || value === undefined ? null : filter(attribute, parseString(value))
  if (found === null) throw new ScimRefusal(400, 'this filter is not supported', 'invalidFilter')
  return pageAnswer(slice(found, start, count), found.length, start, json)
}

const parseString = (text: string): string => {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'string') return value
  } catch {
    // Falls through to the refusal.
  }
  throw new ScimRefusal(400, 'the filter value is not a JSON string', 'invalidFilter')
}

/** The items from `start` (1-based), without copying the whole list. */
const slice = <T>(items: Iterable<T>, start: number, count: number): readonly T[] => {
  const page: T[] = []
  let at = 0
  for (const item of items) {
    if (++at < start) continue
    if (page.length >= count) break
    page.push(item)
  }
  return page
}

const pageAnswer = <T>(
  page: readonly T[],
  totalResults: number,
  startIndex: number,
  json: (item: T) => object,
): Answer => ({
  status: 200,
  body: {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults,
    startIndex,
    itemsPerPage: page.length,
    Resources: page.map(json),
  },
})

/** RFC 7644 §3.4.2.4: a startIndex below 1 is 1, a negative count is 0. */
const number = (text: string | null, fallback: number, name: string): number => {
  if (text === null) return fallback
  if (!/^-?\d+$/.test(text)) throw new ScimRefusal(400, `${name} is not a number`, 'invalidValue')
  return Math.max(name === 'startIndex' ? 1 : 0, Number(text))
}
