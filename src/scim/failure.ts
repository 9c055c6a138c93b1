import type { ErrorCode } from '../errors/catalogue.ts'
import { ScimPushError } from '../errors/error.ts'
import { connectionTrouble } from '../lib/connection-trouble.ts'
import { isObject } from '../lib/json.ts'
import { withoutSecrets, type Secret } from '../lib/secret.ts'

interface Facts {
  /** Short name for logs and metrics: `429`, `503`, `reset`, `timeout`, `malformed`. */
  readonly reason: string
  readonly status: number | null
  readonly transient: boolean
  readonly uncertain: boolean
  readonly afterMs?: number | null
}

/** A try that failed, with what a retry needs to know. */
export class FailedTry extends Error {
  override readonly name = 'FailedTry'
  readonly error: ScimPushError
  readonly reason: string
  readonly status: number | null
  /** Trying again may help. */
  readonly transient: boolean
  /** The service may have carried the request out all the same. */
  readonly uncertain: boolean
  /** A Retry-After. */
  readonly afterMs: number | null

  constructor(error: ScimPushError, facts: Facts) {
    super(error.message, { cause: error })
    this.error = error
    this.reason = facts.reason
    this.status = facts.status
    this.transient = facts.transient
    this.uncertain = facts.uncertain
    this.afterMs = facts.afterMs ?? null
  }

  /** The same, to be tried again no earlier than in so many ms. */
  after(afterMs: number): FailedTry {
    return new FailedTry(this.error, { ...this.facts, afterMs })
  }

  /** The same, which may have been carried out, and can be tried in another way. */
  inDoubt(): FailedTry {
    return new FailedTry(this.error, { ...this.facts, transient: true, uncertain: true })
  }

  private get facts(): Facts {
    const { reason, status, transient, uncertain, afterMs } = this
    return { reason, status, transient, uncertain, afterMs }
  }

  /** The service has too much to do: 429, 503. */
  get isOverload(): boolean {
    return this.status === 429 || this.status === 503
  }

  /** The service wants fewer requests: 429, or a 503 that says when to come back. */
  get asksToSlowDown(): boolean {
    return this.status === 429 || (this.status === 503 && this.afterMs !== null)
  }
}

interface Answer {
  readonly method: string
  /** Method and URL without query. */
  readonly where: string
  readonly status: number
  readonly text: string
  readonly contentType: string
  readonly location: string
  readonly afterMs: number | null
  /** Kept out of what is quoted: a service may echo it. */
  readonly token: Secret
}

/** What an answer with an error status means (RFC 7644 §3.12; 428 is Keeper's for no seats). */
export const failureOfAnswer = (answer: Answer): FailedTry => {
  const { method, where, status, afterMs } = answer
  const { scimType, words } = whatItSaid(answer)
  const fail = (code: ErrorCode, message: string, facts: Partial<Facts> = {}): FailedTry =>
    new FailedTry(new ScimPushError(code, { message: `${message}${words}`, where }), {
      reason: `${status}`,
      status,
      transient: false,
      uncertain: false,
      afterMs,
      ...facts,
    })
  if (status >= 300 && status < 400) {
    return fail('SCIM_REDIRECT', `the endpoint redirects (${status}) to ${hostOf(answer.location)}`)
  }
  // Some services answer 400 here, where RFC 7644 §3.12 has 409.
  if (scimType === 'uniqueness') return fail('SCIM_CONFLICT', `the name or email is taken (${status})`)
  // About what is written; of a read, "the name is taken" would lead nobody anywhere.
  if (method === 'GET' && [409, 412, 413, 428].includes(status))
    return fail('SCIM_REFUSED', `the endpoint refused to be read (${status})`)
  switch (status) {
    case 401:
      return fail('SCIM_UNAUTHORIZED', 'the endpoint refused the token (401)')
    case 403:
      // A token that may not even read is the wrong one; a refused write may be about that one user.
      return fail(method === 'GET' ? 'SCIM_UNAUTHORIZED' : 'SCIM_FORBIDDEN', 'the endpoint forbids it (403)')
    case 404:
      return fail('SCIM_NOT_FOUND', 'not found (404)')
    case 405:
    case 501:
      return fail(
        method === 'PATCH' ? 'SCIM_NO_PATCH' : 'SCIM_REFUSED',
        `the endpoint does not support ${method} (${status})`,
      )
    case 409:
      return fail('SCIM_CONFLICT', 'the name or email is taken (409)')
    case 412:
      return fail('SCIM_REFUSED', 'it was changed by someone else meanwhile (412)')
    case 413:
      return fail('SCIM_TOO_LARGE', 'the request is too large (413)')
    case 428:
      return fail('SCIM_NO_SEATS', 'no seats are left (428)')
    case 429:
      // Refused before it was looked at, so a POST may be repeated too.
      return fail('SCIM_THROTTLED', 'too many requests (429)', { transient: true })
    case 408:
    case 500:
    case 502:
    case 503:
    case 504:
      return fail('SCIM_UNAVAILABLE', `the endpoint failed (${status})`, { transient: true, uncertain: true })
    default:
      return fail('SCIM_REFUSED', `the endpoint refused it (${status})`)
  }
}

/** What a broken connection means. */
export const failureOfConnection = (cause: unknown, where: string): FailedTry => {
  const { reason, message, sent } = connectionTrouble(cause)
  const code = reason === 'tls' ? 'SCIM_TLS' : 'SCIM_UNREACHABLE'
  return new FailedTry(new ScimPushError(code, { message, where, cause }), {
    reason,
    status: null,
    transient: reason !== 'tls',
    uncertain: sent,
  })
}

/** The answer came, but can't be read: cut off, or not JSON. */
export const failureOfBody = (status: number, contentType: string, where: string): FailedTry => {
  const what = /html/i.test(contentType)
    ? 'HTML, as from a proxy or a log-in page'
    : oneLine(contentType).slice(0, MOST) || 'no content type'
  const message = `the answer (${status}) is not JSON: ${what}`
  return new FailedTry(new ScimPushError('SCIM_MALFORMED', { message, where }), {
    reason: 'malformed',
    status,
    transient: true,
    uncertain: true,
  })
}

/** The answer does not end where one has to. Asking again would bring the same. */
export const failureOfLength = (status: number, most: number, where: string): FailedTry => {
  const message = `the answer (${status}) is longer than ${most} bytes`
  return new FailedTry(new ScimPushError('SCIM_MALFORMED', { message, where }), {
    reason: 'malformed',
    status,
    transient: false,
    uncertain: true,
  })
}

/** The service asked for a pause that is longer than the time limit: nothing was sent, and waiting would be in vain. */
export const failureOfHold = (heldMs: number, method: string, url: string): FailedTry => {
  const message = `the endpoint asked for a pause that lasts another ${Math.ceil(heldMs / 1000)} s`
  return new FailedTry(new ScimPushError('SCIM_THROTTLED', { message, where: `${method} ${url}` }), {
    reason: '429',
    status: null,
    transient: false,
    uncertain: false,
  })
}

/** So much of the endpoint's own words is quoted. */
const MOST = 300

/** `scimType` and `detail` of a SCIM error (RFC 7644 §3.12), on one line and bounded. */
const whatItSaid = ({
  text,
  contentType,
  token,
}: Answer): { readonly scimType: string; readonly words: string } => {
  const hidden = [token.reveal()]
  if (!/json/i.test(contentType)) {
    const type = oneLine(withoutSecrets(contentType, hidden)).slice(0, MOST) || 'of no type'
    return { scimType: '', words: text.trim() === '' ? '' : `; the answer is ${type}` }
  }
  try {
    const body: unknown = JSON.parse(text)
    if (!isObject(body)) return { scimType: '', words: '' }
    const scimType = typeof body['scimType'] === 'string' ? body['scimType'] : ''
    const detail = body['detail'] ?? body['message']
    const whole = [scimType, typeof detail === 'string' ? detail : '']
      .filter((part) => part !== '')
      .join(': ')
    const said = oneLine(withoutSecrets(whole, hidden))
    return { scimType, words: said && `: ${said.length > MOST ? `${said.slice(0, MOST)}…` : said}` }
  } catch {
    return { scimType: '', words: '' }
  }
}

const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')

const hostOf = (location: string): string => {
  try {
    return new URL(location).host
  } catch {
    return 'another path'
  }
}
