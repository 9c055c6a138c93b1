import { describe, expect, test } from 'vitest'
import { heldBack, reported } from '../../test/fixtures/report.ts'
import { time, unread, error, conditions, after } from '../../test/fixtures/status.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from '../report/report.ts'

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
        gaps: [{ kind: 'members-unread', subject: 'Sales', detail: 'HTTP 503' }],
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
    expect(message('limit')).toContain('--approve abc, or policy.approvedPlan.')
    expect(message('incomplete')).not.toContain('approve')
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
