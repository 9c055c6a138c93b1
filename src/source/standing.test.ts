import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anybody, anyGraph, graphOf, graphScope, node } from '../../test/fixtures/graph.ts'
import { userKey } from '../model/ids.ts'
import type { DirectoryGraph } from './graph.ts'
import { project } from './project.ts'
import type { Scope } from './source.ts'
import { standingOf } from './standing.ts'

// roster ─ ann, sales ─ bob, emea ─ cat; second ─ emea; outside ─ dan
const company = graphOf(
  ['ann', 'bob', 'cat', 'dan'],
  [
    node('roster', ['ann'], ['sales']),
    node('sales', ['bob'], ['emea']),
    node('emea', ['cat'], ['sales']),
    node('second', [], ['emea']),
    node('outside', ['dan']),
  ],
  ['roster', 'second'],
)
const both = graphScope(['roster', 'second'])
const without = (exclude: Partial<Scope['exclude']>): Scope => ({
  ...both,
  exclude: { users: [], groups: [], ...exclude },
})

const summary = (graph: DirectoryGraph, scope: Scope, name: string) => {
  const { ways, closed, ...rest } = standingOf(graph, scope, userKey(`k-${name}`))
  const text = (path: (typeof ways)[number]['path']): string =>
    path.map(({ displayName }) => displayName).join(' → ')
  return {
    ...rest,
    ways: ways.map(({ path, everyone }) => `${text(path)}${everyone ? ' (all)' : ''}`),
    closed: closed.map(({ path, group, pattern }) => `${text(path)}, ${group} by ${pattern}`),
  }
}
const out = { inScope: false, everyUser: false, named: false, ways: [], closed: [], excludedBy: [] }

describe('why somebody is in scope or is not', () => {
  test.each<[string, DirectoryGraph, Scope, string, Partial<ReturnType<typeof summary>>]>([
    ['directly', company, both, 'ann', { inScope: true, ways: ['roster'] }],
    [
      'through each SCIM group, in the order of the configuration',
      company,
      both,
      'cat',
      { inScope: true, ways: ['roster → sales → emea', 'second → emea'] },
    ],
    ['in other groups alone', company, both, 'dan', {}],
    ['nobody whom the graph knows', company, both, 'zoe', {}],
    [
      'every user, without a SCIM group',
      { ...company, scimGroups: [] },
      graphScope([]),
      'dan',
      { inScope: true, everyUser: true },
    ],
    ['every user, but not who is none', { ...company, scimGroups: [] }, graphScope([]), 'zoe', {}],
    ['by name', { ...company, scimUsers: [userKey('k-dan')] }, both, 'dan', { inScope: true, named: true }],
    [
      'as one of everyone',
      graphOf(['dan'], [node('all', [], [], { everyone: true })], ['all']),
      graphScope(['all']),
      'dan',
      { inScope: true, ways: ['all (all)'] },
    ],
    [
      'excluded by email and by login',
      company,
      without({ users: ['*@corp.example', 'x*', 'ANN'] }),
      'ann',
      { ways: ['roster'], excludedBy: ['*@corp.example', 'ANN'] },
    ],
    [
      'an excluded group on the only way',
      company,
      without({ groups: ['sal*'] }),
      'bob',
      { closed: ['roster → sales, sales by sal*', 'second → emea → sales, sales by sal*'] },
    ],
    [
      'an excluded group on one of the ways',
      company,
      without({ groups: ['sales@corp.example'] }),
      'cat',
      {
        inScope: true,
        ways: ['second → emea'],
        closed: ['roster → sales → emea, sales by sales@corp.example'],
      },
    ],
    [
      'a longer way round an excluded group',
      graphOf(
        ['ann'],
        [node('root', [], ['a', 'b']), node('a', ['ann']), node('b', [], ['c']), node('c', ['ann'])],
        ['root'],
      ),
      { ...graphScope(['root']), exclude: { users: [], groups: ['a'] } },
      'ann',
      { inScope: true, ways: ['root → b → c'] },
    ],
    [
      'several excluded groups on one way: the first',
      company,
      without({ groups: ['emea', 'sales'] }),
      'cat',
      { closed: ['roster → sales → emea, sales by sales', 'second → emea, emea by emea'] },
    ],
    [
      'an excluded SCIM group',
      company,
      without({ groups: ['roster'] }),
      'ann',
      { closed: ['roster, roster by roster'] },
    ],
    [
      'a stranger, by the label',
      graphOf([], [node('roster', ['eve'])], ['roster'], {
        strangers: new Map([
          [userKey('k-eve'), { key: userKey('k-eve'), label: 'Eve@x.example', detail: '' }],
        ]),
      }),
      { ...graphScope(['roster']), exclude: { users: ['eve@*'], groups: [] } },
      'eve',
      { ways: ['roster'], excludedBy: ['eve@*'] },
    ],
  ])('%s', (_, graph, scope, name, expected) => {
    expect(summary(graph, scope, name)).toEqual({ ...out, ...expected })
  })

  test('for any graph: in scope if and only if `project` says so, and never without a reason', () => {
    fc.assert(
      fc.property(anyGraph, ({ graph, scope }) => {
        const { users, strangers } = project(graph, scope)
        const inScope = new Set([...users, ...strangers].map(({ key }) => key))
        for (const key of anybody) {
          const standing = standingOf(graph, scope, key)
          expect(standing.inScope, key).toBe(inScope.has(key))
          const reasons = standing.everyUser || standing.named || standing.ways.length > 0
          if (standing.inScope) expect(reasons).toBe(true)
          else expect(!reasons || standing.excludedBy.length > 0).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
