import { describe, expect, test } from 'vitest'
import { current } from '../../test/fixtures/plan-table.ts'
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
import { noContext } from './context.ts'
import { computePlan } from './plan.ts'

describe('limits', () => {
  const many = Array.from({ length: 100 }, (_, n) => `u${String(n).padStart(3, '0')}`)
  const company = current(
    many.map((name) => account(name)),
    [targetTeam('All', many)],
  )
  const limits = { ...openPolicy.maxRemovals, users: { percent: 10 }, memberships: { percent: 30 } }
  const without = (count: number) => {
    const staying = many.slice(count)
    return snapshot(
      staying.map((name) => person(name)),
      [team('All', staying)],
    )
  }

  test('as many as the limit pass', () => {
    const plan = computePlan(without(10), company, { ...openPolicy, maxRemovals: limits })
    expect(lines(plan).filter((text) => text.startsWith('user.deactivate'))).toHaveLength(10)
    expect(plan.withheld).toEqual([])
  })

  test('one more holds back all removals of the kind, and what follows from them', () => {
    const plan = computePlan(without(11), company, { ...openPolicy, maxRemovals: limits })
    expect(lines(plan)).toEqual([])
    expect(plan.withheld).toHaveLength(22)
    expect(plan.withheld[0]!.detail).toBe(
      '11 of 100 users would go; policy.maxRemovals.users lets 10% pass, which is 10',
    )
  })

  test('what another configuration may have pushed stays, however little it is; who is inactive here goes', () => {
    const desired = snapshot(
      [person('u000', { active: false }), ...many.slice(2).map((name) => person(name))],
      [team('All', many.slice(2))],
    )
    const plan = computePlan(desired, company, openPolicy, { ...noContext, otherConfig: 'configmap/other' })
    expect(lines(plan)).toEqual(['user.deactivate u000'])
    expect(withheldLines(plan)).toContain('other-config user.deactivate u001')
    expect(withheldLines(plan).every((line) => line.startsWith('other-config '))).toBe(true)
    const approved = computePlan(
      desired,
      company,
      { ...openPolicy, approvedPlan: plan.hash },
      { ...noContext, otherConfig: 'configmap/other' },
    )
    expect(approved).toMatchObject({ approved: true, withheld: [] })
    expect(lines(approved)).toContain('user.deactivate u001')
  })

  test('the plan that was approved passes, and no other', () => {
    const { hash } = computePlan(without(11), company, { ...openPolicy, maxRemovals: limits })
    const approved = computePlan(without(11), company, {
      ...openPolicy,
      maxRemovals: limits,
      approvedPlan: hash,
    })
    expect(approved).toMatchObject({ approved: true, hash, withheld: [] })
    expect(lines(approved)).toHaveLength(22)
    const other = computePlan(without(12), company, {
      ...openPolicy,
      maxRemovals: limits,
      approvedPlan: hash,
    })
    expect(other).toMatchObject({ approved: false, staleApprovals: [hash] })
    expect(lines(other)).toEqual([])
    const flagged = computePlan(
      without(11),
      company,
      { ...openPolicy, maxRemovals: limits },
      { ...noContext, approvals: ['x', hash] },
    )
    expect(flagged).toMatchObject({ approved: true, staleApprovals: [] })
  })

  test('approval never overrides what was not read', () => {
    const partial = {
      ...without(11),
      gaps: [{ kind: 'users-unread' as const, subject: 'users', detail: 'page 2' }],
    }
    const { hash } = computePlan(partial, company, { ...openPolicy, maxRemovals: limits })
    const plan = computePlan(partial, company, { ...openPolicy, maxRemovals: limits, approvedPlan: hash })
    expect(lines(plan).filter((text) => text.startsWith('user.'))).toEqual([])
  })

  test('the floor always passes', () => {
    const five = current(many.slice(0, 6).map((name) => account(name)))
    const plan = computePlan(snapshot([person('u000')]), five, {
      ...openPolicy,
      maxRemovals: { ...limits, users: { count: 0 } },
    })
    expect(lines(plan)).toHaveLength(5)
  })

  test('an empty source removes nobody, floor or not (ssosync#194)', () => {
    const plan = computePlan(
      snapshot([], []),
      current([account('ann')], [targetTeam('Ops', ['ann'])]),
      openPolicy,
    )
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan)).toEqual(['empty-source group.delete Ops', 'empty-source user.deactivate ann'])
  })

  test('suspending everyone at the source trips the breaker as well', () => {
    const plan = computePlan(
      snapshot(
        many.map((name) => person(name, { active: false })),
        [team('All', many)],
      ),
      company,
      { ...openPolicy, maxRemovals: limits },
    )
    expect(lines(plan)).toEqual([])
    expect(plan.withheld).toHaveLength(100)
  })
})
