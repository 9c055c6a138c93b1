import { clipped } from '../lib/clipped.ts'
import { catalogue, type ErrorCode, type Failure } from './catalogue.ts'

/** Enough for a list of problems; what a server or a file says in one may be of any length. */
const LONGEST_MESSAGE = 16_000
const LONGEST_PLACE = 2000

export interface ErrorDetails {
  /** What happened, with the names that matter in it. Never a secret. */
  readonly message: string
  /** The URL without query, the file, the configuration path, the group: where to look. */
  readonly where?: string
  /** Overrides the catalogue's remedy where the place of the error allows a better one. */
  readonly remedy?: string
  /** A write that may have been carried out all the same: no answer said so. */
  readonly mayBeDone?: boolean
  readonly cause?: unknown
}

/**
 * Every error that reaches a person. `code` is stable and documented in docs/errors.md; `failure` decides the exit code;
 * `cause` is kept for debugging and is never printed at levels above debug.
 */
export class ScimPushError extends Error {
  override readonly name = 'ScimPushError'
  readonly code: ErrorCode
  readonly failure: Failure
  readonly where: string | null
  readonly remedy: string
  readonly mayBeDone: boolean

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(
      clipped(details.message, LONGEST_MESSAGE),
      details.cause === undefined ? {} : { cause: details.cause },
    )
    this.code = code
    this.failure = catalogue[code].failure
    this.where = details.where === undefined ? null : clipped(details.where, LONGEST_PLACE)
    this.remedy = details.remedy ?? catalogue[code].remedy
    this.mayBeDone = details.mayBeDone ?? false
  }
}
