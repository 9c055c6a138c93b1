import { ScimPushError } from './error.ts'

/** The error itself when it is one of ours; else a defect (`INTERNAL`) that keeps it as its cause. */
export const toScimPushError = (cause: unknown): ScimPushError =>
  cause instanceof ScimPushError
    ? cause
    : new ScimPushError('INTERNAL', {
        message: cause instanceof Error ? cause.message : 'something was thrown that is no error',
        cause,
      })
