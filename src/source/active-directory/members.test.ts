import { describe, expect, test } from 'vitest'
import { domain, group, person, userDn } from '../../../test/fixtures/ldap-stub/objects.ts'
import type { StubObject } from '../../../test/fixtures/ldap-stub/objects.ts'
import { readStub, summary } from '../../../test/fixtures/ldap-stub/source.ts'
import type { StubOptions } from '../../../test/fixtures/ldap-stub/server.ts'

const names = (count: number) => Array.from({ length: count }, (_, n) => `user${String(n).padStart(5, '0')}`)
const company = (count: number) => [
  domain,
  ...names(count).map((name) => person(name)),
  group('big', names(count).map(userDn)),
]
const selected = { scope: { scimGroups: ['big'], groups: 'selected' as const } }
const readBig = (count: number, options: Omit<StubOptions, 'objects'> = {}) =>
  readStub(company(count), selected, options)
const isRange = ({ attributes }: { readonly attributes: readonly string[] }): boolean =>
  attributes.some((name) => name.startsWith('member;range='))

describe('range retrieval', () => {
  test.each([1, 1499, 1500, 1501, 3000, 3001])('%i members', async (count) => {
    const { snapshot, stub } = await readBig(count)
    expect(snapshot.groups?.[0]).toMatchObject({ unread: null, members: { size: count } })
    expect(snapshot.users).toHaveLength(count)
    expect(snapshot.gaps).toEqual([])
    expect(stub.searches.filter(isRange)).toHaveLength(count > 1500 ? Math.ceil(count / 1500) - 1 : 0)
  })

  test('the empty member beside the first range is not taken for "no members"', async () => {
    const { snapshot } = await readBig(30, { limits: { maxValRange: 10 } })
    expect(snapshot.groups?.[0]?.members.size).toBe(30)
  })

  test.each([
    [
      'a range is refused',
      { kind: 'status', status: 1, diagnostic: 'no' } as const,
      'operationsError (1): no',
    ],
    ['time runs out', { kind: 'status', status: 3 } as const, 'timeLimitExceeded (3)'],
    ['the group is gone', { kind: 'status', status: 32 } as const, 'noSuchObject (32)'],
  ])('%s: the group is unread, and keeps what was read', async (_, fault, detail) => {
    const { snapshot } = await readBig(30, {
      limits: { maxValRange: 10 },
      fault: (request) => (request.attributes.includes('member;range=20-*') ? fault : null),
    })
    expect(snapshot.groups).toMatchObject([
      { displayName: 'big', members: { size: 20 }, unread: `its members from 20 on: ${detail}` },
    ])
    expect(snapshot.gaps).toMatchObject([{ kind: 'members-unread', subject: 'big' }])
  })

  test('a group that changes in between is read again: nobody slips through', async () => {
    const objects: StubObject[] = company(30)
    let changes = 0
    const { snapshot } = await readStub(objects, selected, {
      limits: { maxValRange: 10 },
      // The first member leaves just before the second range is asked for, so all others move up by one.
      onSearch: (request) => {
        if (!request.attributes.includes('member;range=10-*') || changes++ > 0) return
        objects[objects.length - 1] = group('big', names(30).slice(1).map(userDn), { uSNChanged: '2' })
      },
    })
    expect(snapshot.groups).toMatchObject([{ members: { size: 29 }, unread: null }])
  })

  test('a group that changes all the time is unread', async () => {
    const objects: StubObject[] = company(30)
    let version = 1
    const { snapshot } = await readStub(objects, selected, {
      limits: { maxValRange: 10 },
      onSearch: (request) => {
        if (isRange(request))
          objects[objects.length - 1] = group('big', names(30).map(userDn), { uSNChanged: String(++version) })
      },
    })
    expect(snapshot.groups).toMatchObject([{ unread: 'it kept changing while its members were read' }])
  })

  test.each([
    ['nothing', {}],
    ['an empty whole list', { member: [] }],
    ['an empty last range', { 'member;range=20-*': [] }],
    ['a whole list', { member: ['CN=a', 'CN=b'] }],
    ['the range before', { 'member;range=10-19': names(10).map(userDn) }],
    ['a range further on', { 'member;range=21-*': ['CN=a'] }],
    ['fewer values than the range says', { 'member;range=20-29': ['CN=a'] }],
  ])('%s where the next range was asked for: unread, never shorter', async (_, attributes) => {
    const { snapshot } = await readBig(40, {
      limits: { maxValRange: 10 },
      fault: (request) =>
        request.attributes.includes('member;range=20-*')
          ? { kind: 'entry', attributes: { uSNChanged: ['1'], ...attributes } }
          : null,
    })
    expect(snapshot.groups).toMatchObject([{ members: { size: 20 } }])
    expect(snapshot.groups?.[0]?.unread).toContain('members from 20 on')
    expect(snapshot.gaps).toMatchObject([{ kind: 'members-unread', subject: 'big' }])
  })
})

describe('members who are looked up', () => {
  test('a few by their ids, a hundred a search', async () => {
    const { requests } = await readBig(250)
    expect(requests.filter(({ method }) => method === 'search').length).toBeLessThan(12)
  })

  test('many through one reading of all people', async () => {
    const { snapshot, stub } = await readStub(company(600), {
      ...selected,
      limits: { sweepAbove: 500, concurrency: 4 },
    })
    expect(snapshot.users).toHaveLength(600)
    expect(stub.searches.length).toBeLessThan(8)
  })

  test('a search that fails leaves the group unread, and its members strangers', async () => {
    const { snapshot } = await readBig(3, {
      fault: (request) => (request.paging?.size === 200 ? { kind: 'status', status: 3 } : null),
    })
    expect(summary(snapshot)).toMatchObject({
      users: [],
      strangers: names(3).map(userDn),
      groups: { big: names(3).map(userDn) },
      unread: ['big'],
      gaps: ['members-unread big'],
    })
  })
})
