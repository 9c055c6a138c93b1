import { expect, test } from 'vitest'
import { account, openPolicy, person, snapshot, targetTeam, team } from '../../test/fixtures/simulate.ts'
import { groupKey, scimId, userKey } from '../model/ids.ts'
import type { Gap } from '../model/snapshot.ts'
import type { TargetUser } from '../model/target-state.ts'
import type { Action } from './action.ts'
import { groupOutlooks, planInDetail } from './explain.ts'
import { planGroups } from './groups.ts'
import { planMemberships } from './memberships.ts'
import { keepTaken } from './names.ts'
import { computePlan, type Plan } from './plan.ts'
import type { Policy } from './policy.ts'
import { planUsers } from './users.ts'

const nothing = { users: [], groups: [] }

test('a group of more members than a call takes arguments', { timeout: 120_000 }, () => {
  const names = Array.from({ length: 600_000 }, (_, n) => `u${n}`)
  const users = new Map(
    names.map((name) => [userKey(`k-${name}`), { key: userKey(`k-${name}`), id: null, userName: name }]),
  )
  const empty = planUsers(snapshot([]), [], openPolicy)
  const groups = planGroups(snapshot([], [team('All', names)]), [], openPolicy)
  expect(planMemberships(groups, { ...empty, refs: users }).actions).toHaveLength(600_000)
})

test('thousands with one name are each withheld, in a few words', () => {
  const groups = Array.from({ length: 10_000 }, (_, n) =>
    team('Same', [], { key: groupKey(`k${String(n).padStart(5, '0')}`) }),
  )
  const { withheld } = computePlan(snapshot([], groups), nothing, openPolicy)
  expect(withheld).toHaveLength(10_000)
  expect(withheld[0]!.detail).toBe(
    '10000 entries of the source have the displayName Same: k00000, k00001, k00002, k00003, k00004 and 9995 more',
  )
})

test('a name that is kept after all, at the end of a line of people who each take the name of the next', () => {
  let reads = 0
  const length = 2_000
  const counted = (n: number): TargetUser => ({
    ...account(`u${n}`),
    get id() {
      reads++
      return scimId(`t-u${n}`)
    },
  })
  const accounts = Array.from({ length: length + 1 }, (_, n) => counted(n))
  const actions = accounts.slice(0, -1).map(({ id, userName }, n): Action => ({
    kind: 'user.update',
    user: { key: userKey(`k-u${n}`), id, userName },
    changes: [{ attribute: 'userName', from: userName, to: `u${n + 1}@corp.example` }],
    reason: 'changed',
  }))
  const { withheld } = keepTaken({ actions, withheld: [] }, accounts)
  expect(withheld).toHaveLength(length)
  expect(reads).toBeLessThan(10 * length)
})

test('thousands of unresolved SCIM groups are named to each removal in a few words', () => {
  const gaps = Array.from({ length: 5_000 }, (_, n): Gap => ({
    kind: 'scim-group-unresolved',
    subject: `Group ${n}`,
    detail: 'not found',
  }))
  const users = Array.from({ length: 100 }, (_, n) => account(`u${n}`))
  const { withheld } = computePlan({ ...snapshot([]), gaps }, { users, groups: [] }, openPolicy)
  expect(withheld).toHaveLength(100)
  expect(withheld[0]!.detail).toBe(
    'SCIM group not resolved: Group 0, Group 1, Group 10, Group 100, Group 1000 and 4995 more',
  )
})

test.each([100, 0])(
  'somebody in thousands of groups, of whose removals %i percent may pass, is explained',
  (percent) => {
    let reads = 0
    const counted = <T extends object>(value: T, property: keyof T): T =>
      new Proxy(value, {
        get(target, name, receiver): unknown {
          if (name === property) reads++
          return Reflect.get(target, name, receiver)
        },
      })
    const names = Array.from({ length: 2_000 }, (_, n) => `Team ${n}`)
    const desired = snapshot(
      [person('ann'), person('bob')],
      names.map((name) => team(name, ['bob'])),
    )
    const current = {
      users: [account('ann'), account('bob')],
      groups: names.map((name) => targetTeam(name, ['ann', 'bob'])),
    }
    const policy: Policy = {
      ...openPolicy,
      maxRemovals: { ...openPolicy.maxRemovals, memberships: { percent }, floor: 0 },
    }
    const planned = planInDetail(desired, current, policy)
    const plan: Plan = {
      ...planned.plan,
      stages: planned.plan.stages.map((stage) => ({
        ...stage,
        actions: stage.actions.map((action) => counted(action, 'kind')),
      })),
      withheld: planned.plan.withheld.map((entry) => counted(entry, 'group')),
    }
    const ann = {
      key: userKey('k-ann'),
      accounts: new Set([scimId('t-ann')]),
      accountNames: ['ann@corp.example'],
    }
    const outlooks = groupOutlooks(
      desired,
      current,
      { ...planned, plan },
      { ...ann, sourceNames: ann.accountNames },
    )
    expect(new Set(outlooks.map(({ fate }) => fate))).toEqual(new Set([percent > 0 ? 'removed' : 'kept']))
    expect(reads).toBeLessThan(20 * names.length)
  },
)
