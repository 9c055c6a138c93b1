import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anybody, anyGraph, graphOf, node } from '../../test/fixtures/graph.ts'
import { groupKey, userKey } from '../model/ids.ts'
import type { DirectoryGraph } from './graph.ts'
import { wayDown } from './paths.ts'

const ann = userKey('k-ann')
const textOf = (graph: DirectoryGraph, from: string, countsAsEveryone = true): string | null => {
  const way = wayDown(groupKey(`k-${from}`), {
    groups: graph.groups,
    user: ann,
    countsAsEveryone,
    skip: () => false,
  })
  return way && `${way.path.map(({ displayName }) => displayName).join(' → ')}${way.everyone ? ' (all)' : ''}`
}

describe('the way down', () => {
  test.each<[string, DirectoryGraph, string | null]>([
    ['directly', graphOf(['ann'], [node('Root', ['ann'])], []), 'Root'],
    ['nowhere', graphOf(['ann'], [node('Root', ['bob'], ['A']), node('A', [])], []), null],
    ['from a group that is not there', graphOf(['ann'], [], []), null],
    [
      'the shortest',
      graphOf(
        ['ann'],
        [node('Root', [], ['A', 'Z']), node('A', [], ['B']), node('B', ['ann']), node('Z', ['ann'])],
        [],
      ),
      'Root → Z',
    ],
    [
      'of two as short ones the first by name',
      graphOf(['ann'], [node('Root', [], ['b', 'A']), node('b', ['ann']), node('A', ['ann'])], []),
      'Root → A',
    ],
    [
      'first by the whole path, not by its end',
      graphOf(
        ['ann'],
        [
          node('Root', [], ['B', 'A']),
          node('A', [], ['Z']),
          node('B', [], ['C']),
          node('Z', ['ann']),
          node('C', ['ann']),
        ],
        [],
      ),
      'Root → A → Z',
    ],
    [
      'of two of one name the first by key',
      graphOf(
        ['ann'],
        [
          node('Root', [], ['z', 'a']),
          node('z', [], ['zz'], { displayName: 'Team' }),
          node('a', [], ['aa'], { displayName: 'Team' }),
          node('zz', ['ann']),
          node('aa', ['ann']),
        ],
        [],
      ),
      'Root → Team → aa',
    ],
    [
      'past a cycle',
      graphOf(['ann'], [node('Root', [], ['A']), node('A', [], ['Root', 'A', 'B']), node('B', ['ann'])], []),
      'Root → A → B',
    ],
    [
      'a cycle that leads nowhere',
      graphOf(['ann'], [node('Root', [], ['A']), node('A', [], ['Root'])], []),
      null,
    ],
    [
      'to everyone',
      graphOf(['ann'], [node('Root', [], ['A']), node('A', [], [], { everyone: true })], []),
      'Root → A (all)',
    ],
    [
      'by name rather than as one of everyone, where both are as far',
      graphOf(
        ['ann'],
        [node('Root', [], ['A', 'B']), node('A', [], [], { everyone: true }), node('B', ['ann'])],
        [],
      ),
      'Root → B',
    ],
  ])('%s', (_, graph, expected) => {
    expect(textOf(graph, 'Root')).toBe(expected)
  })

  test('who is no user of the directory is not one of everyone', () => {
    const graph = graphOf([], [node('Root', [], [], { everyone: true })], [])
    expect(textOf(graph, 'Root', false)).toBeNull()
  })

  test('deep nesting', () => {
    const names = Array.from({ length: 20_000 }, (_, n) => `g${n}`)
    const groups = names.map((name, n) => node(name, n === names.length - 1 ? ['ann'] : [], [`g${n + 1}`]))
    expect(textOf(graphOf(['ann'], groups, []), 'g0')?.split(' → ')).toHaveLength(20_000)
  })
})

describe('for any graph', () => {
  test('a way is a chain of direct memberships, without an excluded group, and none is shorter', () => {
    fc.assert(
      fc.property(anyGraph, fc.constantFrom(...anybody), ({ graph }, user) => {
        for (const [root, { displayName }] of graph.groups) {
          const skip = (group: { readonly displayName: string }): boolean => group.displayName === 'C'
          const way = wayDown(root, { groups: graph.groups, user, countsAsEveryone: true, skip })
          const distance = distanceOf(graph, root, (key) => {
            const group = graph.groups.get(key)
            return group !== undefined && (group.everyone || group.users.has(user))
          })
          expect(way === null ? null : way.path.length, displayName).toBe(distance)
          if (!way) continue
          const chain = way.path.map(({ key }) => graph.groups.get(key))
          expect(chain[0]?.key).toBe(root)
          for (const [n, group] of chain.entries()) {
            expect(group?.displayName).not.toBe('C')
            const next = chain[n + 1]
            if (next) expect(group?.groups.has(next.key)).toBe(true)
          }
          const last = chain.at(-1)
          expect(way.everyone ? last?.everyone : last?.users.has(user)).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('the order of the input makes no difference', () => {
    fc.assert(
      fc.property(anyGraph, fc.constantFrom(...anybody), ({ graph }, user) => {
        const turned = new Map(
          [...graph.groups].reverse().map(([key, group]) => [
            key,
            {
              ...group,
              groups: new Set([...group.groups].reverse()),
              users: new Set([...group.users].reverse()),
            },
          ]),
        )
        for (const root of graph.groups.keys()) {
          const walk = { user, countsAsEveryone: true, skip: () => false }
          expect(wayDown(root, { ...walk, groups: turned })).toEqual(
            wayDown(root, { ...walk, groups: graph.groups }),
          )
        }
      }),
    )
  })
})

/** How many groups a shortest way has, worked out by widening: without C, which is skipped. */
const distanceOf = (
  { groups }: DirectoryGraph,
  root: ReturnType<typeof groupKey>,
  ends: (key: ReturnType<typeof groupKey>) => boolean,
): number | null => {
  const open = (key: ReturnType<typeof groupKey>): boolean =>
    groups.has(key) && groups.get(key)?.displayName !== 'C'
  let reached = new Set([root].filter(open))
  for (let steps = 1; steps <= groups.size + 1; steps++) {
    if ([...reached].some(ends)) return steps
    reached = new Set(
      [...reached, ...[...reached].flatMap((key) => [...(groups.get(key)?.groups ?? [])])].filter(open),
    )
  }
  return null
}
