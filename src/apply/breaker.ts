import type { ScimPushError } from '../errors/error.ts'

export interface Breaker {
  /** Why nothing more is to be tried; null to go on. */
  open(): string | null
  succeeded(): void
  failed(error: ScimPushError): void
  fatal(): ScimPushError | null
}

/** So many writes in a row that did not reach the target, each after all its retries, and it is not coming back for this run. */
const UNREACHABLE_IN_A_ROW = 3

/** Ends the writing when going on is pointless: credentials refused, or the target gone. */
export const createBreaker = (): Breaker => {
  let fatal: ScimPushError | null = null
  let unreachable = 0
  return {
    open: () => (fatal === null ? null : `the run ended with ${fatal.code}`),
    succeeded() {
      unreachable = 0
    },
    failed(error) {
      unreachable = error.failure === 'unreachable' ? unreachable + 1 : 0
      if (error.failure === 'credentials' || unreachable >= UNREACHABLE_IN_A_ROW) fatal ??= error
    },
    fatal: () => fatal,
  }
}
