import type { ApplyResult, Outcome } from '../apply/outcome.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { Plan } from '../plan/plan.ts'
import { needsAttention } from './attention.ts'
import { resultOfFailure, type Result } from './exit-code.ts'

interface Ending {
  readonly error: ScimPushError | null
  readonly plan: Plan | null
  readonly applied: Pick<ApplyResult, 'outcomes'> | null
  readonly dryRun: boolean
  readonly interrupted: boolean
}

/**
 * How a run ended, the gravest first: stopped by a signal, by an error, failed actions, something withheld that wants a look,
 * changes found in a dry run, converged. A target that vanishes after the first write is `partial`: `unreachable` promises
 * that nothing was written, which nobody knows of a write without an answer either.
 */
export const resultOf = ({ error, plan, applied, dryRun, interrupted }: Ending): Result => {
  const outcomes = [...(applied?.outcomes.values() ?? [])]
  const unfinished = outcomes.some(({ status }) => status !== 'succeeded')
  // A signal that came when all was done ends nothing.
  if (interrupted && (plan === null || unfinished)) return 'interrupted'
  if (error) {
    const result = resultOfFailure(error.failure)
    return result === 'unreachable' && outcomes.some(mayHaveWritten) ? 'partial' : result
  }
  if (unfinished) return 'partial'
  if (plan && (plan.gaps.length > 0 || plan.withheld.some(needsAttention))) return 'withheld'
  if (dryRun && plan && plan.stages.length > 0) return 'changes'
  return 'converged'
}

const mayHaveWritten = (outcome: Outcome): boolean =>
  outcome.status === 'succeeded' || (outcome.status === 'failed' && outcome.error.mayBeDone)
