/** LDAP result codes that are acted upon (RFC 4511 §4.1.9 and appendix A). */
export const resultCode = {
  success: 0,
  operationsError: 1,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  strongerAuthRequired: 8,
  referral: 10,
  confidentialityRequired: 13,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
} as const

const names: Readonly<Record<number, string>> = {
  1: 'operationsError',
  2: 'protocolError',
  3: 'timeLimitExceeded',
  4: 'sizeLimitExceeded',
  7: 'authMethodNotSupported',
  8: 'strongerAuthRequired',
  10: 'referral',
  11: 'adminLimitExceeded',
  12: 'unavailableCriticalExtension',
  13: 'confidentialityRequired',
  32: 'noSuchObject',
  34: 'invalidDNSyntax',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  80: 'other',
}

/** What a server answered when it did not do what it was asked. */
export interface Refusal {
  readonly status: number
  /** The server's own words, cleaned; empty when it gave none. */
  readonly diagnostic: string
}

/** Active Directory ends its diagnostics with a NUL; a log line takes one line. */
export const cleanDiagnostic = (text: string): string =>
  text
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 300)

/** `busy (51): the server's words`. */
export const describeRefusal = ({ status, diagnostic }: Refusal): string =>
  `${names[status] ?? 'result code'} (${status})${diagnostic === '' ? '' : `: ${diagnostic}`}`

/** A state that passes by itself. */
export const isTransient = (status: number): boolean =>
  status === resultCode.busy || status === resultCode.unavailable
