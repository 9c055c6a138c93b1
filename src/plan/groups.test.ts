import { describe, expect, test } from 'vitest'
import { current, plans } from '../../test/fixtures/plan-table.ts'
import {
  account,
  lines,
  openPolicy,
  person,
  snapshot,
  targetTeam,
  team,
} from '../../test/fixtures/simulate.ts'
import { groupKey } from '../model/ids.ts'
import { computePlan } from './plan.ts'

describe('groups', () => {
  plans([
    {
      name: 'rename keeps the team',
      desired: snapshot([person('ann')], [team('Ops', ['ann'], { displayName: 'Operations' })]),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: ['group.update Ops displayName:Ops>Operations'],
    },
    {
      name: 'a leftover group is never renamed into a new one (S:499)',
      desired: snapshot([person('ann')], [team('Interns', ['ann'])]),
      current: current([account('ann'), account('bob')], [targetTeam('Finance-Admins', ['bob'])]),
      plan: [
        'group.create Interns',
        'user.deactivate bob',
        'membership.add ann Interns',
        'group.delete Finance-Admins',
      ],
    },
    {
      name: 'a group is adopted by name without regard to case',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([account('ann')], [targetTeam('OPS', ['ann'], { externalId: null })]),
      plan: ['group.update OPS externalId:null>k-Ops displayName:OPS>Ops'],
    },
    {
      name: 'a group is created under a name only after another has given it up',
      desired: snapshot(
        [],
        [team('Ops', [], { displayName: 'Zops' }), team('New', [], { displayName: 'Ops' })],
      ),
      current: current([], [targetTeam('Ops', [])]),
      plan: ['group.update Ops displayName:Ops>Zops', 'group.create Ops'],
    },
    {
      name: 'a group does not take the name of one that is not managed',
      desired: snapshot([], [team('Emea', [], { displayName: 'Sales' })]),
      current: current([], [targetTeam('Emea', []), targetTeam('Sales', [], { externalId: null })]),
      plan: [],
      withheld: ['conflict group.update Emea'],
    },
    {
      name: 'a group does not take the name of one that would go, where groups are not deleted',
      desired: snapshot([], [team('Emea', [], { displayName: 'Sales' })]),
      current: current([], [targetTeam('Emea', []), targetTeam('Sales', [])]),
      policy: { groups: { create: true, update: true, remove: 'none' } },
      plan: [],
      withheld: ['conflict group.update Emea', 'policy group.delete Sales'],
    },
    {
      name: 'two source groups with one name are withheld, theirs is left alone (SS:956)',
      desired: snapshot(
        [person('ann')],
        [team('Ops', ['ann']), team('ops2', [], { displayName: 'OPS' }), team('Dev', ['ann'])],
      ),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', ['ann', 'bob'])]),
      plan: ['group.create Dev', 'user.deactivate bob', 'membership.add ann Dev'],
      withheld: ['ambiguous group OPS', 'ambiguous group Ops'],
    },
    {
      name: 'groups are not managed',
      desired: snapshot([person('ann')], null),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: [],
    },
    {
      name: 'a group that gets the name of one that goes',
      desired: snapshot([person('ann')], [team('Emea', ['ann'], { displayName: 'Sales' })]),
      current: current([account('ann')], [targetTeam('Emea', ['ann']), targetTeam('Sales', [])]),
      plan: ['group.update Emea displayName:Emea>Sales', 'group.delete Sales'],
    },
  ])
})

test('a nested group among the members of a target group is not ours to take out', () => {
  const plan = computePlan(
    snapshot([person('ann')], [team('Ops', ['ann'])]),
    current([account('ann')], [targetTeam('Ops', ['ann', 'a-nested-group'])]),
    openPolicy,
  )
  expect(lines(plan)).toEqual([])
})

test('keys are compared to the letter (RFC 7643 §3.1: externalId is case-exact)', () => {
  const plan = computePlan(
    snapshot([person('x')], [team('A', [], { key: groupKey('K-A') })]),
    current([], [targetTeam('B', [], { externalId: 'k-a' })]),
    openPolicy,
  )
  expect(lines(plan)).toEqual(['group.create A', 'user.create x', 'group.delete B'])
})
