import fc from 'fast-check'
import { expect, test } from 'vitest'
import { account, actionsOf, openPolicy, person, targetTeam } from '../../test/fixtures/simulate.ts'
import { groupKey, userKey, type GroupKey, type UserKey } from '../model/ids.ts'
import type { Gap } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { DirectoryGraph, DirectoryGroup } from '../source/graph.ts'
import { project } from '../source/project.ts'
import type { Scope } from '../source/source.ts'
import { isRemoval } from './action.ts'
import { computePlan } from './plan.ts'

const people = ['ann', 'bob', 'cat', 'dan', 'eve']
const teams = ['a', 'b', 'c', 'd']

const some = (names: readonly string[]) => fc.subarray([...names])

const groupOf = (name: string): fc.Arbitrary<DirectoryGroup> =>
  fc
    .record({
      users: some(people),
      groups: some(teams),
      everyone: fc.nat({ max: 9 }).map((n) => n === 0),
    })
    .map(({ users, groups, everyone }) => ({
      key: groupKey(`k-${name}`),
      displayName: name,
      aliases: [],
      users: new Set(users.map((user) => userKey(`k-${user}`))),
      groups: new Set(groups.map((group) => groupKey(`k-${group}`))),
      everyone,
      unread: null,
    }))

const world = fc.record({
  users: some(people),
  inactive: some(people),
  groups: fc.tuple(...teams.map(groupOf)),
  scimGroups: some(teams),
  scimUsers: fc.oneof(fc.constant([]), some(people)),
  mode: fc.constantFrom<Scope['groups']>('selected', 'listed', 'all', 'none'),
  exclude: fc.record({
    users: fc.oneof(fc.constant([]), fc.constant(['ann'])),
    groups: fc.oneof(fc.constant([]), fc.constant(['d'])),
  }),
})

const target: fc.Arbitrary<TargetState> = fc
  .record({
    off: some([...people, 'leaver']),
    groups: fc.tuple(...[...teams, 'gone'].map(() => fc.option(some([...people, 'leaver']), { freq: 4 }))),
  })
  .map(({ off, groups }) => ({
    users: [...people, 'leaver'].map((name) => account(name, { active: !off.includes(name) })),
    groups: groups.flatMap((members, n) =>
      members ? [targetTeam([...teams, 'gone'][n] ?? '', members)] : [],
    ),
  }))

/** What of the directory is not read: groups in part or not at all, users with or without being named. */
const damage = fc.record({
  partly: some(teams),
  keptUsers: some(people),
  keptGroups: some(teams),
  lostGroups: some(teams),
  lostUsers: some(people),
  strange: some(people),
})

interface Directory {
  readonly users: readonly string[]
  readonly inactive: readonly string[]
  readonly groups: readonly DirectoryGroup[]
  readonly scimGroups: readonly string[]
  readonly scimUsers: readonly string[]
}

const whole = ({ users, inactive, groups, scimGroups, scimUsers }: Directory): DirectoryGraph => ({
  users: new Map(
    users.map((name) => [userKey(`k-${name}`), person(name, { active: !inactive.includes(name) })]),
  ),
  groups: new Map(groups.map((group) => [group.key, group])),
  strangers: new Map(),
  scimGroups: scimGroups.map((name) => groupKey(`k-${name}`)),
  scimUsers: scimUsers.filter((name) => users.includes(name)).map((name) => userKey(`k-${name}`)),
  gaps: [],
})

type Damage = typeof damage extends fc.Arbitrary<infer D> ? D : never

const damaged = (graph: DirectoryGraph, lost: Damage, mode: Scope['groups']): DirectoryGraph => {
  const keysOf = (names: readonly string[]): ReadonlySet<string> => new Set(names.map((name) => `k-${name}`))
  const partly = keysOf(lost.partly)
  const keptUsers = keysOf(lost.keptUsers)
  const keptGroups = keysOf(lost.keptGroups)
  const groups = new Map<GroupKey, DirectoryGroup>()
  for (const group of graph.groups.values()) {
    if (keysOf(lost.lostGroups).has(group.key)) continue
    groups.set(
      group.key,
      partly.has(group.key)
        ? {
            ...group,
            users: new Set([...group.users].filter((key) => keptUsers.has(key))),
            groups: new Set([...group.groups].filter((key) => keptGroups.has(key))),
            everyone: false,
            unread: '503',
          }
        : group,
    )
  }
  const lostUsers = [...graph.users.keys()].filter((key) => keysOf(lost.lostUsers).has(key))
  const gaps: Gap[] = []
  // What no group leads to is missed by nobody, so the source itself has to say that it is not there.
  if (lostUsers.length > 0) gaps.push({ kind: 'users-unread', subject: 'users', detail: '503' })
  if (mode === 'all' && groups.size < graph.groups.size)
    gaps.push({ kind: 'groups-unread', subject: 'groups', detail: '503' })
  return {
    ...graph,
    users: new Map([...graph.users].filter(([key]) => !lostUsers.includes(key))),
    groups,
    strangers: new Map<UserKey, { key: UserKey; label: string; detail: string }>(
      lostUsers
        .filter((key) => keysOf(lost.strange).has(key))
        .map((key) => [key, { key, label: key, detail: '503' }]),
    ),
    gaps,
  }
}

/** Everything that a plan takes away, limits left aside; a group that goes takes its memberships along. */
const removals = (graph: DirectoryGraph, scope: Scope, state: TargetState): ReadonlySet<string> => {
  const desired = project(graph, scope)
  const { hash } = computePlan(desired, state, openPolicy)
  const plan = computePlan(desired, state, { ...openPolicy, approvedPlan: hash })
  const gone = new Set<string>()
  for (const action of actionsOf(plan).filter(isRemoval)) {
    switch (action.kind) {
      case 'user.deactivate':
      case 'user.delete':
        gone.add(action.user.id)
        break
      case 'membership.remove':
        gone.add(`${action.user.id} in ${action.group.id}`)
        break
      case 'group.delete':
        gone.add(action.group.id)
        for (const member of state.groups.find(({ id }) => id === action.group.id)?.members ?? [])
          gone.add(`${member} in ${action.group.id}`)
    }
  }
  return gone
}

test('what is removed after a partial read would be removed after a whole one too', () => {
  fc.assert(
    fc.property(world, damage, target, (directory, lost, state) => {
      const scope: Scope = {
        scimGroups: [...directory.scimGroups, ...directory.scimUsers],
        groups: directory.mode,
        exclude: directory.exclude,
      }
      const graph = whole(directory)
      const rightly = removals(graph, scope, state)
      const partial = removals(damaged(graph, lost, directory.mode), scope, state)
      expect([...partial].filter((removal) => !rightly.has(removal))).toEqual([])
    }),
    { numRuns: 3000 },
  )
})
