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
import type { Absences } from '../model/absence.ts'
import { scimId } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { noContext, type PlanContext } from './context.ts'
import { remember, type Missing } from './departures.ts'
import { computePlan } from './plan.ts'
import { ladders, type Policy, type RemovalLadder } from './policy.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.parse('2026-11-25T12:00:00Z')

const twoSteps: RemovalLadder = [
  { days: 0, do: 'deactivate' },
  { days: 30, do: 'delete' },
]
const lateSteps: RemovalLadder = [
  { days: 7, do: 'deactivate' },
  { days: 30, do: 'delete' },
]
const deletes: RemovalLadder = [{ days: 30, do: 'delete' }]
const deactivates: RemovalLadder = [{ days: 1, do: 'deactivate' }]

/** Days ago, by name. */
const missingFor = (days: Readonly<Record<string, number>>): Absences =>
  new Map(
    Object.entries(days).map(([name, ago]) => [
      scimId(`t-${name}`),
      { externalId: `k-${name}`, since: NOW - ago * DAY },
    ]),
  )

const bob = account('bob')
const off = account('ann', { active: false })
const ann = account('ann')
const here = snapshot([person('bob')])
const unread = { kind: 'members-unread', subject: 'Ops', detail: '403' } as const

const planOf = (
  remove: RemovalLadder,
  {
    desired = here,
    current = { users: [ann, bob], groups: [] },
    policy = {},
    context = {},
  }: {
    readonly desired?: DirectorySnapshot
    readonly current?: TargetState
    readonly policy?: Partial<Policy>
    readonly context?: Partial<PlanContext>
  } = {},
) =>
  computePlan(
    desired,
    current,
    { ...openPolicy, ...policy, users: { ...openPolicy.users, remove } },
    { ...noContext, now: NOW, ...context },
  )

describe('a leaver', () => {
  test.each<[string, RemovalLadder, typeof ann, number | null, string[], string[]]>([
    ['is deactivated at once', twoSteps, ann, null, ['user.deactivate ann'], []],
    ['is deactivated and waits', twoSteps, off, 10, [], ['grace user.delete ann']],
    ['waits to the last moment', twoSteps, off, 30 - 1 / DAY, [], ['grace user.delete ann']],
    ['is deleted on the day', twoSteps, off, 30, ['user.delete ann'], []],
    ['who is not remembered waits from now', twoSteps, off, null, [], ['grace user.delete ann']],
    ['who was missed in the future waits from now', twoSteps, off, -5, [], ['grace user.delete ann']],
    ['whose deactivation is late is not deleted yet', twoSteps, ann, 99, ['user.deactivate ann'], []],
    ['waits for a deactivation', lateSteps, ann, 6, [], ['grace user.deactivate ann']],
    ['is deactivated when it is due', lateSteps, ann, 7, ['user.deactivate ann'], []],
    ['who is inactive anyway waits for the deletion', lateSteps, off, 8, [], ['grace user.delete ann']],
    ['waits for a deletion alone', deletes, ann, 29, [], ['grace user.delete ann']],
    ['is deleted without a step before', deletes, ann, 30, ['user.delete ann'], []],
    ['waits for a deactivation alone', deactivates, ann, null, [], ['grace user.deactivate ann']],
    ['who is inactive has nothing before them', deactivates, off, 99, [], []],
  ])('%s', (_, steps, user, days, plan, withheld) => {
    const context = days === null ? {} : { missing: missingFor({ ann: days }) }
    const result = planOf(steps, { current: { users: [user, bob], groups: [] }, context })
    expect(lines(result)).toEqual(plan)
    expect(withheldLines(result)).toEqual(withheld)
  })

  test('is told since when and until when', () => {
    const current = { users: [off, bob], groups: [] }
    const detailOf = (steps: RemovalLadder, context: Partial<PlanContext>) =>
      planOf(steps, { current, context }).withheld[0]?.detail
    expect(detailOf(twoSteps, { missing: missingFor({ ann: 24 }) })).toBe(
      'missing since 2026-11-01; policy.users.remove deletes after 30 days, on 2026-12-01',
    )
    expect(planOf(deactivates).withheld[0]?.detail).toBe(
      'missing since 2026-11-25; policy.users.remove deactivates after 1 day, on 2026-11-26',
    )
  })

  test('who has another externalId than is remembered waits from now', () => {
    const missing: Absences = new Map([[off.id, { externalId: 'k-eve', since: NOW - 99 * DAY }]])
    const plan = planOf(twoSteps, { current: { users: [off, bob], groups: [] }, context: { missing } })
    expect(withheldLines(plan)).toEqual(['grace user.delete ann'])
  })

  test('who never was managed goes by the same steps', () => {
    const own = account('root', { externalId: null, active: false })
    const missing: Absences = new Map([[own.id, { externalId: null, since: NOW - 30 * DAY }]])
    const current = { users: [own, bob], groups: [] }
    const policy = { unmanaged: 'remove' } as const
    expect(lines(planOf(twoSteps, { current, policy, context: { missing } }))).toEqual(['user.delete root'])
    expect(withheldLines(planOf(twoSteps, { current, policy }))).toEqual(['grace user.delete root'])
  })

  test('who is suspended at the source is none: deactivated at once, never deleted', () => {
    const context = { missing: missingFor({ ann: 99 }) }
    const desired = snapshot([person('ann', { active: false }), person('bob')])
    expect(lines(planOf(lateSteps, { desired, context }))).toEqual(['user.deactivate ann'])
    const plan = planOf(lateSteps, { desired, context, current: { users: [off, bob], groups: [] } })
    expect([...lines(plan), ...withheldLines(plan)]).toEqual([])
  })

  test('makes room for somebody of the same name only when they are deleted now', () => {
    const eve = account('eve', { userName: 'eve@corp.example' })
    const gone = account('ann', { active: false })
    const desired = snapshot([person('eve', { userName: 'ann@corp.example' })])
    const plan = (days: number) =>
      planOf(twoSteps, {
        desired,
        current: { users: [gone, eve], groups: [] },
        context: { missing: missingFor({ ann: days }) },
      })
    expect(lines(plan(30))).toEqual([
      'user.delete ann',
      'user.update eve userName:eve@corp.example>ann@corp.example',
    ])
    expect(withheldLines(plan(29))).toEqual(['grace user.delete ann', 'conflict user.update eve'])
  })
})

describe('memberships of a leaver', () => {
  const current = (user: typeof ann): TargetState => ({
    users: [user, bob],
    groups: [targetTeam('Ops', ['ann', 'bob'])],
  })
  const desired = snapshot([person('bob')], [team('Ops', ['bob'])])
  test.each<[string, RemovalLadder, typeof ann, number, string[], string[]]>([
    [
      'stay before the first step',
      lateSteps,
      ann,
      3,
      [],
      ['grace membership.remove ann in Ops', 'grace user.deactivate ann'],
    ],
    [
      'stay of somebody who is inactive anyway',
      lateSteps,
      off,
      3,
      [],
      ['grace membership.remove ann in Ops', 'grace user.delete ann'],
    ],
    ['go with the first step', lateSteps, ann, 7, ['user.deactivate ann', 'membership.remove ann Ops'], []],
    [
      'are gone between the steps',
      lateSteps,
      off,
      9,
      ['membership.remove ann Ops'],
      ['grace user.delete ann'],
    ],
    [
      'go at once with steps that begin at once',
      twoSteps,
      off,
      0,
      ['membership.remove ann Ops'],
      ['grace user.delete ann'],
    ],
    [
      'stay before a deactivation that is all there is',
      deactivates,
      off,
      0,
      [],
      ['grace membership.remove ann in Ops'],
    ],
  ])('%s', (_, steps, user, days, plan, withheld) => {
    const context = { missing: missingFor({ ann: days }) }
    const result = planOf(steps, { desired, current: current(user), context })
    expect(lines(result)).toEqual(plan)
    expect(withheldLines(result)).toEqual(withheld)
  })
})

describe('what else holds a removal back', () => {
  const users = [off, bob]
  const current = { users, groups: [] }
  test.each<[string, Parameters<typeof planOf>[1], number | null, string[]]>([
    [
      'who is protected is not said to wait',
      { policy: { protected: ['ann@*'] } },
      10,
      ['protected user.delete ann'],
    ],
    [
      'who waits goes on waiting while something is unread',
      { desired: { ...here, gaps: [unread] } },
      10,
      ['grace user.delete ann'],
    ],
    [
      'who is due stays while something is unread',
      { desired: { ...here, gaps: [unread] } },
      40,
      ['incomplete user.delete ann'],
    ],
    [
      'nobody begins to wait while something is unread',
      { desired: { ...here, gaps: [unread] } },
      null,
      ['incomplete user.delete ann'],
    ],
    [
      'who is due stays when the source is empty',
      { desired: snapshot([]) },
      40,
      ['empty-source user.delete ann', 'empty-source user.deactivate bob'],
    ],
    [
      'more who are due than may go',
      { policy: { maxRemovals: { ...openPolicy.maxRemovals, users: { count: 0 }, floor: 0 } } },
      40,
      ['limit user.delete ann'],
    ],
  ])('%s', (_, input, days, withheld) => {
    const missing = days === null ? new Map() : missingFor({ ann: days })
    const plan = planOf(twoSteps, { current, context: { missing }, ...input })
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan).toSorted()).toEqual(withheld.toSorted())
  })

  test('an empty source begins no wait, and does not look as if all were well', () => {
    const plan = planOf(deletes, { desired: snapshot([]) })
    expect(withheldLines(plan)).toEqual(['incomplete user.delete ann', 'incomplete user.delete bob'])
    expect(plan.withheld[0]?.detail).toBe(
      'the source has no users; policy.users.remove deletes 30 days after the first run that can tell that they are missing',
    )
    expect(plan.missing.begins).toBe(false)
    expect(
      withheldLines(planOf(twoSteps, { desired: snapshot([]), current: { users: [off], groups: [] } })),
    ).toEqual(['grace user.delete ann'])
  })

  test('a percentage is one of all who could be hit: who is inactive too, where a step deletes', () => {
    const policy = { maxRemovals: { ...openPolicy.maxRemovals, users: { percent: 49 }, floor: 0 } }
    const context = { missing: missingFor({ ann: 40 }) }
    expect(planOf(twoSteps, { policy, context, current }).withheld[0]?.detail).toContain('1 of 2 users')
    const active = { policy, current: { users: [ann, account('cat', { active: false }), bob], groups: [] } }
    expect(planOf(ladders.deactivate, active).withheld[0]?.detail).toContain('1 of 2 users')
  })
})

describe('after another configuration', () => {
  const context = { otherConfig: 'configmap/other', missing: missingFor({ ann: 99 }) }
  const current = { users: [off, bob], groups: [] }

  test('what was remembered does not count, and nothing is', () => {
    const plan = planOf(twoSteps, { current, context })
    expect(withheldLines(plan)).toEqual(['other-config user.delete ann'])
    expect(plan.missing).toMatchObject({ leavers: [], begins: false })
  })

  test('an approval takes the target over, and what is not due goes on waiting', () => {
    const { hash } = planOf(twoSteps, { current, context })
    const plan = planOf(twoSteps, { current, context, policy: { approvedPlan: hash } })
    expect(plan.approved).toBe(true)
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan)).toEqual(['grace user.delete ann'])
  })
})

describe('what is remembered', () => {
  const leaver = (name: string, active = false) => ({
    id: scimId(`t-${name}`),
    externalId: `k-${name}`,
    active,
  })
  const found = (more: Partial<Missing> = {}): Missing => ({
    leavers: [leaver('ann')],
    begins: true,
    deactivatesAfter: 0,
    ...more,
  })
  const after = (missing: Missing, before: Absences, now = NOW) =>
    Object.fromEntries(
      [...remember(missing, before, now)].map(([id, { since }]) => [id, (NOW - since) / DAY]),
    )

  test.each<[string, Missing, Record<string, number>, Record<string, number>]>([
    ['who is missing for the first time', found(), {}, { 't-ann': 0 }],
    ['who was missing before', found(), { ann: 12 }, { 't-ann': 12 }],
    ['not who is back', found(), { ann: 12, bob: 3 }, { 't-ann': 12 }],
    ['nobody new, where not all was read', found({ begins: false }), {}, {}],
    [
      'who was missing before, though not all was read',
      found({ begins: false }),
      { ann: 12 },
      { 't-ann': 12 },
    ],
    ['a future as it is', found(), { ann: -12 }, { 't-ann': -12 }],
    [
      'the deactivation, where it came late',
      found({ leavers: [leaver('ann', true)] }),
      { ann: 12 },
      { 't-ann': 0 },
    ],
    [
      'the same with days before it',
      found({ leavers: [leaver('ann', true)], deactivatesAfter: 5 }),
      { ann: 12 },
      { 't-ann': 5 },
    ],
    [
      'not before the deactivation is due',
      found({ leavers: [leaver('ann', true)], deactivatesAfter: 20 }),
      { ann: 12 },
      { 't-ann': 12 },
    ],
    [
      'who is active where nothing deactivates',
      found({ leavers: [leaver('ann', true)], deactivatesAfter: null }),
      { ann: 12 },
      { 't-ann': 12 },
    ],
  ])('%s', (_, missing, before, expected) => {
    expect(after(missing, missingFor(before))).toEqual(expected)
  })

  test('not of an account that has another externalId', () => {
    const before: Absences = new Map([[scimId('t-ann'), { externalId: null, since: 0 }]])
    expect(after(found(), before)).toEqual({ 't-ann': 0 })
  })

  test('as a plan has found it out', () => {
    const plan = planOf(lateSteps, { current: { users: [ann, bob], groups: [] } })
    expect(plan.missing).toEqual({ leavers: [leaver('ann', true)], begins: true, deactivatesAfter: 7 })
    expect(planOf(lateSteps, { desired: { ...here, gaps: [unread] } }).missing.begins).toBe(false)
  })
})
