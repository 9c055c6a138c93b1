import { describe, expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from '../report/report.ts'
import { isNewer, statusOf, type SyncStatus } from './status.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds, 789))
const time = (seconds: number) => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}Z`
const resource = { generation: 3 }
const unread = { description: 'x', users: null, groups: null, memberships: null }
const error = (code: ScimPushError['code']) => new ScimPushError(code, { message: 'what happened' })

const conditions = (status: SyncStatus): Record<string, string> =>
  Object.fromEntries(status.conditions.map((one) => [one.type, `${one.status}/${one.reason}`]))
const after = (more: Partial<RunReport>, previous: unknown = null) =>
  statusOf(reportOf({ finishedAt: at(30), ...more }), resource, previous)

describe('what a run says of each condition', () => {
  const both = { SourceReachable: 'True/Read', TargetReachable: 'True/Read' }
  const valid = { ConfigValid: 'True/ConfigAccepted' }
  const rows: readonly (readonly [string, Partial<RunReport>, Record<string, string>])[] = [
    [
      'converged',
      {},
      {
        Ready: 'True/Converged',
        Synced: 'True/Converged',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'a dry run with changes',
      { dryRun: true, result: 'changes', actions: [reported({ outcome: null })] },
      {
        Ready: 'True/DryRun',
        Synced: 'False/DryRun',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'a dry run without changes',
      { dryRun: true },
      {
        Ready: 'True/DryRun',
        Synced: 'True/Converged',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'an empty source',
      { result: 'withheld', exitCode: 3, withheld: [heldBack({ reason: 'empty-source' })] },
      {
        Ready: 'False/RemovalsWithheld',
        Synced: 'False/RemovalsWithheld',
        ...both,
        ...valid,
        RemovalsWithheld: 'True/ApprovalNeeded',
      },
    ],
    [
      'too many removals',
      { result: 'withheld', exitCode: 3, withheld: [heldBack()] },
      {
        Ready: 'False/RemovalsWithheld',
        Synced: 'False/RemovalsWithheld',
        ...both,
        ...valid,
        RemovalsWithheld: 'True/ApprovalNeeded',
      },
    ],
    [
      'a part unread',
      {
        result: 'withheld',
        exitCode: 3,
        gaps: [{ kind: 'group', subject: 'Sales', detail: 'HTTP 503' }] as unknown as RunReport['gaps'],
        withheld: [heldBack({ reason: 'incomplete' })],
      },
      {
        Ready: 'False/RemovalsWithheld',
        Synced: 'False/RemovalsWithheld',
        ...both,
        SourceReachable: 'True/ReadInPart',
        ...valid,
        RemovalsWithheld: 'True/InDoubt',
      },
    ],
    [
      'two of one name',
      { result: 'withheld', exitCode: 3, withheld: [heldBack({ action: null, reason: 'ambiguous' })] },
      {
        Ready: 'False/EntriesWithheld',
        Synced: 'False/EntriesWithheld',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'protected people only: nothing to look at',
      { withheld: [heldBack({ reason: 'protected' })] },
      {
        Ready: 'True/Converged',
        Synced: 'True/Converged',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'some actions failed',
      { result: 'partial', exitCode: 4 },
      {
        Ready: 'False/ActionsFailed',
        Synced: 'False/ActionsFailed',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'the source refuses the credentials',
      {
        result: 'credentials',
        planHash: null,
        source: unread,
        target: unread,
        error: error('GOOGLE_WRONG_SUBJECT'),
      },
      {
        Ready: 'False/SourceCredentialsRefused',
        Synced: 'False/SourceCredentialsRefused',
        SourceReachable: 'False/CredentialsRefused',
        TargetReachable: 'Unknown/NotTried',
        ...valid,
        RemovalsWithheld: 'Unknown/NotPlanned',
      },
    ],
    [
      'the target is away',
      {
        result: 'unreachable',
        planHash: null,
        source: unread,
        target: unread,
        error: error('SCIM_UNREACHABLE'),
      },
      {
        Ready: 'False/TargetUnreachable',
        Synced: 'False/TargetUnreachable',
        SourceReachable: 'Unknown/NotTried',
        TargetReachable: 'False/Unreachable',
        ...valid,
        RemovalsWithheld: 'Unknown/NotPlanned',
      },
    ],
    [
      'the configuration is wrong',
      {
        result: 'config',
        planHash: null,
        source: { ...unread, description: '' },
        target: { ...unread, description: '' },
        error: error('CONFIG_MISSING'),
      },
      {
        Ready: 'False/ConfigInvalid',
        Synced: 'False/ConfigInvalid',
        ConfigValid: 'False/ConfigInvalid',
        SourceReachable: 'Unknown/NotTried',
        TargetReachable: 'Unknown/NotTried',
        RemovalsWithheld: 'Unknown/NotPlanned',
      },
    ],
    [
      'a Secret may not be read',
      {
        result: 'credentials',
        planHash: null,
        source: { ...unread, description: '' },
        target: { ...unread, description: '' },
        error: error('KUBERNETES_FORBIDDEN'),
      },
      {
        Ready: 'False/CredentialsRefused',
        Synced: 'False/CredentialsRefused',
        ConfigValid: 'Unknown/NotChecked',
        SourceReachable: 'Unknown/NotTried',
        TargetReachable: 'Unknown/NotTried',
        RemovalsWithheld: 'Unknown/NotPlanned',
      },
    ],
    [
      'the lock is lost',
      { result: 'locked', exitCode: 75, error: error('LOCK_LOST') },
      {
        Ready: 'False/LockLost',
        Synced: 'False/LockLost',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
    [
      'ended by a signal',
      { result: 'interrupted', exitCode: 143, error: error('INTERRUPTED') },
      {
        Ready: 'False/Interrupted',
        Synced: 'Unknown/Interrupted',
        ...both,
        ...valid,
        RemovalsWithheld: 'False/NothingWithheld',
      },
    ],
  ]
  test.each(rows)('%s', (_, more, expected) => {
    expect(conditions(after(more))).toEqual(expected)
  })

  test('each follows metav1.Condition', () => {
    for (const [, more] of rows)
      for (const condition of after(more).conditions) {
        expect(condition.reason).toMatch(/^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$/)
        expect(condition.message).not.toBe('')
        expect(condition).toMatchObject({ lastTransitionTime: time(30), observedGeneration: 3 })
      }
  })

  test('how to approve is said where approving helps', () => {
    const message = (reason: 'limit' | 'incomplete') =>
      after({ result: 'withheld', withheld: [heldBack({ reason })] }).conditions.find(
        ({ type }) => type === 'RemovalsWithheld',
      )?.message
    expect(message('limit')).toContain('policy.approvedPlan = abc')
    expect(message('incomplete')).not.toContain('approvedPlan')
  })

  test('nobody is named', () => {
    const status = after({
      result: 'withheld',
      actions: [reported()],
      withheld: [heldBack()],
    })
    expect(JSON.stringify(status)).not.toMatch(/ann@|bob@/)
  })

  test('a message from elsewhere can’t fake a line', () => {
    const nasty = new ScimPushError('SCIM_REFUSED', {
      message: `a\u001b[31m\nReady: True ${'x'.repeat(5000)}`,
    })
    const [ready] = after({ result: 'error', error: nasty }).conditions
    expect(ready?.message).not.toContain('\u001b')
    expect(ready?.message).not.toContain('\n')
    expect(ready?.message.length).toBeLessThanOrEqual(1024)
  })
})

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
