import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyGraph, graphOf, node } from '../../test/fixtures/graph.ts'
import { groupKey, type GroupKey, type UserKey } from '../model/ids.ts'
import { flatten } from './flatten.ts'
import type { DirectoryGraph, DirectoryGroup } from './graph.ts'

const none = () => false
const allOf = ({ groups }: DirectoryGraph) => new Set(groups.keys())

/** The same, each group walked by itself. */
const walked = (
  graph: DirectoryGraph,
  excluded: (group: DirectoryGroup) => boolean,
  root: GroupKey,
): { users: Set<UserKey>; everyone: boolean; unread: Set<GroupKey> } => {
  const below = new Set([root])
  const users = new Set<UserKey>()
  const unread = new Set<GroupKey>()
  let everyone = false
  // A Set takes in what is added while it is walked.
  for (const key of below) {
    const group = graph.groups.get(key)
    if (group && excluded(group)) continue
    if (!group || group.unread !== null) unread.add(key)
    for (const user of group?.users ?? []) users.add(user)
    for (const child of group?.groups ?? []) below.add(child)
    everyone ||= group?.everyone ?? false
  }
  return { users, everyone, unread }
}

const sorted = (keys: Iterable<string>) => [...keys].sort()

test('for any graph, whichever groups are wanted: each has what a walk from it finds', () => {
  fc.assert(
    fc.property(
      anyGraph,
      fc.subarray(['A', 'B', 'C', 'D', 'E', 'F', 'G']),
      fc.subarray(['A', 'B', 'C', 'D', 'E', 'F']),
      fc.subarray(['A', 'B', 'C']),
      ({ graph: { groups, ...rest } }, wanted, notRead, out) => {
        const graph: DirectoryGraph = {
          ...rest,
          groups: new Map(
            [...groups.values()].map((group) => [
              group.key,
              { ...group, unread: notRead.includes(group.displayName) ? '503' : null },
            ]),
          ),
        }
        const excluded = ({ displayName }: DirectoryGroup) => out.includes(displayName)
        const keys = wanted.map((name) => groupKey(`k-${name}`))
        const flatOf = flatten(graph, excluded, new Set(keys))
        for (const key of keys) {
          const { users, everyone, unread } = walked(graph, excluded, key)
          const flat = flatOf(key)
          expect(sorted(flat.users)).toEqual(sorted(users))
          expect(flat.everyone).toBe(everyone)
          expect(sorted(flat.unreadGroups)).toEqual(sorted(unread))
          expect(flat.unread !== null).toBe(unread.size > 0)
          if (unread.has(key) && groups.has(key)) expect(flat.unread).toBe('503')
        }
      },
    ),
  )
})

/** How often groups are looked up while all of them are flattened. */
const lookUps = (groups: readonly DirectoryGroup[]) => {
  let count = 0
  class Counting extends Map<GroupKey, DirectoryGroup> {
    override get(key: GroupKey): DirectoryGroup | undefined {
      count++
      return super.get(key)
    }
  }
  const graph = graphOf([], [], [], { groups: new Counting(groups.map((one) => [one.key, one])) })
  const flatOf = flatten(graph, none, allOf(graph))
  return { count, flatOf }
}

test('fifty levels of 200 groups, each of which holds two of the next', () => {
  const groups = Array.from({ length: 50 }, (_, level) =>
    Array.from({ length: 200 }, (__, n) =>
      level === 49
        ? node(`49 ${n}`, [`user ${n}`])
        : node(`${level} ${n}`, [], [`${level + 1} ${n}`, `${level + 1} ${(n + 1) % 200}`]),
    ),
  ).flat()
  const { count, flatOf } = lookUps(groups)
  expect(flatOf(groupKey('k-0 0')).users.size).toBe(50)
  // Walked by themselves they take four million.
  expect(count).toBeLessThan(5 * groups.length)
})

test('twenty thousand, each in the one before, of which many lead back to the first', () => {
  const groups = Array.from({ length: 20_000 }, (_, n) =>
    node(
      `${n}`,
      n === 19_999 ? ['ann'] : [],
      n === 19_999 ? ['0'] : n % 3 === 0 ? [`${n + 1}`, '0'] : [`${n + 1}`],
    ),
  )
  const { count, flatOf } = lookUps(groups)
  for (const { key } of groups) expect(flatOf(key).users.size).toBe(1)
  expect(count).toBeLessThan(5 * groups.length)
})

test('groups with the same members share them', () => {
  const people = Array.from({ length: 1000 }, (_, n) => `user ${n}`)
  const chain = Array.from({ length: 50 }, (_, n) =>
    node(`${n}`, n === 49 ? people : [], n === 49 ? [] : [`${n + 1}`]),
  )
  const { flatOf } = lookUps(chain)
  expect(new Set(chain.map(({ key }) => flatOf(key).users)).size).toBe(1)
})
