import { expect, test } from 'vitest'
import { account, openPolicy, person, snapshot, targetTeam, team } from '../../test/fixtures/simulate.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { groupKey, scimId } from '../model/ids.ts'
import { computePlan } from './plan.ts'
import { ladders, type Policy } from './policy.ts'

const hashOf = (
  desired: DirectorySnapshot,
  users: TargetState['users'],
  groups: TargetState['groups'],
  policy: Partial<Policy> = {},
): string => computePlan(desired, { users, groups }, { ...openPolicy, ...policy }).hash

const ann = person('ann')
const whole = snapshot([ann], [team('Ops', ['ann'])])
const accounts = [account('ann'), account('bob')]
const teams = [targetTeam('Ops', ['ann', 'bob']), targetTeam('Gone', [])]

test.each<[string, string]>([
  // Ids are short and count from one at some targets: what was approved for one must not pass at another.
  [
    'the name of who is deactivated',
    hashOf(whole, [account('ann'), account('bob', { userName: 'rob@corp.example' })], teams),
  ],
  [
    'the name of a group that is deleted',
    hashOf(whole, accounts, [teams[0]!, targetTeam('Gone', [], { displayName: 'Admins' })]),
  ],
  [
    'the name of a group that loses a member',
    hashOf(snapshot([ann], [team('Ops', ['ann'], { displayName: 'Admins' })]), accounts, [
      targetTeam('Ops', ['ann', 'bob'], { displayName: 'Admins' }),
      teams[1]!,
    ]),
  ],
  ['who is created', hashOf(snapshot([ann, person('new')], whole.groups), accounts, teams)],
  ['what is updated', hashOf(snapshot([{ ...ann, givenName: 'A' }], whole.groups), accounts, teams)],
  ['what it is updated from', hashOf(whole, [account('ann', { externalId: null }), account('bob')], teams)],
  [
    'deletion in place of deactivation',
    hashOf(whole, accounts, teams, { users: { ...openPolicy.users, remove: ladders.delete } }),
  ],
  ['a group that is kept', hashOf(whole, accounts, [teams[0]!])],
])('another plan, another hash: %s', (_, other) => {
  expect(other).not.toBe(hashOf(whole, accounts, teams))
  expect(other).toMatch(/^[0-9a-f]{32}$/)
})

test('a new group whose key is the id of another is told from it', () => {
  const one = team('One', ['ann'], { key: groupKey('x') })
  const two = team('Two', [], { key: groupKey('two') })
  const state = [targetTeam('Two', [], { id: scimId('x'), externalId: 'two' })]
  const other = [
    { ...one, members: two.members },
    { ...two, members: one.members },
  ]
  expect(hashOf(snapshot([ann], [one, two]), accounts.slice(0, 1), state)).not.toBe(
    hashOf(snapshot([ann], other), accounts.slice(0, 1), state),
  )
})

test.each<[string, DirectorySnapshot, TargetState]>([
  [
    'one more member of a group that goes',
    whole,
    { users: accounts, groups: [teams[0]!, targetTeam('Gone', ['ann'])] },
  ],
  [
    'an account that nobody manages',
    whole,
    { users: [...accounts, account('guest', { externalId: null })], groups: teams },
  ],
  [
    'somebody without an email at the source',
    snapshot([ann, person('new', { userName: null })], whole.groups),
    { users: accounts, groups: teams },
  ],
  [
    'something that was not read',
    { ...whole, gaps: [{ kind: 'users-unread', subject: 'x', detail: '' }] },
    { users: accounts, groups: [targetTeam('Ops', ['ann']), ...teams.slice(1)] },
  ],
])('what is approved is bound to both sides as they were: %s', (_, desired, { users, groups }) => {
  const all = computePlan(desired, { users, groups }, openPolicy)
  expect(all.hash).not.toBe(hashOf(whole, accounts, teams))
})

test('the order in which a side was read makes no difference', () => {
  const backwards = { ...whole, users: whole.users.toReversed(), groups: whole.groups!.toReversed() }
  const mixed = teams.map((one) => ({ ...one, members: new Set([...one.members].toReversed()) })).toReversed()
  expect(hashOf(backwards, accounts.toReversed(), mixed)).toBe(hashOf(whole, accounts, teams))
})

test('a plan that takes nothing away is the same wherever nothing of it differs', () => {
  const joins = snapshot([ann, person('new')], whole.groups)
  const [users, groups] = [[account('ann')], [targetTeam('Ops', ['ann'])]]
  const guest = account('guest', { externalId: null })
  expect(hashOf(joins, [...users, guest], groups)).toBe(hashOf(joins, users, groups))
})

test('limits do not change the hash: it is of what they would let pass', () => {
  const maxRemovals = { ...openPolicy.maxRemovals, users: { count: 0 }, floor: 0 }
  expect(hashOf(whole, accounts, teams, { maxRemovals })).toBe(hashOf(whole, accounts, teams))
})
