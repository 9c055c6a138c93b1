import { ScimPushError } from '../errors/error.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { isObject } from '../lib/json.ts'

/** A try that failed, with what a retry needs to know. */
export class FailedTry extends Error {
  override readonly name = 'FailedTry'
  readonly error: ScimPushError
  /** Short name for logs and metrics: `429`, `503`, `ECONNRESET`, `malformed`. */
  readonly reason: string
  readonly status: number | null
  /** Trying again may help. */
  readonly transient: boolean
  /** The service may have carried the request out all the same. */
  readonly uncertain: boolean
  readonly afterMs: number | null

  constructor(
    error: ScimPushError,
    facts: {
      readonly reason: string
      readonly status: number | null
      readonly transient: boolean
      readonly uncertain: boolean
      readonly afterMs?: number | null
    },
  ) {
    super(error.message, { cause: error })
    this.error = error
    this.reason = facts.reason
    this.status = facts.status
    this.transient = facts.transient
    this.uncertain = facts.uncertain
    this.afterMs = facts.afterMs ?? null
  }
}

interface Answer {
  readonly method: string
  readonly where: string
  readonly status: number
  readonly text: string
  readonly contentType: string
  readonly location: string
  readonly afterMs: number | null
}

/** What an answer with an error status means (RFC 7644 §3.12; 428 is Keeper's for no seats). */
export const failureOfAnswer = (answer: Answer): FailedTry => {
  const { method, where, status } = answer
  const read = method === 'GET'
  const said = whatItSaid(answer)
  const fail = (
    code: ErrorCode,
    message: string,
    facts: { transient?: boolean; uncertain?: boolean; remedy?: string } = {},
  ) =>
    new FailedTry(
      new ScimPushError(code, {
        message: `${message}${said}`,
        where: `${method} ${where}`,
        ...(facts.remedy === undefined ? {} : { remedy: facts.remedy }),
      }),
      {
        reason: `${status}`,
        status,
        transient: facts.transient ?? false,
        uncertain: facts.uncertain ?? false,
        afterMs: answer.afterMs,
      },
    )
  if (status >= 300 && status < 400) {
    return fail('SCIM_REDIRECT', `the endpoint redirects (${status}) to ${hostOf(answer.location)}`)
  }
  switch (status) {
    case 401:
      return fail('SCIM_UNAUTHORIZED', 'the endpoint refused the token (401)')
    case 403:
      return fail(read ? 'SCIM_UNAUTHORIZED' : 'SCIM_FORBIDDEN', 'the endpoint forbids it (403)')
    case 404:
      return fail('SCIM_NOT_FOUND', 'not found (404)')
    case 409:
      return fail('SCIM_CONFLICT', 'the name or email is taken (409)')
    case 413:
      return fail('SCIM_TOO_LARGE', 'the request is too large (413)')
    case 428:
      return fail('SCIM_NO_SEATS', 'no seats are left (428)')
    case 429:
      // Refused before it was looked at, so a POST may be repeated too.
      return fail('SCIM_THROTTLED', 'too many requests (429)', { transient: true })
    case 500:
    case 502:
    case 503:
    case 504:
      return fail('SCIM_UNAVAILABLE', `the endpoint failed (${status})`, { transient: true, uncertain: true })
    default:
      return fail('SCIM_REFUSED', `the endpoint refused it (${status})`)
  }
}

/** What a broken connection means. `code` is Node's or undici's. */
export const failureOfConnection = (cause: unknown, method: string, where: string): FailedTry => {
  const code = codeOf(cause)
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new FailedTry(
      new ScimPushError('SCIM_TLS', {
        message: `the certificate was not accepted (${code})`,
        where: `${method} ${where}`,
        cause,
      }),
      { reason: code, status: null, transient: false, uncertain: false },
    )
  }
  // Refused or not resolved: nothing was sent. Everything else may have arrived.
  const unsent = [
    'ECONNREFUSED',
    'ENOTFOUND',
    'EAI_AGAIN',
    'UND_ERR_CONNECT_TIMEOUT',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ].includes(code)
  return new FailedTry(
    new ScimPushError('SCIM_UNREACHABLE', {
      message: `no answer (${code})`,
      where: `${method} ${where}`,
      cause,
    }),
    { reason: code, status: null, transient: true, uncertain: !unsent },
  )
}

/** The answer came, but can't be read: cut off, or not JSON. */
export const failureOfBody = (
  status: number,
  contentType: string,
  method: string,
  where: string,
): FailedTry => {
  const what = /html/i.test(contentType)
    ? 'HTML, as from a proxy or a log-in page'
    : contentType || 'no content type'
  return new FailedTry(
    new ScimPushError('SCIM_MALFORMED', {
      message: `the answer (${status}) is not JSON: ${what}`,
      where: `${method} ${where}`,
    }),
    { reason: 'malformed', status, transient: true, uncertain: true },
  )
}

const codeOf = (cause: unknown): string => {
  if (!isObject(cause)) return 'unknown'
  const { code } = cause
  if (typeof code === 'string' && code !== '') return code
  if ('cause' in cause && cause['cause'] !== cause) return codeOf(cause['cause'])
  return typeof cause['name'] === 'string' ? cause['name'] : 'unknown'
}

const MOST = 300

/** The endpoint's own words: `detail` and `scimType` of a SCIM error, bounded and on one line. */
const whatItSaid = ({ text, contentType }: Answer): string => {
  if (!/json/i.test(contentType))
    return text.trim() === '' ? '' : `; the answer is ${contentType || 'of no type'}`
  try {
    const body: unknown = JSON.parse(text)
    if (!isObject(body)) return ''
    const words = [body['scimType'], body['detail'] ?? body['message']].filter(
      (word) => typeof word === 'string' && word !== '',
    )
    const said = words.join(': ').replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    return said === '' ? '' : `: ${said.length > MOST ? `${said.slice(0, MOST)}…` : said}`
  } catch {
    return ''
  }
}

const hostOf = (location: string): string => {
  try {
    return new URL(location).host
  } catch {
    return 'another path'
  }
}
