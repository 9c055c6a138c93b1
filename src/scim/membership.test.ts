import { describe, expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { silentLog } from '../lib/log.ts'
import { membersFromGroups } from './membership.ts'
import { parseGroup, parseUser } from './parse.ts'

type Members = readonly (string | Readonly<Record<string, string>>)[]
const group = (id: string, members?: Members | null) =>
  parseGroup(
    {
      id,
      displayName: id,
      ...(members === undefined
        ? {}
        : { members: members && members.map((value) => (typeof value === 'string' ? { value } : value)) }),
    },
    '/Groups',
  )
const user = (id: string, groups?: readonly object[]) => parseUser({ id, userName: id, groups }, '/Users')
const people = ['ann', 'bob', 'cat'].map((id) => user(id))

/** Reads members; `alone` is what each group says when it is asked for by itself. */
const read = async (
  users: Parameters<typeof membersFromGroups>[0],
  groups: Parameters<typeof membersFromGroups>[1],
  alone: Readonly<Record<string, Members | undefined>> = {},
) => {
  const asked: string[] = []
  const warnings: string[] = []
  const told = await membersFromGroups(users, groups, {
    concurrency: 2,
    log: { ...silentLog, warn: (message) => void warnings.push(message) },
    reader: {
      send({ path }) {
        const id = path.replace('/Groups/', '')
        asked.push(id)
        if (!(id in alone)) return Promise.reject(new ScimPushError('SCIM_NOT_FOUND', { message: 'gone' }))
        const members = alone[id]?.map((value) => ({ value }))
        return Promise.resolve({ status: 200, body: { id, displayName: id, members } })
      },
    },
  })
  return { members: Object.fromEntries(told.map(({ id, members }) => [id, [...members]])), asked, warnings }
}

describe('the members of groups', () => {
  test('from the list, without another request', async () => {
    const { members, asked, warnings } = await read(people, [group('a', ['ann', 'bob']), group('b', [])])
    expect(members).toEqual({ a: ['ann', 'bob'], b: [] })
    expect(asked).toEqual([])
    expect(warnings).toEqual([])
  })

  test('users only: no nested groups, however they are marked, and nobody who is not a user here', async () => {
    const nested = [
      'ann',
      { value: 'g1', type: 'Group' },
      { value: 'g2', $ref: 'https://scim.example/v2/Groups/g2' },
      { value: 'bob', type: 'User' },
      'stranger',
    ]
    expect((await read(people, [group('a', nested)])).members).toEqual({ a: ['ann', 'bob'] })
  })

  test('left out where they are none: a sample is enough', async () => {
    const silent = ['b', 'c', 'd', 'e', 'f'].map((id) => group(id))
    const alone = { b: undefined, c: [], d: undefined, e: [], f: [] }
    const { members, asked } = await read(people, [group('a', ['ann']), ...silent], alone)
    expect(members).toEqual({ a: ['ann'], b: [], c: [], d: [], e: [], f: [] })
    expect(asked).toEqual(['b', 'c', 'd'])
  })

  test('left out although there are some: all such groups are asked for', async () => {
    const silent = ['b', 'c', 'd', 'e'].map((id) => group(id, null))
    const alone = { b: [], c: ['bob'], d: [], e: ['cat'] }
    const { members, asked } = await read(people, [group('a', ['ann']), ...silent], alone)
    expect(members).toEqual({ a: ['ann'], b: [], c: ['bob'], d: [], e: ['cat'] })
    expect(asked).toEqual(['b', 'c', 'd', 'e'])
  })

  test.each<[string, Members | undefined]>([
    ['left out', undefined],
    ['shown empty', []],
  ])('in no group of the list, %s: every group is asked for', async (_, members) => {
    const groups = ['a', 'b', 'c', 'd', 'e'].map((id) => group(id, members))
    const alone = { a: [], b: [], c: [], d: [], e: ['ann'] }
    const told = await read(people, groups, alone)
    expect(told.members).toEqual({ a: [], b: [], c: [], d: [], e: ['ann'] })
    expect(told.warnings).toEqual([])
  })

  test('in no group of the list, but in the users’ own groups, the direct ones', async () => {
    const users = [
      user('ann', [{ value: 'a' }, { value: 'b', type: 'direct' }]),
      user('bob', [{ value: 'b' }, { value: 'a', type: 'indirect' }]),
    ]
    const { members, asked } = await read(users, [group('a', []), group('b')])
    expect(members).toEqual({ a: ['ann'], b: ['ann', 'bob'] })
    expect(asked).toEqual([])
  })

  test('shown nowhere (AWS): a warning', async () => {
    const { warnings } = await read(people, [group('a', []), group('b', [])], { a: [], b: [] })
    expect(warnings).toHaveLength(1)
    expect((await read([], [group('a', [])], { a: [] })).warnings).toEqual([])
  })

  test('a group that is listed and not found alone has no members, and is not left out', async () => {
    expect((await read(people, [group('a'), group('b')], { b: ['ann'] })).members).toEqual({
      a: [],
      b: ['ann'],
    })
  })
})
