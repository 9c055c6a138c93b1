import { expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from './report.ts'
import { digest } from './digest.ts'

const error = new ScimPushError('LOCK_LOST', { message: 'gone' })

test.each<[string, Partial<RunReport>, string]>([
  ['nothing to do', {}, 'nothing to change.'],
  [
    'what was done',
    { actions: [reported(), reported(), reported({ kind: 'membership.remove' })] },
    '2 users created, 1 membership removed.',
  ],
  [
    'what failed',
    {
      actions: [
        reported({ outcome: { status: 'failed', error } }),
        reported({ outcome: { status: 'skipped', reason: '' } }),
      ],
    },
    'nothing to change; 1 failed; 1 skipped.',
  ],
  [
    'what is withheld and wants a look',
    { withheld: [heldBack(), heldBack({ reason: 'protected' })] },
    'nothing to change; 1 withheld.',
  ],
  ['a dry run', { dryRun: true, actions: [reported({ outcome: null })] }, 'Dry run: 1 user to be created.'],
  ['cut short', { actions: [reported()], error }, '1 user created; LOCK_LOST: gone.'],
  ['no plan', { planHash: null, error }, 'LOCK_LOST: gone'],
  ['suspended', { planHash: null, result: 'suspended' }, 'Suspended: nothing was read or written.'],
])('%s', (_, more, expected) => {
  expect(digest(reportOf(more))).toBe(expected)
})
