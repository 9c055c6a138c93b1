import type { ErrorCode } from '../../errors/catalogue.ts'
import { ScimPushError } from '../../errors/error.ts'
import { isObject } from '../../lib/json.ts'
import { retryAfterMs } from '../../lib/retry.ts'
import { withoutSecrets } from '../../lib/secret.ts'
import { scopes as allScopes } from './scopes.ts'

/** A try that failed, with what a retry needs to know. */
export class FailedTry extends Error {
  override readonly name = 'FailedTry'
  readonly error: ScimPushError
  readonly status: number | null
  /** Short name for logs and metrics: `429`, `quotaExceeded`, `ECONNRESET`. */
  readonly reason: string
  readonly transient: boolean
  readonly afterMs: number | null

  constructor(
    error: ScimPushError,
    facts: {
      readonly status: number | null
      readonly reason: string
      readonly transient: boolean
      readonly afterMs?: number | null
    },
  ) {
    super(error.message, { cause: error })
    this.error = error
    this.status = facts.status
    this.reason = facts.reason
    this.transient = facts.transient
    this.afterMs = facts.afterMs ?? null
  }
}

/** An answer with an error status. */
export interface ErrorAnswer {
  readonly status: number
  readonly body: unknown
  readonly retryAfter: string | null
  readonly where: string
  readonly nowMs: number
  /** What was sent and must not be repeated, should the answer have it. */
  readonly secrets: readonly string[]
}

/** Reasons that pass with time (Directory API, "Limits and quotas" and "Resolve errors"). */
const QUOTA = new Set(['userRateLimitExceeded', 'rateLimitExceeded', 'quotaExceeded'])

/** What an error of the Directory API means: `{error: {code, message, errors: [{reason}]}}`. */
export const failureOfApi = ({ status, body, retryAfter, where, nowMs, secrets }: ErrorAnswer): FailedTry => {
  const error = isObject(body) && isObject(body['error']) ? body['error'] : {}
  const [first] = Array.isArray(error['errors']) ? (error['errors'] as readonly unknown[]) : []
  const reason = isObject(first) ? nameOf(first['reason']) : ''
  const words = typeof error['message'] === 'string' ? `: ${oneLine(error['message'], secrets)}` : ''
  const fail = (code: ErrorCode, message: string, transient = false): FailedTry =>
    new FailedTry(new ScimPushError(code, { message: `${message}${words}`, where }), {
      status,
      reason: reason || `${status}`,
      transient,
      afterMs: retryAfterMs(retryAfter, nowMs),
    })
  if (status === 429 || (status === 403 && QUOTA.has(reason)))
    return fail('GOOGLE_QUOTA', `too many requests (${reason || status})`, true)
  if (reason === 'dailyLimitExceeded') return fail('GOOGLE_QUOTA', 'the quota of the day is used up')
  if ([408, 500, 502, 503, 504].includes(status))
    return fail('GOOGLE_UNAVAILABLE', `Google failed (${status})`, true)
  if (status === 401) return fail('GOOGLE_REFUSED_TOKEN', 'Google refused the token (401)')
  if (status === 403 && reason === 'accessNotConfigured')
    return fail('GOOGLE_API_DISABLED', 'the Admin SDK API is not enabled')
  if (status === 403 && reason === 'insufficientPermissions')
    return fail('GOOGLE_SCOPE_MISSING', 'the token lacks a scope')
  if (status === 403) return fail('GOOGLE_FORBIDDEN', 'Google forbids it')
  if (status === 400 && /customer/i.test(words))
    return fail('GOOGLE_CUSTOMER', 'Google knows no such customer')
  if (status === 400) return fail('GOOGLE_INVALID', 'Google finds the request invalid (400)')
  if (status === 404) return fail('GOOGLE_NOT_FOUND', 'not found')
  return fail('GOOGLE_REFUSED', `Google refused it (${status})`)
}

/** What a token was asked for. */
interface Asked {
  readonly subject: string
  /** Empty where the key file has none. */
  readonly clientId: string
  readonly scopes: readonly string[]
}

/** What an error of the token endpoint means: `{error, error_description}` (RFC 6749 §5.2). */
export const failureOfToken = (
  { status, body, retryAfter, where, nowMs, secrets }: ErrorAnswer,
  { subject, clientId, scopes }: Asked,
): FailedTry => {
  const { error, error_description: description } = isObject(body) ? body : {}
  const words = oneLine([error, description].filter((part) => typeof part === 'string').join(': '), secrets)
  const fail = (
    code: ErrorCode,
    message: string,
    more: { transient?: true; remedy?: string } = {},
  ): FailedTry =>
    new FailedTry(
      new ScimPushError(code, {
        message: words === '' ? message : `${message} (${words})`,
        where,
        ...(more.remedy === undefined ? {} : { remedy: more.remedy }),
      }),
      {
        status,
        reason: nameOf(error) || `${status}`,
        transient: more.transient ?? false,
        afterMs: retryAfterMs(retryAfter, nowMs),
      },
    )
  if (status === 408 || status === 429 || status >= 500)
    return fail('GOOGLE_UNAVAILABLE', `the token endpoint failed (${status})`, { transient: true })
  // Refusals come as 400, 401 or 403 (RFC 6749 §5.2); another status is somebody else's, whatever the body says.
  if (typeof error !== 'string' || ![400, 401, 403].includes(status))
    return fail('GOOGLE_MALFORMED', `what answered is no token endpoint (${status})`, {
      remedy:
        'Check proxies, which have to let oauth2.googleapis.com pass, and spec.source.google.tokenUrl where it is set.',
    })
  switch (error) {
    case 'unauthorized_client':
    case 'access_denied':
    case 'invalid_scope':
      return fail(
        'GOOGLE_SCOPES_NOT_DELEGATED',
        `the client id ${clientId || 'of the service account'} has not been granted ${scopes.join(' ')}`,
        {
          remedy: `Google Admin console → Security → Access and data control → API controls → Domain-wide delegation: ${clientId ? `the client id ${clientId}` : "the service account's client id"} needs the scopes ${allScopes.join(',')}. It may take some minutes to work.`,
        },
      )
    case 'invalid_grant':
      if (/short-lived|iat and exp|reasonable timeframe/i.test(words))
        return fail('GOOGLE_CLOCK', 'the clock is wrong')
      if (/audience/i.test(words))
        return fail('GOOGLE_REFUSED_TOKEN', 'the token endpoint goes by another URL', {
          remedy:
            'Check spec.source.google.tokenUrl: it has to be the URL that the token endpoint has for itself.',
        })
      if (/signature|account not found|key/i.test(words))
        return fail('GOOGLE_KEY_REVOKED', 'the key of the service account is not accepted')
      return fail('GOOGLE_WRONG_SUBJECT', `Google does not know the administrator ${subject}`)
    default:
      return fail('GOOGLE_REFUSED_TOKEN', `no token (${status})`)
  }
}

/** A connection that failed, a time-out, or an answer that could not be read. */
export const failureOfConnection = (cause: unknown, where: string): FailedTry => {
  const reason = codeOf(cause)
  if (reason === 'ANSWER_TOO_LONG')
    return new FailedTry(
      new ScimPushError('GOOGLE_MALFORMED', {
        message: 'the answer is too long for one of Google',
        where,
        cause,
      }),
      { status: null, reason, transient: false },
    )
  const distrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(reason)
  const message = distrusted ? 'the certificate was not accepted' : 'no answer that could be read'
  return new FailedTry(
    new ScimPushError('GOOGLE_UNAVAILABLE', {
      message: `${message} (${reason})`,
      where,
      cause,
      ...(distrusted && {
        remedy:
          'Look at the certificate that this host is shown. A proxy that opens TLS needs its authority in NODE_EXTRA_CA_CERTS.',
      }),
    }),
    { status: null, reason, transient: !distrusted },
  )
}

const codeOf = (cause: unknown): string => {
  if (!isObject(cause)) return 'unknown'
  // The innermost code says most: the outer ones are wrappers'.
  const inner = isObject(cause['cause']) ? codeOf(cause['cause']) : 'unknown'
  if (inner !== 'unknown' && inner !== 'Error') return inner
  if (typeof cause['code'] === 'string' && cause['code'] !== '') return cause['code']
  return typeof cause['name'] === 'string' ? cause['name'] : 'unknown'
}

const oneLine = (text: string, secrets: readonly string[]): string =>
  withoutSecrets(text, secrets)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 300)

/** A reason becomes a metric's label: what is no name is none. */
const nameOf = (reason: unknown): string =>
  typeof reason === 'string' && /^[A-Za-z_]{1,40}$/.test(reason) ? reason : ''
