import { describe, expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { at, time, resource, unread, error, conditions, after } from '../../test/fixtures/status.ts'
import type { RunReport } from '../report/report.ts'
import { isNewer, statusOf } from './status.ts'

describe('what is kept of the status before', () => {
  const earlier = statusOf(reportOf({ finishedAt: at(10) }), resource, null)

  test('a condition’s time changes only when its status does', () => {
    const same = statusOf(reportOf({ finishedAt: at(20) }), resource, earlier)
    expect(same.conditions.map(({ lastTransitionTime }) => lastTransitionTime)).toEqual(
      Array(6).fill(time(10)),
    )
    const failed = after({ result: 'partial', exitCode: 4 }, same)
    const times = Object.fromEntries(failed.conditions.map((one) => [one.type, one.lastTransitionTime]))
    expect(times).toMatchObject({ Ready: time(30), Synced: time(30), SourceReachable: time(10) })
    const otherReason = statusOf(
      reportOf({ finishedAt: at(40), result: 'withheld', withheld: [heldBack()] }),
      resource,
      failed,
    )
    expect(otherReason.conditions[0]).toMatchObject({
      status: 'False',
      reason: 'RemovalsWithheld',
      lastTransitionTime: time(30),
    })
  })

  test.each<[string, Partial<RunReport>, string | null]>([
    ['a success', {}, time(30)],
    ['a failure', { result: 'partial' }, time(10)],
    ['a withheld removal', { result: 'withheld', withheld: [heldBack()] }, time(10)],
    ['a dry run', { dryRun: true }, time(10)],
    ['a suspended run', { result: 'suspended' }, time(10)],
  ])('the last success after %s', (_, more, expected) => {
    expect(after(more, earlier).lastSuccessTime).toBe(expected)
    expect(after(more, earlier).lastRunTime).toBe(more.result === 'suspended' ? time(10) : time(30))
  })

  test('a suspended run leaves what it did not try as it was', () => {
    const status = after(
      { result: 'suspended', planHash: null, source: { ...unread, description: '' } },
      earlier,
    )
    expect(conditions(status)).toEqual({
      ...conditions(earlier),
      Ready: 'Unknown/Suspended',
    })
    expect(status).toMatchObject({ lastRunID: earlier.lastRunID, counts: { sourceUsers: 1, planned: 0 } })
  })

  test('suspended from the start: the rest has not run yet', () => {
    const status = after({ result: 'suspended', planHash: null, source: { ...unread, description: '' } })
    expect(conditions(status)).toMatchObject({ Synced: 'Unknown/NotRun', ConfigValid: 'True/ConfigAccepted' })
  })

  test.each([
    ['text', 'nonsense'],
    ['a list', []],
    ['conditions of another kind', { conditions: { Ready: 'True' }, lastSuccessTime: 5 }],
    [
      'conditions that are none',
      { conditions: [null, 7, { type: 'Ready' }, { type: 'Other', status: 'True' }] },
    ],
  ])('%s counts as no status', (_, previous) => {
    expect(after({ result: 'partial' }, previous)).toEqual(after({ result: 'partial' }))
  })
})

describe('the rest of a status', () => {
  test('the plan’s hash only when something of it is withheld', () => {
    expect(after({}).planHash).toBeNull()
    expect(after({ withheld: [heldBack({ reason: 'protected' })] }).planHash).toBeNull()
    expect(after({ withheld: [heldBack()] }).planHash).toBe('abc')
  })

  test('counts: what was done; null where it did not come to a plan', () => {
    expect(
      after({ actions: [reported(), reported({ kind: 'group.delete', outcome: null })] }).counts,
    ).toMatchObject({ usersCreated: 1, groupsDeleted: 0, planned: 2, failed: 0, sourceUsers: 1 })
    expect(
      after({ planHash: null, source: unread, error: error('GOOGLE_CLOCK'), result: 'credentials' }).counts,
    ).toMatchObject({ usersCreated: null, planned: null, sourceUsers: null })
  })

  test('of a ConfigMap: the hash of the document instead of a generation', () => {
    const status = statusOf(reportOf(), { sha256: 'f00' }, null)
    expect([status.observedGeneration, status.observedSha256]).toEqual([null, 'f00'])
    expect(status.conditions[0]).not.toHaveProperty('observedGeneration')
  })
})

test.each([
  ['of a later run', { lastRunTime: time(31) }, true],
  ['of the same second', { lastRunTime: time(30) }, false],
  ['of an earlier run', { lastRunTime: time(29) }, false],
  ['none', null, false],
  ['broken', { lastRunTime: 7 }, false],
])('a status %s is not written over: %j', (_, stored, expected) => {
  expect(isNewer(stored, after({}))).toBe(expected)
})
