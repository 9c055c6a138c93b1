import type { ErrorCode } from './catalogue.ts'
import { ScimPushError } from './error.ts'

/** Whether it is an error of ours with that code. */
export const hasCode = (error: unknown, code: ErrorCode): error is ScimPushError =>
  error instanceof ScimPushError && error.code === code
