import { describe, expect, test } from 'vitest'
import { heldBack, reported, reportOf } from '../../test/fixtures/report.ts'
import { reportJson } from './json.ts'
import { parseSavedPlan } from './saved-plan.ts'

const hash = 'a'.repeat(32)
const report = reportOf({
  command: 'plan',
  dryRun: true,
  planHash: hash,
  fingerprints: { source: 'b'.repeat(32), target: 'c'.repeat(32) },
  actions: [
    reported({ outcome: null }),
    reported({
      kind: 'user.update',
      reason: 'reactivated',
      outcome: null,
      changes: [
        { attribute: 'active', from: false, to: true },
        { attribute: 'externalId', from: null, to: 'k' },
      ],
    }),
  ],
  withheld: [heldBack(), heldBack({ action: null, reason: 'ambiguous' })],
})
const json = JSON.parse(JSON.stringify(reportJson(report))) as Record<string, unknown>

test('what plan wrote is what apply reads', () => {
  expect(parseSavedPlan(json)).toEqual({
    config: 'corp',
    planHash: hash,
    approved: false,
    fingerprints: report.fingerprints,
    actions: [
      ...report.actions.map(({ kind, subject, user, group, reason, changes }) => {
        return { kind, subject, user, group, reason, changes, withheld: false }
      }),
      {
        kind: 'user.deactivate',
        subject: 'bob@corp.example',
        user: 'bob@corp.example',
        group: null,
        reason: 'limit',
        changes: [],
        withheld: true,
      },
    ],
  })
})

describe('anything else is refused, saying why', () => {
  const [first] = json['actions'] as Record<string, unknown>[]
  test.each<[string, unknown, string]>([
    ['no object', [json], 'it is no report of a plan'],
    ['another version', { ...json, version: 'v0' }, 'its version is not scim-push.io/report/v1'],
    ['a push', { ...json, command: 'push' }, 'another command than plan'],
    ['an error', { ...json, error: { code: 'X' } }, 'came to nothing'],
    ['no hash', { ...json, planHash: null }, 'planHash'],
    ['no fingerprints', { ...json, fingerprints: null }, 'fingerprints'],
    ['a fingerprint that is none', { ...json, fingerprints: { source: 'x', target: hash } }, 'fingerprints'],
    ['no actions', { ...json, actions: {} }, 'actions are missing'],
    ['an action of no kind', { ...json, actions: [{ ...first, kind: 'user.promote' }] }, 'action 1'],
    ['an action without a reason', { ...json, actions: [first, { ...first, reason: 7 }] }, 'action 2'],
    ['a withheld entry of no kind', { ...json, withheld: [{ ...heldBack(), action: 'x' }] }, 'entry 1'],
    ['a user that is a number', { ...json, actions: [{ ...first, user: 7 }] }, 'action 1'],
    [
      'a change of nothing',
      { ...json, actions: [{ ...first, changes: [{ attribute: 'x', from: '', to: '' }] }] },
      'action 1',
    ],
    [
      'a change of a prototype',
      { ...json, actions: [{ ...first, changes: [{ attribute: '__proto__', from: null, to: '' }] }] },
      'action 1',
    ],
  ])('%s', (_, value, words) => {
    expect(parseSavedPlan(value)).toContain(words)
  })
})
