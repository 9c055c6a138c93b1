import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchAnswers, resourceIn } from './bulk-answer.ts'
import type { ScimRequest } from './request.ts'

const request = (method: ScimRequest['method'], path: string): ScimRequest => ({ method, path })
const ann = { bulkId: '1', request: request('POST', '/Users') }
const dev = { bulkId: '2', request: request('POST', '/Groups') }
const bob = { bulkId: '3', request: request('PATCH', '/Users/b%2Fob') }
const cat = { bulkId: '4', request: request('DELETE', '/Users/cat') }
const all = [ann, dev, bob, cat]
const named = new Map<unknown, string>([
  [ann, 'ann'],
  [dev, 'dev'],
  [bob, 'bob'],
  [cat, 'cat'],
])
const match = (...parts: readonly unknown[]) => {
  const answers = matchAnswers({ Operations: parts }, all)
  return Object.fromEntries(
    [...(answers ?? [])].map(([operation, answer]): [string, unknown] => [
      named.get(operation) ?? '',
      answer,
    ]),
  )
}

describe('by bulkId', () => {
  test('with what belongs to it', () => {
    expect(
      match(
        { bulkId: '2', method: 'POST', status: '409', response: { detail: 'taken' } },
        {
          bulkId: '1',
          method: 'POST',
          status: '201',
          location: 'https://x/Users/7',
          response: { id: '7', active: true },
        },
      ),
    ).toEqual({
      dev: { status: 409, body: { detail: 'taken' }, location: '' },
      ann: { status: 201, body: { id: '7', active: true }, location: 'https://x/Users/7' },
    })
  })

  test('the id of what was created is in its location where there is no response', () => {
    expect(match({ bulkId: '1', status: 201, location: 'https://x/scim/Users/a%40b' })).toMatchObject({
      ann: { body: { id: 'a@b' } },
    })
    expect(match({ bulkId: '1', status: 201, location: '/Groups/7' })).toMatchObject({ ann: { body: null } })
    expect(match({ bulkId: '1', status: 201, location: '/Users/7', response: { meta: 1 } })).toMatchObject({
      ann: { body: { id: '7', meta: 1 } },
    })
  })

  test.each([
    ['another method', { bulkId: '1', method: 'PATCH', status: '200' }],
    ['no status', { bulkId: '1', method: 'POST' }],
    ['a status that is none', { bulkId: '1', method: 'POST', status: 'ok' }],
    ['a status out of range', { bulkId: '1', method: 'POST', status: 2000 }],
    ['an unknown bulkId', { bulkId: '9', method: 'POST', status: '201', location: '/Users/cat' }],
    ['no object', null],
  ])('%s is no answer', (_, part) => {
    expect(match(part)).toEqual({})
  })

  test('two answers to one operation are none', () => {
    expect(match({ bulkId: '1', status: '201' }, { bulkId: '1', status: '409' })).toEqual({})
    expect(
      match(
        { bulkId: '3', method: 'PATCH', status: '200' },
        { method: 'PATCH', status: '404', location: '/Users/b%2Fob' },
      ),
    ).toEqual({})
  })
})

describe('without bulkId', () => {
  test('by method and location, however it is written', () => {
    expect(
      match(
        { method: 'delete', status: '204', location: 'https://x/scim/v2/Users/cat/' },
        { method: 'PATCH', status: { code: '200' }, location: 'users/b%2fob' },
      ),
    ).toMatchObject({ cat: { status: 204 }, bob: { status: 200 } })
  })

  test.each([
    ['a POST', { method: 'POST', status: '201', location: 'https://x/Users/7' }],
    ['no location', { method: 'DELETE', status: '204' }],
    ['another method', { method: 'PATCH', status: '200', location: '/Users/cat' }],
    ['no method', { status: '204', location: '/Users/cat' }],
    ['another type', { method: 'DELETE', status: '204', location: '/Groups/cat' }],
    ['the list', { method: 'DELETE', status: '204', location: '/Users' }],
  ])('%s is no answer', (_, part) => {
    expect(match(part)).toEqual({})
  })
})

test.each([[null], [[]], [{}], [{ Operations: {} }], ['text']])('%j is no answer to a Bulk', (body) => {
  expect(matchAnswers(body, all)).toBeNull()
})

test('nothing makes it throw', () => {
  const part = fc.oneof(
    fc.anything(),
    fc.record(
      {
        bulkId: fc.constantFrom('1', '2', '3', '4', '', 1, null),
        method: fc.constantFrom('POST', 'PATCH', 'DELETE', 7),
        status: fc.anything(),
        location: fc.constantFrom('/Users/cat', '%', '/Users/%E0%A4%A', '', 3),
        response: fc.anything(),
      },
      { requiredKeys: [] },
    ),
  )
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const answers = matchAnswers({ Operations: parts }, all)
      for (const { status } of answers?.values() ?? []) expect(status).toBeGreaterThanOrEqual(100)
    }),
  )
})

test.each<[string, ReturnType<typeof resourceIn>]>([
  ['/Users/1', { type: 'users', id: '1' }],
  ['https://x/scim/v2/Groups/a%20b/', { type: 'groups', id: 'a b' }],
  ['/Users/%E0%A4%A', { type: 'users', id: '%E0%A4%A' }],
  ['/Users', null],
  ['/Users/1/groups', null],
  ['', null],
])('the resource in %s', (location, resource) => {
  expect(resourceIn(location)).toEqual(resource)
})
