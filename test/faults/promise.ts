import type { ErrorCode } from '../../src/errors/catalogue.ts'

export type How = 'once' | 'from then on'

/**
 * What becomes of a run:
 * - `recovered`: it sees through it, and does all that it would have done
 * - `gap`: what depends on what was not read is frozen, all else is done
 * - `action failed`: what was hit is reported as failed, all else is done
 * - `ended`: nothing was written
 * - `stopped`: what was not written by then is left to the next run
 */
export type Outcome = 'recovered' | 'gap' | 'action failed' | 'ended' | 'stopped'

export interface Promised {
  readonly outcome: Outcome
  readonly exit: number
  /** Of the run, of what failed, or named by what was not read; null where there is nothing to say. */
  readonly code: ErrorCode | null
}
