import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anybody, anyGraph } from '../../test/fixtures/graph.ts'
import { groupKey, userKey, type GroupKey } from '../model/ids.ts'
import { climb, type Parents } from './climb.ts'
import { wayDown } from './paths.ts'

const found = (key: GroupKey) => ({ key, displayName: key, aliases: [] })
const all = (keys: readonly GroupKey[]): Parents<ReturnType<typeof found>> => ({
  groups: keys.map(found),
  unread: null,
})

test('for any graph: every group that has the user is found, with a way down, and each is asked once', async () => {
  await fc.assert(
    fc.asyncProperty(anyGraph, fc.constantFrom(...anybody), async ({ graph }, user) => {
      const parents = (
        test: (group: { users: ReadonlySet<string>; groups: ReadonlySet<string> }) => boolean,
      ) => all([...graph.groups.values()].filter(test).map(({ key }) => key))
      const asked: GroupKey[] = []
      const { groups, unread } = await climb({
        user,
        direct: parents(({ users }) => users.has(user)),
        parentsOf: ({ key }) => {
          asked.push(key)
          return Promise.resolve(parents((group) => group.groups.has(key)))
        },
        concurrency: 3,
      })
      expect(unread).toBeNull()
      expect(asked).toHaveLength(new Set(asked).size)
      for (const key of graph.groups.keys()) {
        const walk = { user, countsAsEveryone: false, skip: () => false }
        const way = wayDown(key, { ...walk, groups: graph.groups })
        expect(groups.has(key), key).toBe(way !== null)
        expect(wayDown(key, { ...walk, groups })?.path.length).toBe(way?.path.length)
      }
    }),
  )
})

test('a directory without an end is cut, and says so', async () => {
  let last = 0
  const { groups, unread } = await climb({
    user: userKey('ann'),
    direct: all([groupKey('g0')]),
    parentsOf: () => Promise.resolve(all([groupKey(`g${++last}`)])),
    concurrency: 1,
  })
  expect(groups.size).toBe(1000)
  expect(unread).toBe('there are more than 1000')
})

test('what is unread below is said once, and the rest stands', async () => {
  const { groups, unread } = await climb({
    user: userKey('ann'),
    direct: all([groupKey('a'), groupKey('b')]),
    parentsOf: ({ key }) =>
      Promise.resolve(
        key === groupKey('a')
          ? { groups: [], unread: '503' }
          : key === groupKey('b')
            ? all([groupKey('c')])
            : all([]),
      ),
    concurrency: 2,
  })
  expect([...groups.keys()]).toEqual(['a', 'b', 'c'])
  expect(unread).toBe('503')
})
