import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { anyPolicy, anyTarget, partialSnapshot, wholeSnapshot } from '../../test/fixtures/arbitraries.ts'
import {
  account,
  openPolicy,
  person,
  simulate,
  snapshot,
  targetTeam,
  team,
} from '../../test/fixtures/simulate.ts'
import { scimId, userKey } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { concernOf, groupOutlooks, planInDetail, type Someone } from './explain.ts'
import { noContext } from './context.ts'
import { computePlan } from './plan.ts'
import { ladders, type Policy } from './policy.ts'

const ann: Someone = {
  key: userKey('k-ann'),
  accounts: new Set([scimId('t-ann')]),
  accountNames: ['ann@corp.example'],
  sourceNames: ['ann@corp.example', 'ann'],
}

const fates = (desired: DirectorySnapshot, current: TargetState, policy: Policy = openPolicy) => {
  const planned = planInDetail(desired, current, policy)
  return groupOutlooks(desired, current, planned, ann).map(
    ({ displayName, fate, detail }) => `${displayName} ${fate}${detail && `, ${detail}`}`,
  )
}

const none = { percent: 0 } as const
const nothingMayGo: Policy = {
  ...openPolicy,
  maxRemovals: { users: none, groups: none, memberships: none, floor: 0 },
}

describe('what becomes of a membership', () => {
  test.each<[string, DirectorySnapshot, TargetState, Policy, readonly string[]]>([
    [
      'stays, and is added',
      snapshot([person('ann')], [team('Dev', ['ann']), team('Ops', ['ann'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann']), targetTeam('Ops', [])] },
      openPolicy,
      ['Dev stays', 'Ops added'],
    ],
    [
      'is added to a group that is created',
      snapshot([person('ann')], [team('Dev', ['ann'])]),
      { users: [], groups: [] },
      openPolicy,
      ['Dev added'],
    ],
    [
      'is removed',
      snapshot([person('ann'), person('bob')], [team('Dev', ['bob'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann'])] },
      openPolicy,
      ['Dev removed'],
    ],
    [
      'goes with the group',
      snapshot([person('ann'), person('bob')], [team('Ops', ['bob'])]),
      {
        users: [account('ann'), account('bob')],
        groups: [targetTeam('Dev', ['ann']), targetTeam('Ops', ['bob'])],
      },
      openPolicy,
      ['Dev deleted'],
    ],
    [
      'goes with the user',
      snapshot([person('bob')], [team('Dev', ['bob'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann'])] },
      { ...openPolicy, users: { ...openPolicy.users, remove: ladders.delete } },
      ['Dev removed'],
    ],
    [
      'is kept by a limit',
      snapshot([person('ann')], [team('Dev', []), team('Ops', ['ann'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann']), targetTeam('Ops', ['ann'])] },
      nothingMayGo,
      [
        'Ops stays',
        'Dev kept, limit: 1 of 2 memberships would go; policy.maxRemovals.memberships lets 0% pass, which is 0',
      ],
    ],
    [
      'is kept with the group, by a limit',
      snapshot([person('ann')], [team('Ops', ['ann'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann']), targetTeam('Ops', ['ann'])] },
      nothingMayGo,
      [
        'Ops stays',
        'Dev kept, limit: 1 of 2 groups would go; policy.maxRemovals.groups lets 0% pass, which is 0',
      ],
    ],
    [
      'is kept where groups are nobody’s business',
      snapshot([person('ann')], null),
      { users: [account('ann')], groups: [targetTeam('Dev', ['ann'])] },
      openPolicy,
      ['Dev kept, groups are not managed'],
    ],
    [
      'is kept in a group that is not managed',
      snapshot([person('ann')], [team('Ops', ['ann'])]),
      {
        users: [account('ann')],
        groups: [targetTeam('Vault', ['ann'], { externalId: null }), targetTeam('Ops', ['ann'])],
      },
      openPolicy,
      ['Ops stays', 'Vault kept, the group is not managed'],
    ],
    [
      'is kept for an account that is not managed',
      snapshot([person('bob')], [team('Dev', ['bob'])]),
      { users: [account('ann', { externalId: null })], groups: [targetTeam('Dev', ['ann'])] },
      openPolicy,
      ['Dev kept, the account is not managed, or is in doubt'],
    ],
    [
      'is not added for who is inactive',
      snapshot([person('ann', { active: false })], [team('Dev', ['ann'])]),
      { users: [account('ann')], groups: [targetTeam('Dev', [])] },
      openPolicy,
      ['Dev not-added, there is no active account to add'],
    ],
    [
      'is not added for who has no email',
      snapshot([person('ann', { userName: null })], [team('Dev', ['ann'])]),
      { users: [], groups: [] },
      openPolicy,
      ['Dev not-added, no email: the source has no email for this user'],
    ],
    [
      'is not added for a reason of their own, though something of the group is withheld as well',
      snapshot([person('ann', { userName: null })], [team('Dev', ['ann'])]),
      { users: [], groups: [targetTeam('Dev', [], { externalId: null })] },
      { ...openPolicy, groups: { ...openPolicy.groups, update: false } },
      ['Dev not-added, no email: the source has no email for this user'],
    ],
    [
      'is not added to a group whose name is ambiguous',
      snapshot([person('ann')], [team('Dev', ['ann']), team('dev', [])]),
      { users: [account('ann')], groups: [] },
      openPolicy,
      ['Dev not-added, ambiguous: 2 entries of the source have the displayName Dev: k-Dev, k-dev'],
    ],
  ])('%s', (_, desired, current, policy, expected) => {
    expect(fates(desired, current, policy)).toEqual(expected)
  })
})

test('what is withheld for somebody else is not theirs', () => {
  const desired = snapshot([person('ann', { userName: null }), person('bob', { userName: null })])
  const planned = planInDetail(desired, { users: [], groups: [] }, openPolicy)
  expect(concernOf(planned, ann).withheld.map(({ user }) => user)).toEqual(['ann'])
})

test('a name that is another’s at the target brings nobody what is withheld from the other', () => {
  const desired = snapshot([person('ann'), person('bob')])
  const current = { users: [account('ann', { userName: 'bob@corp.example' })], groups: [] }
  const policy = { ...openPolicy, users: { ...openPolicy.users, create: false, update: false } }
  const planned = planInDetail(desired, current, policy)
  const bob = { key: userKey('k-bob'), accounts: new Set<never>(), accountNames: [] }
  const of = (someone: Someone) => concernOf(planned, someone).withheld.map(({ action }) => action)
  expect(of({ ...ann, accountNames: ['bob@corp.example'] })).toEqual(['user.update'])
  expect(of({ ...bob, sourceNames: ['bob@corp.example', 'bob'] })).toEqual(['user.create'])
})

test('of two accounts in a group one may go and the other stay', () => {
  const desired = snapshot([person('ann')], [team('Dev', ['ann'])])
  const old = account('old')
  const two = { ...ann, accounts: new Set([scimId('t-ann'), old.id]) }
  const outlook = (groups: TargetState['groups'], policy: Policy = openPolicy) => {
    const current = { users: [account('ann'), old], groups }
    const planned = planInDetail(desired, current, policy)
    return groupOutlooks(desired, current, planned, two).map(
      ({ displayName, fate }) => `${displayName} ${fate}`,
    )
  }
  expect(outlook([targetTeam('Dev', ['old'])])).toEqual(['Dev added'])
  const deletes: Policy = { ...openPolicy, users: { ...openPolicy.users, remove: ladders.delete } }
  const ours = targetTeam('Ours', ['ann', 'old'], { externalId: null })
  expect(outlook([targetTeam('Dev', ['ann', 'old']), ours], deletes)).toEqual(['Dev stays', 'Ours kept'])
})

const orNull = <T>(work: () => T): T | null => {
  try {
    return work()
  } catch (error) {
    if (error instanceof Error && error.message.startsWith('409 ')) return null
    throw error
  }
}

describe('for any snapshot, target and policy', () => {
  const everything = [fc.oneof(wholeSnapshot, partialSnapshot), anyTarget, anyPolicy] as const

  test('the plan is the one that is computed without the details', () => {
    fc.assert(
      fc.property(...everything, (desired, current, policy) => {
        expect(planInDetail(desired, current, policy, { ...noContext, otherConfig: 'other' }).plan).toEqual(
          computePlan(desired, current, policy, { ...noContext, otherConfig: 'other' }),
        )
      }),
    )
  })

  test('every action on a user is somebody’s, and nobody else’s', () => {
    fc.assert(
      fc.property(...everything, (desired, current, policy) => {
        const planned = planInDetail(desired, current, policy)
        const everybody = [
          ...current.users.map(({ id }) => ({ ...ann, key: null, accounts: new Set([id]) })),
          ...desired.users.map(({ key }) => ({ ...ann, key, accounts: new Set<never>() })),
        ]
        const told = everybody.flatMap((one) => concernOf(planned, one).actions)
        const all = planned.plan.stages.flatMap(({ actions }) => actions).filter((action) => 'user' in action)
        expect(told).toHaveLength(all.length)
        expect(new Set(told)).toEqual(new Set(all))
      }),
      { numRuns: 500 },
    )
  })

  test('somebody is in a group after the plan if and only if it says so', () => {
    fc.assert(
      fc.property(...everything, (desired, current, policy) => {
        const planned = planInDetail(desired, current, policy)
        // A name that is freed by a deletion which is then withheld is taken all the same: not what this is about.
        const after = orNull(() => simulate(current, planned.plan))
        fc.pre(after !== null)
        for (const { id, userName } of current.users) {
          const key = planned.owners.get(id) ?? null
          const outlooks = groupOutlooks(desired, current, planned, {
            key,
            accounts: new Set([id]),
            accountNames: [userName],
            sourceNames: desired.users.flatMap((user) =>
              user.key === key ? [user.userName ?? user.label] : [],
            ),
          })
          const said = outlooks.filter(({ fate }) => ['stays', 'added', 'kept'].includes(fate))
          const are = after.groups.filter(({ members }) => members.has(id))
          expect(said).toHaveLength(are.length)
          for (const { id: group } of said)
            if (group !== null) expect(are.some((one) => one.id === group)).toBe(true)
          for (const { fate, detail } of outlooks)
            expect(detail !== '').toBe(fate === 'kept' || fate === 'not-added')
        }
      }),
      { numRuns: 2000 },
    )
  })
})
