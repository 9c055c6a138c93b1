import { sign } from 'node:crypto'
import type { Clock } from '../../lib/clock.ts'
import type { OnRequest } from '../../lib/requests.ts'
import { retry, type RetryDecision, type RetryPolicy } from '../../lib/retry.ts'
import { isObject } from '../../lib/json.ts'
import { Secret } from '../../lib/secret.ts'
import type { ServiceAccount } from './credentials.ts'
import { FailedTry, failureOfConnection, failureOfToken } from './failure.ts'

export interface TokenOptions {
  readonly account: ServiceAccount
  /** The administrator on whose behalf it is asked. */
  readonly subject: string
  readonly tokenUrl: string
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy: RetryPolicy
  readonly onRequest: OnRequest
  /** From the request to the last byte of its answer. */
  readonly answerMs: number
}

export interface TokenSource {
  /** A token that is good for some minutes at least, from memory where there is one. @throws ScimPushError */
  token(signal: AbortSignal): Promise<Secret>
  /** Forgets the token: it was refused before its time. */
  forget(token: Secret): void
}

/** A new token is asked for so long before the old one ends. */
const EARLY_MS = 5 * 60_000
const LIFETIME_SECONDS = 3600

/**
 * Access tokens for a service account with domain-wide delegation (RFC 7523; Google: "Using OAuth 2.0 for server to server
 * applications"). google-auth-library has the token URL and the audience built in, so the assertion is signed here.
 */
export const createTokenSource = (options: TokenOptions, scopes: readonly string[]): TokenSource => {
  const { clock, random, retryPolicy: policy } = options
  let held: { readonly token: Secret; readonly until: number } | null = null
  let asking: Promise<Secret> | null = null

  const ask = async (signal: AbortSignal): Promise<Secret> => {
    try {
      const { token, seconds } = await retry((n) => requestToken(options, scopes, signal, n), decide, {
        clock,
        random,
        policy,
        signal,
      })
      held = { token, until: clock.now() + seconds * 1000 - EARLY_MS }
      return token
    } catch (error) {
      throw error instanceof FailedTry ? error.error : error
    }
  }
  return {
    async token(signal) {
      if (held && clock.now() < held.until) return held.token
      // Ten readers that find no token ask once.
      asking ??= ask(signal).finally(() => {
        asking = null
      })
      return asking
    },
    forget(token) {
      if (held?.token === token) held = null
    },
  }
}

const decide = (error: unknown): RetryDecision =>
  error instanceof FailedTry && error.transient ? { retry: true, afterMs: error.afterMs } : { retry: false }

const requestToken = async (
  { account, subject, tokenUrl, fetch, clock, onRequest, answerMs }: TokenOptions,
  scopes: readonly string[],
  signal: AbortSignal,
  attempt: number,
): Promise<{ readonly token: Secret; readonly seconds: number }> => {
  const path = new URL(tokenUrl).pathname
  const where = `POST ${path}`
  const started = clock.monotonic()
  const report = (status: number | null, retryReason: string | null): void =>
    onRequest({
      system: 'google',
      method: 'POST',
      path,
      status,
      durationMs: clock.monotonic() - started,
      attempt,
      retry: retryReason,
    })
  const issued = Math.floor(clock.now() / 1000)
  const assertion = signAssertion(account, {
    iss: account.clientEmail,
    sub: subject,
    aud: tokenUrl,
    scope: scopes.join(' '),
    iat: issued,
    exp: issued + LIFETIME_SECONDS,
  })
  try {
    let status: number
    let body: unknown
    let retryAfter: string | null
    try {
      const response = await fetch(tokenUrl, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
      })
      status = response.status
      retryAfter = response.headers.get('retry-after')
      const text = await response.text()
      body = response.ok ? (JSON.parse(text) as unknown) : parseOrNull(text)
    } catch (cause) {
      throw failureOfConnection(cause, where)
    }
    if (status !== 200) {
      throw failureOfToken(
        { status, body, retryAfter, where, nowMs: clock.now(), secrets: [assertion] },
        { subject, clientId: account.clientId, scopes },
      )
    }
    if (!isObject(body) || typeof body['access_token'] !== 'string')
      throw failureOfConnection({ name: 'no access_token' }, where)
    const seconds = typeof body['expires_in'] === 'number' ? body['expires_in'] : LIFETIME_SECONDS
    report(status, null)
    return { token: new Secret(body['access_token']), seconds }
  } catch (error) {
    if (error instanceof FailedTry) report(error.status, error.transient ? error.reason : null)
    throw error
  }
}

const signAssertion = ({ keyId, privateKey }: ServiceAccount, claims: object): string => {
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
  const unsigned = `${encode({ alg: 'RS256', typ: 'JWT', ...(keyId && { kid: keyId }) })}.${encode(claims)}`
  return `${unsigned}.${sign('RSA-SHA256', Buffer.from(unsigned), privateKey).toString('base64url')}`
}

const parseOrNull = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}
