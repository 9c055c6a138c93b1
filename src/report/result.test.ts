import { describe, expect, test } from 'vitest'
import { heldBack } from '../../test/fixtures/report.ts'
import { account, actionsOf, openPolicy, person, snapshot } from '../../test/fixtures/simulate.ts'
import type { Outcome } from '../apply/outcome.ts'
import { ScimPushError } from '../errors/error.ts'
import { computePlan, type Plan } from '../plan/plan.ts'
import type { WithheldReason } from '../plan/withheld.ts'
import { resultOf } from './result.ts'

const plan = computePlan(
  snapshot([person('ann'), person('bob')]),
  { users: [account('ann', { givenName: 'A' })], groups: [] },
  openPolicy,
)
const succeeded: Outcome = { status: 'succeeded' }
const failed: Outcome = { status: 'failed', error: new ScimPushError('INTERNAL', { message: 'no' }) }
const inDoubt: Outcome = {
  status: 'failed',
  error: new ScimPushError('INTERNAL', { message: 'no', mayBeDone: true }),
}
const skipped: Outcome = { status: 'skipped', reason: 'stop' }

const applied = (...outcomes: Outcome[]) => ({
  outcomes: new Map(actionsOf(plan).flatMap((action, n) => (outcomes[n] ? [[action, outcomes[n]]] : []))),
  fatal: null,
  interrupted: false,
})
const ending = { error: null, plan, applied: null, dryRun: false, interrupted: false }
const error = (failure: 'unreachable' | 'credentials') =>
  Object.assign(new ScimPushError('INTERNAL', { message: 'no' }), { failure })

describe('how a run ends', () => {
  test.each([
    ['all done', { applied: applied(succeeded, succeeded) }, 'converged'],
    [
      'a signal when all was done',
      { applied: applied(succeeded, succeeded), interrupted: true },
      'converged',
    ],
    ['a signal half-way', { applied: applied(succeeded, skipped), interrupted: true }, 'interrupted'],
    ['a signal before there was a plan', { plan: null, interrupted: true }, 'interrupted'],
    ['a signal after the plan of a dry run', { dryRun: true, interrupted: true }, 'changes'],
    ['one skipped', { applied: applied(succeeded, skipped) }, 'partial'],
    ['one failed', { applied: applied(failed, succeeded) }, 'partial'],
    [
      'gone before the first write',
      { error: error('unreachable'), applied: applied(failed, skipped) },
      'unreachable',
    ],
    [
      'gone at the first write, which may be done',
      { error: error('unreachable'), applied: applied(inDoubt, skipped) },
      'partial',
    ],
    ['gone after it', { error: error('unreachable'), applied: applied(succeeded, failed) }, 'partial'],
    ['refused after it', { error: error('credentials'), applied: applied(succeeded, failed) }, 'credentials'],
    ['no plan', { error: error('credentials'), plan: null }, 'credentials'],
  ])('%s', (_, more, result) => {
    expect(resultOf({ ...ending, ...more })).toBe(result)
  })
})

const attention: Readonly<Record<WithheldReason, 'withheld' | 'converged'>> = {
  ambiguous: 'withheld',
  conflict: 'withheld',
  incomplete: 'withheld',
  unresolved: 'withheld',
  limit: 'withheld',
  'empty-source': 'withheld',
  'other-config': 'withheld',
  'too-long': 'withheld',
  'no-email': 'converged',
  'outside-tenant': 'converged',
  grace: 'converged',
  protected: 'converged',
  policy: 'converged',
}
const reasons = Object.keys(attention).filter((reason): reason is WithheldReason => reason in attention)
test.each(reasons.map((reason) => [reason, attention[reason]] as const))(
  '%s ends in %s',
  (reason, result) => {
    const withheld: Plan['withheld'] = [heldBack({ reason })]
    const one = { ...plan, stages: [], withheld }
    expect(resultOf({ ...ending, plan: one })).toBe(result)
    expect(resultOf({ ...ending, plan: one, applied: applied(succeeded, succeeded) })).toBe(result)
  },
)
