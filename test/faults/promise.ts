import { catalogue, type ErrorCode } from '../../src/errors/catalogue.ts'
import { exitCodeOf, resultOfFailure } from '../../src/report/exit-code.ts'

/** The fault hits one request; or that and all that go to the service after it. */
export type How = 'once' | 'from then on'

/**
 * What becomes of a run:
 * - `recovered`: it sees through it, and does all that it would have done
 * - `believed`: what is to be deleted, or was in a list, and is "not found" counts as gone; the next run sees what is there
 * - `gap`: what depends on what was not read is frozen, all else is done
 * - `action failed`: what was hit is reported as failed, all else is tried
 * - `warned`: the log says so, and the run is none the worse
 * - `ended`: nothing was written
 * - `stopped`: what was not written by then is left to the next run
 */
type Outcome = 'recovered' | 'believed' | 'warned' | 'gap' | 'action failed' | 'ended' | 'stopped'

export interface Promised {
  readonly outcome: Outcome
  readonly exit: number
  /** Of the run, or of what failed. A gap has none: it names what was not read, and why. */
  readonly code: ErrorCode | null
}

export const recovered: Promised = { outcome: 'recovered', exit: 0, code: null }
export const believed: Promised = { outcome: 'believed', exit: 0, code: null }
export const gap: Promised = { outcome: 'gap', exit: 3, code: null }
export const warned = (code: ErrorCode): Promised => ({ outcome: 'warned', exit: 0, code })
export const failed = (code: ErrorCode): Promised => ({ outcome: 'action failed', exit: 4, code })
export const ended = (code: ErrorCode): Promised => ({
  outcome: 'ended',
  exit: exitCodeOf(resultOfFailure(catalogue[code].failure)),
  code,
})
/** Refused credentials are 77; a service that went away is 4, since something was written, or may have been. */
export const stopped = (code: ErrorCode): Promised => ({
  outcome: 'stopped',
  exit: catalogue[code].failure === 'credentials' ? 77 : 4,
  code,
})
/** It was the first write, and the service said that it did not do it. */
export const stoppedUnwritten = (code: ErrorCode): Promised => ({ ...ended(code), outcome: 'stopped' })
