import { checks, type CheckName } from './checks.ts'

/** One result of `scim-push check`. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  /** Stable and kebab-case, for machines: `google-scope`, `ad-tls`, `scim-users`. */
  readonly check: CheckName
  /** What was found, in one sentence. */
  readonly message: string
  /** What to do about it; empty when there is nothing to do. */
  readonly remedy: string
}

export const fine = (check: CheckName, message: string): Finding => ({
  level: 'ok',
  check,
  message,
  remedy: '',
})

/** Worth a look; a push is done all the same. */
export const doubt = (check: CheckName, message: string, remedy: string = checks[check].remedy): Finding => ({
  level: 'warning',
  check,
  message,
  remedy,
})

/** A push would fail, or would leave something undone that was asked for. */
export const fault = (check: CheckName, message: string, remedy: string = checks[check].remedy): Finding => ({
  level: 'error',
  check,
  message,
  remedy,
})

interface Failure {
  readonly code: string
  readonly message: string
  readonly remedy: string
}

/** What failed, as a finding. */
export const failed = (check: CheckName, { code, message, remedy }: Failure): Finding =>
  fault(check, `${code}: ${message}`, remedy)
