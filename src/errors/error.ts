import { catalogue, type ErrorCode, type Failure } from './catalogue.ts'

export interface ErrorDetails {
  /** What happened, with the names that matter in it. Never a secret. */
  readonly message: string
  /** The URL without query, the file, the configuration path, the group: where to look. */
  readonly where?: string
  /** Overrides the catalogue's remedy where the place of the error allows a better one. */
  readonly remedy?: string
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

  constructor(code: ErrorCode, details: ErrorDetails) {
    super(details.message, details.cause === undefined ? {} : { cause: details.cause })
    this.code = code
    this.failure = catalogue[code].failure
    this.where = details.where ?? null
    this.remedy = details.remedy ?? catalogue[code].remedy
  }
}
