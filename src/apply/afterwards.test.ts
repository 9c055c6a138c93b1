import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memoryTarget } from '../../test/fixtures/memory-target.ts'
import { anyPolicy, anyTarget, wholeSnapshot } from '../../test/fixtures/arbitraries.ts'
import { ScimPushError } from '../errors/error.ts'
import { fingerprintsOf } from '../plan/fingerprint.ts'
import { computePlan } from '../plan/plan.ts'
import { afterwards } from './afterwards.ts'
import { apply } from './apply.ts'

test('whatever is done and whatever fails, it is what the target holds then', async () => {
  await fc.assert(
    fc.asyncProperty(
      wholeSnapshot,
      anyTarget,
      anyPolicy,
      fc.constantFrom('user' as const, 'group' as const),
      fc.array(fc.boolean(), { maxLength: 12 }),
      async (desired, current, policy, side, faults) => {
        let n = 0
        const before = (call: string): void => {
          if (call !== 'read' && faults[n++]) throw new ScimPushError('SCIM_REFUSED', { message: 'no' })
        }
        const target = memoryTarget({ ...current, side, before })
        const plan = computePlan(desired, current, policy)
        const result = await apply(plan, target, {
          concurrency: 1,
          stop: new AbortController().signal,
          onOutcome: () => undefined,
        })
        const foretold = afterwards(current, result)
        expect(fingerprintsOf(desired, foretold)).toEqual(fingerprintsOf(desired, target.state()))
      },
    ),
    { numRuns: 300 },
  )
})
