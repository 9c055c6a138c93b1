import type { ScimPushError } from '../errors/error.ts'

export interface Breaker {
  /** Why nothing more is to be tried; null to go on. */
  open(): string | null
  succeeded(): void
  /** @param ofNew whether the write was to create something, so that nobody else can have been hit */
  failed(error: ScimPushError, ofNew: boolean): void
  fatal(): ScimPushError | null
}

/** So many writes in a row that did not reach the target, each after all its retries, and it is not coming back for this run. */
const UNREACHABLE_IN_A_ROW = 3

/**
 * Ends the writing when going on is pointless or dangerous: credentials refused, the target gone, or a change of one user or group
 * answered with another one, after which nobody knows whom the next change hits.
 */
export const createBreaker = (): Breaker => {
  let fatal: ScimPushError | null = null
  let unreachable = 0
  return {
    open: () => (fatal === null ? null : `the run ended with ${fatal.code}`),
    succeeded() {
      unreachable = 0
    },
    failed(error, ofNew) {
      unreachable = error.failure === 'unreachable' ? unreachable + 1 : 0
      const mixedUp = error.code === 'SCIM_WRONG_RESOURCE' && !ofNew
      if (error.failure === 'credentials' || mixedUp || unreachable >= UNREACHABLE_IN_A_ROW) fatal ??= error
    },
    fatal: () => fatal,
  }
}
