import { ScimPushError } from '../errors/error.ts'
import { isObject } from '../lib/json.ts'
import { doubt, failed, fault, fine, type Finding } from '../model/finding.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { WirePage } from './parse.ts'

interface Options {
  /** A page of users. */
  readonly get: (query: Readonly<Record<string, string>>) => Promise<WirePage>
  /** The totalResults of a page that one user was asked for. */
  readonly total: number | null
  /** How many a page a push asks for. */
  readonly pageSize: number
  readonly cursorsOnly: boolean
}

const REREAD = 'a list of more than one page would be read again, and refused the third time'

/**
 * Whether `startIndex` and `count` do what RFC 7644 §3.4.2.4 says, tried on few users, since a list that fits on one page shows nothing
 * of it until the day when it no longer does. Never throws.
 */
export const checkPaging = async (options: Options): Promise<Finding> => {
  try {
    return await tryPages(options)
  } catch (cause) {
    return failed('scim-paging', toScimPushError(cause))
  }
}

const tryPages = async (options: Options): Promise<Finding> => {
  const { get, total, cursorsOnly } = options
  if (cursorsOnly || total === null)
    return fine('scim-paging', 'lists go by cursor (RFC 9865), one page after the other')
  if (total === 0) return fine('scim-paging', 'there is no user to try startIndex on')
  const first = await get({ startIndex: '1', count: '2' })
  const ids = idsOf(first)
  if (first.totalResults !== total) {
    const other = first.totalResults ?? 'nothing'
    return doubt(
      'scim-paging',
      `totalResults is ${total} when one user is asked for, and ${other} when two are: ${REREAD}`,
    )
  }
  if (ids.length === 0)
    return fault(
      'scim-paging',
      `the first page is empty, and totalResults is ${total}: the list would be refused`,
    )
  if (ids.length > total)
    return fault(
      'scim-paging',
      `a page of ${ids.length}, and totalResults ${total}: the list would be refused`,
    )
  if (total === 1)
    return fine('scim-paging', 'there is only one user: whether startIndex works does not show')
  if (ids.length > 2) return withoutCount(options, ids, total)
  return withCount(options, ids, total)
}

/** The server gives what it likes: then a page begins after what came. */
const withoutCount = async (options: Options, ids: readonly string[], total: number): Promise<Finding> => {
  const ignored = `count is ignored: asked for 2, came ${ids.length}`
  if (ids.length === total)
    return fine('scim-paging', `${ignored}, which is all; whether startIndex works does not show yet`)
  const [next] = idsOf(await options.get({ startIndex: `${ids.length + 1}`, count: `${ids.length}` }))
  if (next === undefined) return offByOne(ids.length + 1, total)
  if (ids.includes(next)) return repeats(options, total)
  return fine('scim-paging', `${ignored}; startIndex works, so pages are taken as they come`)
}

const withCount = async (options: Options, ids: readonly string[], total: number): Promise<Finding> => {
  const [one, two] = ids
  const [next] = idsOf(await options.get({ startIndex: '2', count: '1' }))
  if (next === undefined) return offByOne(2, total)
  if (next === one) return repeats(options, total)
  if (two !== undefined && next !== two)
    return doubt(
      'scim-paging',
      `the page from 2 does not begin with the second user of the page from 1: the order changes, or startIndex counts from elsewhere; ${REREAD}`,
    )
  const [last] = idsOf(await options.get({ startIndex: `${total}`, count: '1' }))
  if (last === undefined) return offByOne(total, total)
  return fine(
    'scim-paging',
    two === undefined
      ? 'startIndex works; only one user a page comes whatever count says'
      : 'startIndex and count work: pages follow each other',
  )
}

const offByOne = (start: number, total: number): Finding =>
  fault(
    'scim-paging',
    `the page from ${start} of ${total} is empty: startIndex counts from 0, or totalResults is too high; the list would be refused`,
  )

/** Perhaps it knows cursors and does not say so; perhaps all still fit on one page. */
const repeats = async ({ get, pageSize }: Options, total: number): Promise<Finding> => {
  const words = 'startIndex is ignored: every page is the first one'
  const cursor = await unlessRefused(() => get({ cursor: '', count: '1' }))
  if (cursor?.nextCursor != null)
    return fine('scim-paging', `${words}, but there is a cursor (RFC 9865), which is used instead`)
  const whole = await get({ startIndex: '1', count: `${pageSize}` })
  const served = whole.resources.length
  return served >= total
    ? doubt(
        'scim-paging',
        `${words}. The ${total} users of now fit on one page of ${pageSize}; more than that could not be read, and nothing would be done`,
      )
    : fault(
        'scim-paging',
        `${words}. Of ${total} users only ${served} can be read: the list would be refused, and nothing done`,
      )
}

const idsOf = ({ resources }: WirePage): readonly string[] =>
  resources.map((resource) => {
    const id = isObject(resource) ? resource['id'] : null
    if (typeof id === 'string') return id
    throw new ScimPushError('SCIM_MALFORMED', { message: 'a user has no id', where: '/Users' })
  })

const unlessRefused = async (ask: () => Promise<WirePage>): Promise<WirePage | null> => {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof ScimPushError && error.failure === 'protocol') return null
    throw error
  }
}
