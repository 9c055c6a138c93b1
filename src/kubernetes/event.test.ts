import { expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from '../report/report.ts'
import { eventOf } from './event.ts'

const error = (code: ScimPushError['code'], message = 'what happened') => new ScimPushError(code, { message })

test.each<[string, Partial<RunReport>, string, string]>([
  ['converged', { actions: [reported()] }, 'Normal', 'SyncSucceeded'],
  ['a dry run', { result: 'changes', dryRun: true }, 'Normal', 'SyncSucceeded'],
  ['removals withheld', { result: 'withheld', withheld: [heldBack()] }, 'Warning', 'RemovalsWithheld'],
  [
    'entries withheld',
    { result: 'withheld', withheld: [heldBack({ action: null, reason: 'ambiguous' })] },
    'Warning',
    'EntriesWithheld',
  ],
  ['failed actions', { result: 'partial' }, 'Warning', 'SyncPartiallyFailed'],
  ['unreachable', { result: 'unreachable', error: error('SCIM_UNREACHABLE') }, 'Warning', 'SyncFailed'],
  ['credentials', { result: 'credentials', error: error('SCIM_UNAUTHORIZED') }, 'Warning', 'SyncFailed'],
  ['a defect', { result: 'error', error: error('INTERNAL') }, 'Warning', 'SyncFailed'],
  ['a wrong configuration', { result: 'config', error: error('CONFIG_MISSING') }, 'Warning', 'ConfigInvalid'],
  ['held', { result: 'locked', error: error('LOCK_HELD') }, 'Warning', 'SyncSkippedLocked'],
  ['lost', { result: 'locked', error: error('LOCK_LOST') }, 'Warning', 'SyncFailed'],
  ['a signal', { result: 'interrupted' }, 'Warning', 'SyncInterrupted'],
])('%s', (_, more, type, reason) => {
  expect(eventOf(reportOf(more))).toMatchObject({ type, reason })
})

test('a suspended run is no event', () => {
  expect(eventOf(reportOf({ result: 'suspended' }))).toBeNull()
})

test('the note says what was done and how to approve, and names nobody', () => {
  const note = eventOf(
    reportOf({ result: 'withheld', actions: [reported(), reported()], withheld: [heldBack()] }),
  )?.note
  expect(note).toBe(
    '2 users created; 1 withheld. To let these removals pass once: --approve abc, or policy.approvedPlan.',
  )
})

test('a note that fits by characters, and not by bytes, is cut', () => {
  const { note = '' } =
    eventOf(reportOf({ result: 'error', error: error('SCIM_REFUSED', 'é'.repeat(700)) })) ?? {}
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
})

test('the note fits, by bytes, and ends within no character', () => {
  const { note } = eventOf(
    reportOf({ result: 'error', error: error('SCIM_REFUSED', '🙂é'.repeat(1000)) }),
  ) ?? {
    note: '',
  }
  expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
  expect(Buffer.byteLength(note)).toBeGreaterThan(1000)
  expect(note).not.toContain('�')
  expect(note.at(-1)).toBe('…')
})
