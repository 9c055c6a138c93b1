import { expect, test } from 'vitest'
import { openPolicy, snapshot, team } from '../../test/fixtures/simulate.ts'
import { groupKey, userKey } from '../model/ids.ts'
import { planGroups } from './groups.ts'
import { planMemberships } from './memberships.ts'
import { computePlan } from './plan.ts'
import { planUsers } from './users.ts'

const nothing = { users: [], groups: [] }

test('a group of more members than a call takes arguments', () => {
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
