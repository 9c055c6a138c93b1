import { expect, test } from 'vitest'
import { graphOf, graphScope, node } from '../../test/fixtures/graph.ts'
import { person } from '../../test/fixtures/simulate.ts'
import { userKey } from '../model/ids.ts'
import type { SourceUser } from '../model/user.ts'
import type { DirectoryGraph } from '../source/graph.ts'
import { project } from '../source/project.ts'
import type { Scope } from '../source/source.ts'
import { checkScope } from './scope.ts'

const findings = (graph: DirectoryGraph, scope: Scope): readonly string[] => {
  const found = checkScope({ graph, scope, snapshot: project(graph, scope) })
  for (const { level, remedy } of found) expect(remedy === '').toBe(level === 'ok')
  return found.map(({ level, check, message }) => `${level} ${check}: ${message}`)
}

const withPeople = (...people: readonly SourceUser[]): Partial<DirectoryGraph> => ({
  users: new Map(people.map((one) => [one.key, one])),
})
const team = node('Team', ['ann', 'bob'])
const stranger = { key: userKey('k-eve'), label: 'eve@else.example', detail: 'elsewhere' }

test.each<[string, Partial<DirectoryGraph>, Partial<Scope>, readonly string[]]>([
  [
    'all is well: short',
    {},
    {},
    [
      'ok scope-people: 2 people in scope',
      'ok scope-email: everyone has an email of their own',
      'ok scope-groups: 1 group for the target',
    ],
  ],
  [
    'nobody in scope',
    { groups: new Map([[team.key, node('Team', [])]]) },
    {},
    [
      'warning scope-people: nobody is in scope',
      'ok scope-groups: 1 group for the target; 1 without a member: Team',
    ],
  ],
  [
    'inactive people, by reason where there is one',
    withPeople(
      person('ann', { active: false, inactiveBecause: 'suspended' }),
      person('bob', { active: false }),
    ),
    {},
    ['ok scope-people: 2 people in scope, 2 of them inactive (1 suspended)'],
  ],
  [
    'someone without an email',
    withPeople(person('ann'), person('bob', { userName: null })),
    {},
    ['warning scope-email: 1 person in scope without an email: bob'],
  ],
  [
    'two of one email, whatever its case',
    withPeople(person('ann'), person('bob', { userName: 'ANN@corp.example' })),
    {},
    ['warning duplicate-email: 2 people in scope have the email ann@corp.example: ann, bob'],
  ],
  [
    'two of one email that is also what they are called',
    withPeople(
      person('ann', { label: 'ann@corp.example' }),
      person('bob', { label: 'ann@corp.example', userName: 'ann@corp.example' }),
    ),
    {},
    ['warning duplicate-email: 2 people in scope have the email ann@corp.example: ann (k-ann), bob (k-bob)'],
  ],
  [
    'groups are not managed',
    {},
    { groups: 'none' },
    ['ok scope-groups: groups are left alone at the target (scope.groups: none)'],
  ],
  [
    'nested groups',
    {
      groups: new Map(
        [node('Team', ['ann'], ['Inner']), node('Inner', ['bob'], ['Core']), node('Core', [])].map(
          (group) => [group.key, group],
        ),
      ),
    },
    {},
    ['ok scope-groups: 1 group for the target; 2 nested in others, flattened into them'],
  ],
  [
    'a listed group is nested in its roster, and none that is flattened',
    {
      groups: new Map([node('Roster', [], ['Team']), team].map((group) => [group.key, group])),
      scimGroups: [node('Roster', []).key],
    },
    { groups: 'listed' },
    ['ok scope-groups: 1 group for the target'],
  ],
  [
    'a group that was not read is not said to be empty',
    {
      groups: new Map(
        [team, node('Dark', [], [], { unread: 'forbidden' })].map((group) => [group.key, group]),
      ),
      scimGroups: [team.key, node('Dark', []).key],
    },
    {},
    ['ok scope-groups: 2 groups for the target', 'warning scope-unread: 1 part not read: Dark (forbidden)'],
  ],
  [
    'two groups of one name',
    {
      groups: new Map(
        [team, node('TEAM', ['ann'], [], { aliases: ['other@corp.example'] })].map((group) => [
          group.key,
          group,
        ]),
      ),
      scimGroups: [team.key, node('TEAM', []).key],
    },
    {},
    ['warning duplicate-group: 2 groups in scope are called Team: team@corp.example, other@corp.example'],
  ],
  [
    'people in a group as their primary group alone',
    { groups: new Map([[team.key, { ...team, byPrimaryGroup: new Set([userKey('k-bob')]) }]]) },
    {},
    [
      'ok ad-primary-group: 1 person in scope in a group as their primary group alone (Team): read and counted',
    ],
  ],
  [
    'members from outside',
    {
      groups: new Map([[team.key, node('Team', ['ann', 'eve'])]]),
      strangers: new Map([[stranger.key, stranger]]),
    },
    {},
    [
      'ok scope-outsiders: 1 member of groups in scope not among the directory’s users, neither created nor removed: eve@else.example',
    ],
  ],
  [
    'a group whose members were not read',
    { groups: new Map([[team.key, { ...team, unread: 'forbidden' }]]) },
    {},
    ['warning scope-unread: 1 part not read: Team (forbidden)'],
  ],
  [
    'exclusions that match nobody; those that match say nothing',
    { groups: new Map([team, node('Other', [])].map((group) => [group.key, group])) },
    { exclude: { users: ['ann', 'zoe*'], groups: ['other@*', 'Ghosts'] } },
    ['ok scope-exclude: scope.exclude names what was not met: no user zoe* and no group Ghosts'],
  ],
])('%s', (_, graph, scope, expected) => {
  const found = findings(graphOf(['ann', 'bob'], [team], ['Team'], graph), graphScope(['Team'], scope))
  expect(found).toEqual(expect.arrayContaining([...expected]))
  // What is not fine is named in the row, and nothing else is.
  expect(found.filter((one) => !one.startsWith('ok '))).toEqual(
    expected.filter((one) => !one.startsWith('ok ')),
  )
})

test('all is well: nothing more is said', () => {
  expect(findings(graphOf(['ann', 'bob'], [team], ['Team']), graphScope(['Team']))).toHaveLength(3)
})

test('a SCIM group that was not found is told by the source, not twice', () => {
  const gap = { kind: 'scim-group-unresolved', subject: 'x', detail: 'no' } as const
  const found = findings(
    graphOf(['ann', 'bob'], [team], ['Team'], { gaps: [gap] }),
    graphScope(['Team', 'x']),
  )
  expect(found.some((one) => one.includes('scope-unread'))).toBe(false)
})

test('excluded people are in no count', () => {
  const graph = graphOf(
    ['ann', 'bob'],
    [team],
    ['Team'],
    withPeople(person('ann'), person('bob', { userName: null })),
  )
  const found = findings(graph, graphScope(['Team'], { exclude: { users: ['bob'], groups: [] } }))
  expect(found.slice(0, 2)).toEqual([
    'ok scope-people: 1 person in scope',
    'ok scope-email: everyone has an email of their own',
  ])
})
