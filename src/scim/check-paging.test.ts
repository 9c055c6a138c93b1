import { expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { checkPaging } from './check-paging.ts'
import type { WirePage } from './parse.ts'

interface Server {
  readonly users: number
  /** The number of users that it claims, for a page of so many. */
  readonly total?: (served: number) => number
  /** Where a page begins, from 0. */
  readonly start?: (startIndex: number, count: number) => number
  readonly count?: (asked: number) => number
  readonly cursor?: 'next' | 'ignored' | 'refused'
  /** Which user stands where; another one with every request, perhaps. */
  readonly order?: (place: number, request: number) => number
}

/** A server that pages as it is told, and refuses what it does not know. */
const serve = (server: Server) => {
  let requests = 0
  return (query: Readonly<Record<string, string>>): Promise<WirePage> => {
    const { users, cursor = 'refused', order = (place) => place } = server
    const request = ++requests
    const asked = Number(query['count'])
    if (query['cursor'] !== undefined && cursor === 'refused')
      return Promise.reject(new ScimPushError('SCIM_REFUSED', { message: 'no cursors', where: '/Users' }))
    const startIndex = Number(query['startIndex'] ?? 1)
    const from = server.start ? server.start(startIndex, asked) : startIndex - 1
    const to = Math.min(users, from + (server.count ? server.count(asked) : asked))
    const resources = Array.from({ length: Math.max(0, to - from) }, (_, n) => ({
      id: `u${order(from + n, request)}`,
    }))
    const totalResults = server.total ? server.total(resources.length) : users
    return Promise.resolve({
      totalResults,
      resources,
      nextCursor: query['cursor'] !== undefined && cursor === 'next' ? 'abc' : null,
    })
  }
}

const paging = async (
  server: Server,
  more: { readonly cursorsOnly?: boolean; readonly pageSize?: number } = {},
) => {
  const get = serve(server)
  const { totalResults: total } = await get({ startIndex: '1', count: '1' })
  const { level, check, message, remedy } = await checkPaging({
    get,
    total,
    pageSize: 200,
    cursorsOnly: false,
    ...more,
  })
  expect(check).toBe('scim-paging')
  expect(remedy === '').toBe(level === 'ok')
  return `${level}: ${message}`
}

const first = () => 0

test.each<[string, Server, RegExp]>([
  ['as RFC 7644 has it', { users: 7 }, /^ok: startIndex and count work/],
  ['two users', { users: 2 }, /^ok: startIndex and count work/],
  ['one user shows nothing', { users: 1 }, /^ok: there is only one user/],
  ['nobody', { users: 0 }, /^ok: there is no user/],
  ['a page holds one at most', { users: 7, count: () => 1 }, /^ok: startIndex works; only one user a page/],
  [
    'every page is the first, and all fit on one',
    { users: 7, start: first },
    /^warning: startIndex is ignored.*The 7 users of now/,
  ],
  [
    'every page is the first, and there are more',
    { users: 300, start: first },
    /^error: startIndex is ignored.*Of 300 users only 200 can be read/,
  ],
  [
    'every page is the first, with a cursor',
    { users: 300, start: first, cursor: 'next' },
    /^ok: .*but there is a cursor/,
  ],
  [
    'every page is the first, a cursor is ignored',
    { users: 300, start: first, cursor: 'ignored' },
    /^error: startIndex is ignored/,
  ],
  [
    'count is ignored, all on one page',
    { users: 7, count: () => 100 },
    /^ok: count is ignored: asked for 2, came 7, which is all/,
  ],
  [
    'count is ignored, and pages follow',
    { users: 250, count: () => 100 },
    /^ok: count is ignored.*startIndex works/,
  ],
  [
    'count and startIndex are ignored',
    { users: 250, start: first, count: () => 100 },
    /^error: startIndex is ignored.*Of 250 users only 100/,
  ],
  [
    'count is ignored, and the next page is empty',
    { users: 250, count: () => 100, start: (startIndex) => (startIndex === 1 ? 0 : 999) },
    /^error: the page from 101 of 250 is empty/,
  ],
  [
    'startIndex counts from 0',
    { users: 7, start: (startIndex) => startIndex },
    /^error: the page from 7 of 7 is empty: startIndex counts from 0/,
  ],
  [
    'startIndex counts from 0, two users',
    { users: 2, start: (startIndex) => startIndex },
    /^error: the page from 2 of 2 is empty/,
  ],
  [
    'the total is that of the page',
    { users: 7, total: (served) => served },
    /^warning: totalResults is 1 when one user is asked for, and 2 when two are/,
  ],
  [
    'the total is too low',
    { users: 7, total: () => 1, count: () => 7 },
    /^error: a page of 7, and totalResults 1/,
  ],
  ['the total is too high', { users: 7, total: () => 9 }, /^error: the page from 9 of 9 is empty/],
  [
    'a total, and nobody',
    { users: 0, total: () => 9 },
    /^error: the first page is empty, and totalResults is 9/,
  ],
  [
    'the order changes',
    { users: 9, order: (place, request) => (place + request * 2) % 9 },
    /^warning: the page from 2 does not begin with the second user/,
  ],
])('%s', async (_, server, expected) => {
  expect(await paging(server)).toMatch(expected)
})

test('who says that there are only cursors is taken at the word', async () => {
  expect(await paging({ users: 7, start: first }, { cursorsOnly: true })).toMatch(/^ok: lists go by cursor/)
})

test('a failure on the way is a finding', async () => {
  const get = () =>
    Promise.reject(new ScimPushError('SCIM_UNREACHABLE', { message: 'gone', where: '/Users' }))
  expect(await checkPaging({ get, total: 7, pageSize: 200, cursorsOnly: false })).toMatchObject({
    level: 'error',
    message: 'SCIM_UNREACHABLE: gone',
  })
})
