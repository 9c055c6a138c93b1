import { expect, test } from 'vitest'
import { account, openPolicy, person, snapshot, targetTeam, team } from '../../test/fixtures/simulate.ts'
import { userKey } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { computePlan } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import { checkPlan } from './plan.ts'

const findings = (
  desired: DirectorySnapshot,
  current: TargetState,
  more: Partial<Policy> = {},
): readonly string[] => {
  const policy = { ...openPolicy, ...more }
  const found = checkPlan({ desired, current, policy, plan: computePlan(desired, current, policy) })
  for (const { level, remedy } of found) expect(remedy === '').toBe(level === 'ok')
  return found.map(({ level, check, message }) => `${level} ${check}: ${message}`)
}

const ann = person('ann')
const sales = team('Sales', ['ann'])
const gone = ['g1', 'g2', 'g3', 'g4', 'g5', 'g6', 'g7'].map((name) => account(name))

test.each<[string, DirectorySnapshot, TargetState, Partial<Policy>, readonly string[]]>([
  [
    'nothing to do',
    snapshot([ann], [sales]),
    { users: [account('ann')], groups: [targetTeam('Sales', ['ann'])] },
    {},
    ['ok plan-changes: a push would change nothing'],
  ],
  [
    'the first push: seats are not told',
    snapshot([ann], [sales]),
    { users: [], groups: [] },
    {},
    [
      'ok plan-changes: a push would create 1 user, create 1 group and add 1 membership',
      'ok plan-seats: 1 new account would need as many free seats; the endpoint does not tell how many there are',
    ],
  ],
  [
    'adoption by name',
    snapshot([ann], [sales]),
    {
      users: [account('ann', { externalId: null, displayName: 'A.' })],
      groups: [targetTeam('Sales', ['ann'], { externalId: null })],
    },
    {},
    [
      'ok plan-changes: a push would update 1 user and update 1 group',
      'ok plan-adoption: a push would adopt, by their name, 1 account (ann@corp.example) and 1 group (Sales), and change displayName of some',
    ],
  ],
  [
    'an adopted group loses a member',
    snapshot([ann, person('bob')], [sales]),
    {
      users: [account('ann'), account('bob')],
      groups: [targetTeam('Sales', ['ann', 'bob'], { externalId: null })],
    },
    {},
    [
      'ok plan-changes: a push would update 1 group and remove 1 membership',
      'warning plan-adoption: a push would adopt, by their name, 1 group (Sales); it would end 1 membership there: bob@corp.example in Sales',
    ],
  ],
  [
    'a group that was ours before may lose members as ever',
    snapshot([ann, person('bob')], [sales]),
    {
      users: [account('ann'), account('bob', { externalId: null })],
      groups: [targetTeam('Sales', ['ann', 'bob'])],
    },
    {},
    [
      'ok plan-changes: a push would update 1 user and remove 1 membership',
      'ok plan-adoption: a push would adopt, by their name, 1 account (bob@corp.example)',
    ],
  ],
  [
    'what carries another externalId is taken over',
    snapshot([ann], []),
    { users: [account('ann', { externalId: 'entra-1' })], groups: [] },
    {},
    [
      'ok plan-changes: a push would update 1 user',
      'warning plan-takeover: a push would take over, by their name, 1 account (ann@corp.example), which carry another externalId',
    ],
  ],
  [
    'who is of another key, or gone, would go',
    snapshot([ann], []),
    { users: [account('ann'), account('old')], groups: [targetTeam('Old', [])] },
    {},
    [
      'ok plan-changes: a push would deactivate 1 user',
      'warning plan-removals: a push would deactivate 1 user (old@corp.example): not in scope at the source, and within the limits',
      'warning plan-withheld: empty-source: would not delete 1 group (Old): the source has no groups and the target has 1',
    ],
  ],
  [
    'whom the source shows as inactive is no news',
    snapshot([person('ann', { active: false })], []),
    { users: [account('ann')], groups: [] },
    {},
    ['ok plan-changes: a push would deactivate 1 user'],
  ],
  [
    'a limit holds',
    snapshot([ann], []),
    { users: [account('ann'), ...gone], groups: [] },
    { maxRemovals: { ...openPolicy.maxRemovals, users: { percent: 10 }, floor: 5 } },
    [
      'ok plan-changes: a push would change nothing',
      'warning plan-withheld: limit: would not deactivate 7 users (g1@corp.example, g2@corp.example, g3@corp.example, g4@corp.example, g5@corp.example and 2 others): 7 of 8 users would go; policy.maxRemovals.users lets 10% pass, which is 5',
    ],
  ],
  [
    'a limit holds, and what was approved is another plan',
    snapshot([ann], []),
    { users: [account('ann'), ...gone], groups: [] },
    { maxRemovals: { ...openPolicy.maxRemovals, users: { count: 0 } }, approvedPlan: 'abc' },
    [
      'ok plan-changes: a push would change nothing',
      expect.stringMatching(/^warning plan-withheld: limit: /) as string,
      'warning plan-approval: approved was another plan than this one: abc',
    ],
  ],
  [
    'ambiguous at the target; no email and twins at the source are told with the scope',
    snapshot(
      [
        ann,
        person('bob', { userName: null }),
        person('c1', { userName: 'c@x' }),
        person('c2', { userName: 'C@x' }),
      ],
      [],
    ),
    { users: [account('ann'), account('ann', { id: account('ann2').id })], groups: [] },
    {},
    [
      'ok plan-changes: a push would change nothing',
      'warning plan-withheld: ambiguous: would not touch 1 user (ann@corp.example): 2 resources of the target have the externalId k-ann: t-ann, t-ann2',
    ],
  ],
  [
    'what policy forbids is fine',
    snapshot([ann], []),
    { users: [], groups: [] },
    { users: { ...openPolicy.users, create: false } },
    [
      'ok plan-changes: a push would change nothing',
      expect.stringMatching(
        /^ok plan-withheld: policy: would not create 1 user \(ann@corp\.example\)/,
      ) as string,
    ],
  ],
  [
    'what nobody pushed is left alone; strangers are somebody',
    snapshot([ann], [sales], { strangers: [{ key: userKey('k-s'), label: 's@corp.example', detail: '' }] }),
    {
      users: [account('ann'), account('root', { externalId: null }), account('s', { externalId: null })],
      groups: [targetTeam('Sales', ['ann']), targetTeam('Admins', [], { externalId: null })],
    },
    {},
    [
      'ok plan-changes: a push would change nothing',
      'ok plan-unmanaged: not in scope and made by no push, so left alone: 1 account (root@corp.example) and 1 group (Admins)',
    ],
  ],
  [
    'with unmanaged: remove they would go',
    snapshot([ann], []),
    { users: [account('ann'), account('root', { externalId: null })], groups: [] },
    { unmanaged: 'remove' },
    [
      'ok plan-changes: a push would deactivate 1 user',
      'warning plan-removals: a push would deactivate 1 user (root@corp.example): not in scope at the source, and within the limits',
    ],
  ],
  [
    'a protected pattern that matches nobody; one that does',
    snapshot([ann], []),
    { users: [account('ann'), account('root', { externalId: null })], groups: [] },
    { protected: ['ANN*', 'root@corp.example', 'svc-*'] },
    [
      'ok plan-changes: a push would change nothing',
      'ok plan-unmanaged: not in scope and made by no push, so left alone: 1 account (root@corp.example)',
      'warning plan-protected: nobody in scope or at the target is called svc-*',
    ],
  ],
])('%s', (_, desired, current, policy, expected) => {
  expect(findings(desired, current, policy)).toEqual(expected)
})

test('what was approved is said to be', () => {
  const desired = snapshot([ann], [])
  const current = { users: [account('ann'), ...gone], groups: [] }
  const policy = { maxRemovals: { ...openPolicy.maxRemovals, users: { count: 0 } } }
  const { hash } = computePlan(desired, current, { ...openPolicy, ...policy })
  expect(findings(desired, current, { ...policy, approvedPlan: hash })).toEqual([
    'ok plan-changes: a push would deactivate 7 users; what a guard would hold back of it was approved',
    expect.stringMatching(/^warning plan-removals: .*, and approved$/),
  ])
})
