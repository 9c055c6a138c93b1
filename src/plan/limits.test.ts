import { describe, expect, test } from 'vitest'
import {
  account,
  lines,
  openPolicy,
  person,
  snapshot,
  targetTeam,
  team,
  withheldLines,
} from '../../test/fixtures/simulate.ts'
import { computePlan } from './plan.ts'
import { ladders, type Policy } from './policy.ts'

const limits = (maxRemovals: Partial<Policy['maxRemovals']>, more: Partial<Policy> = {}): Policy => ({
  ...openPolicy,
  ...more,
  maxRemovals: { ...openPolicy.maxRemovals, floor: 0, ...maxRemovals },
})

describe('a source that has no membership left, and a target that has', () => {
  test('with users and groups all there', () => {
    const plan = computePlan(
      snapshot([person('ann')], [team('Ops', []), team('Dev', [])]),
      { users: [account('ann')], groups: [targetTeam('Ops', ['ann']), targetTeam('Dev', [])] },
      openPolicy,
    )
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan)).toEqual(['empty-source membership.remove ann in Ops'])
    expect(plan.withheld[0]!.detail).toBe('the source has no memberships and the target has 1')
  })

  test('with no users but strangers, and only inactive accounts', () => {
    const plan = computePlan(
      snapshot([], [team('Ops', ['eve'])], {
        strangers: [{ key: person('eve').key, label: 'eve@else.example', detail: '' }],
      }),
      { users: [account('ann', { active: false })], groups: [targetTeam('Ops', ['ann'])] },
      openPolicy,
    )
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan)).toEqual([
      'empty-source membership.remove ann in Ops',
      'outside-tenant user eve@else.example',
    ])
  })

  test('one membership left is not none', () => {
    const plan = computePlan(
      snapshot([person('ann'), person('bob')], [team('Ops', ['bob'])]),
      { users: [account('ann'), account('bob')], groups: [targetTeam('Ops', ['ann', 'bob'])] },
      openPolicy,
    )
    expect(lines(plan)).toEqual(['membership.remove ann Ops'])
  })
})

test('with the removal of users, nobody who is missing loses groups, deactivated long ago or not', () => {
  const staying = ['ann', 'bob']
  const plan = computePlan(
    snapshot(
      staying.map((name) => person(name)),
      [team('Ops', ['ann'])],
    ),
    {
      users: [...staying, 'cat', 'off'].map((name) => account(name, { active: name !== 'off' })),
      groups: [targetTeam('Ops', ['ann', 'bob', 'cat', 'off'])],
    },
    limits({ users: { count: 0 } }),
  )
  expect(lines(plan)).toEqual(['membership.remove bob Ops'])
  expect(withheldLines(plan)).toEqual([
    'limit membership.remove cat in Ops',
    'limit membership.remove off in Ops',
    'limit user.deactivate cat',
  ])
})

test('with the removal of users, who is suspended keeps the groups that they have left', () => {
  const plan = computePlan(
    snapshot([person('ann', { active: false }), person('bob')], [team('Ops', ['bob'])]),
    { users: [account('ann'), account('bob')], groups: [targetTeam('Ops', ['ann', 'bob'])] },
    limits({ users: { count: 0 } }),
  )
  expect(lines(plan)).toEqual([])
  expect(withheldLines(plan)).toEqual(['limit membership.remove ann in Ops', 'limit user.deactivate ann'])
})

describe('a group that is deleted takes its memberships along', () => {
  const names = Array.from({ length: 20 }, (_, n) => `u${n}`)
  const people = names.map((name) => person(name))
  const users = names.map((name) => account(name))
  const groups = [targetTeam('All', names), targetTeam('Old', names.slice(0, 8)), targetTeam('None', [])]
  const only = [team('All', names)]

  test('few groups with many members are many memberships', () => {
    const plan = computePlan(
      snapshot(people, only),
      { users, groups },
      limits({ memberships: { percent: 25 }, floor: 5 }),
    )
    expect(withheldLines(plan)).toEqual(['limit group.delete Old'])
    expect(plan.withheld[0]!.detail).toBe(
      '8 of 28 memberships would go; policy.maxRemovals.memberships lets 25% pass, which is 7',
    )
    expect(lines(plan)).toEqual(['group.delete None'])
  })
  test('together with those that are removed one by one', () => {
    const plan = computePlan(
      snapshot(people, [team('All', names.slice(1))]),
      { users, groups },
      limits({ memberships: { count: 8 }, floor: 5 }),
    )
    expect(withheldLines(plan)).toEqual(['limit group.delete Old', 'limit membership.remove u0 in All'])
  })
  test('accounts that nobody manages do not count', () => {
    const guests = users.map((user, n) =>
      n < 8 ? { ...user, externalId: null, userName: `guest${n}` } : user,
    )
    const plan = computePlan(
      snapshot(people.slice(8), [team('All', names.slice(8))]),
      { users: guests, groups: [targetTeam('All', names.slice(8)), ...groups.slice(1)] },
      limits({ memberships: { count: 0 }, floor: 0 }),
    )
    expect(lines(plan)).toEqual(['group.delete None', 'group.delete Old'])
  })
  test('and passes with an approval', () => {
    const policy = limits({ memberships: { count: 0 } })
    const { hash } = computePlan(snapshot(people, only), { users, groups }, policy)
    const plan = computePlan(snapshot(people, only), { users, groups }, { ...policy, approvedPlan: hash })
    expect(lines(plan)).toEqual(['group.delete None', 'group.delete Old'])
  })
})

test('a plan that no limit holds back needs no approval, and says so', () => {
  const state = { users: [account('ann'), account('bob')], groups: [] }
  const { hash } = computePlan(snapshot([person('ann')]), state, openPolicy)
  const plan = computePlan(snapshot([person('ann')]), state, { ...openPolicy, approvedPlan: hash })
  expect(plan.approved).toBe(false)
  expect(lines(plan)).toEqual(['user.deactivate bob'])
})

describe('what a percentage is a percentage of', () => {
  const names = Array.from({ length: 10 }, (_, n) => `u${n}`)
  const users = names.map((name, n) => account(name, { active: n < 5 }))
  const detailOf = (policy: Policy, accounts = users) =>
    computePlan(snapshot([person('new')]), { users: accounts, groups: [] }, policy).withheld.find(
      ({ reason }) => reason === 'limit',
    )?.detail

  test('accounts that are active, where they are deactivated', () => {
    expect(detailOf(limits({ users: { percent: 50 } }))).toContain('5 of 5 users would go')
  })
  test('all accounts, where they are deleted', () => {
    const policy = limits(
      { users: { percent: 50 } },
      { users: { ...openPolicy.users, remove: ladders.delete } },
    )
    expect(detailOf(policy)).toContain('10 of 10 users would go')
  })
  test('not those who are nobody’s business', () => {
    const own = account('root', { externalId: null })
    expect(detailOf(limits({ users: { percent: 50 } }), [...users, own])).toContain('5 of 5')
    expect(detailOf(limits({ users: { percent: 50 } }, { unmanaged: 'remove' }), [...users, own])).toContain(
      '6 of 6',
    )
  })
  test('groups that are managed or adopted, and memberships of managed users in them', () => {
    const state = {
      users: [account('ann'), account('root', { externalId: null })],
      groups: [
        targetTeam('Ops', ['ann', 'root']),
        targetTeam('Dev', ['ann'], { externalId: null }),
        targetTeam('Gone', ['ann']),
        targetTeam('Own', ['ann'], { externalId: null }),
      ],
    }
    const policy = limits({ groups: { count: 0 }, memberships: { count: 0 } })
    const plan = computePlan(
      snapshot([person('ann')], [team('Ops', []), team('Dev', ['ann'])]),
      state,
      policy,
    )
    expect(plan.withheld.map(({ detail }) => detail)).toEqual([
      '1 of 3 groups would go; policy.maxRemovals.groups lets 0 pass, which is 0',
      '1 of 3 memberships would go; policy.maxRemovals.memberships lets 0 pass, which is 0',
    ])
  })
  test('a limit that is no number lets nothing pass', () => {
    expect(detailOf(limits({ users: { percent: NaN } }))).toContain('5 of 5 users would go')
    expect(detailOf(limits({ users: { count: 9 }, floor: NaN }))).toContain('5 of 5 users would go')
  })
  test('part of a user is none', () => {
    expect(detailOf(limits({ users: { percent: 99 } }))).toContain('99% pass, which is 4')
    expect(detailOf(limits({ users: { percent: 100 } }))).toBeUndefined()
  })
})
