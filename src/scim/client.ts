import { request, type Dispatcher } from 'undici'
import type { Clock } from '../lib/clock.ts'
import type { OnRequest } from '../lib/requests.ts'
import { retry, retryAfterMs, type RetryPolicy } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import { FailedTry, failureOfAnswer, failureOfBody, failureOfConnection } from './failure.ts'
import type { Throttle } from './throttle.ts'

export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL, with a leading slash: `/Users`. Ids in it are encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
}

export interface ScimResponse {
  readonly status: number
  /** Parsed JSON; null where there is no body. */
  readonly body: unknown
}

export interface ScimClient {
  /**
   * Sends until it is answered: GET, PUT, PATCH and DELETE are repeated after transient failures.
   * @throws ScimPushError
   */
  send(request: ScimRequest): Promise<ScimResponse>
  /**
   * Sends a POST. After a failure that leaves open whether it was carried out, `lookUp` is asked first; what it finds is the
   * answer, and only when it finds nothing is the POST sent again.
   * @throws ScimPushError
   */
  create<T>(
    request: ScimRequest,
    accept: (response: ScimResponse) => T,
    lookUp: () => Promise<T | null>,
  ): Promise<T>
}

interface Options {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly token: Secret
  readonly userAgent: string
  readonly dispatcher: Dispatcher
  readonly throttle: Throttle
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy: RetryPolicy
  readonly signal?: AbortSignal
}

/** A SCIM client over one bounded pool of connections. */
export const createScimClient = (options: Options): ScimClient => {
  const { clock, random, retryPolicy: policy, signal, throttle } = options
  const context = { clock, random, policy, ...(signal ? { signal } : {}) }
  const mayRetry = (
    error: unknown,
  ): { readonly retry: true; readonly afterMs: number | null } | { readonly retry: false } =>
    error instanceof FailedTry && error.transient ? { retry: true, afterMs: error.afterMs } : { retry: false }

  const attempt = async (scim: ScimRequest, n: number): Promise<ScimResponse> => {
    try {
      return await throttle.run(() => sendOnce(options, scim, n))
    } catch (error) {
      if (
        error instanceof FailedTry &&
        (error.status === 429 || (error.status === 503 && error.afterMs !== null))
      ) {
        throttle.slowDown(error.afterMs)
      }
      throw error
    }
  }
  const unwrap = (error: unknown): never => {
    throw error instanceof FailedTry ? error.error : error
  }

  return {
    send: (scim) => retry((n) => attempt(scim, n), mayRetry, context).catch(unwrap),
    create(scim, accept, lookUp) {
      let uncertain = false
      const once = async (n: number) => {
        if (uncertain) {
          const found = await lookUp()
          if (found !== null) return found
        }
        try {
          return accept(await attempt(scim, n))
        } catch (error) {
          if (error instanceof FailedTry) uncertain ||= error.uncertain
          throw error
        }
      }
      return retry(once, mayRetry, context).catch(async (error: unknown) => {
        // The last try may have been carried out as well; and a 409 after an uncertain try is most likely our own success.
        if (uncertain && error instanceof FailedTry) {
          const found = await lookUp().catch(() => null)
          if (found !== null) return found
        }
        return unwrap(error)
      })
    },
  }
}

/** Answers longer than this are not SCIM pages; 10,000 users of Keeper are about 5 MB. */
const LONGEST = 64 * 1024 * 1024

const sendOnce = async (options: Options, scim: ScimRequest, n: number): Promise<ScimResponse> => {
  const { clock } = options
  const query = scim.query ? `?${new URLSearchParams(scim.query).toString()}` : ''
  const started = clock.monotonic()
  const report = (status: number | null, retryReason: string | null): void =>
    options.onRequest({
      system: 'scim',
      method: scim.method,
      path: scim.path,
      status,
      durationMs: clock.monotonic() - started,
      attempt: n,
      retry: retryReason,
    })
  try {
    const response = await receive(options, scim, query)
    report(response.status, null)
    return response
  } catch (error) {
    if (error instanceof FailedTry) report(error.status, error.transient ? error.reason : null)
    throw error
  }
}

const receive = async (options: Options, scim: ScimRequest, query: string): Promise<ScimResponse> => {
  const { method, path } = scim
  let status: number
  let text: string
  let header: (name: string) => string
  try {
    const answer = await request(`${options.baseUrl}${path}${query}`, {
      dispatcher: options.dispatcher,
      method,
      headers: {
        authorization: `Bearer ${options.token.reveal()}`,
        accept: 'application/scim+json, application/json',
        'user-agent': options.userAgent,
        ...(scim.body ? { 'content-type': 'application/scim+json' } : {}),
      },
      ...(scim.body ? { body: JSON.stringify(scim.body) } : {}),
    })
    status = answer.statusCode
    header = (name) => [answer.headers[name] ?? []].flat().join(', ')
    if (Number(header('content-length')) > LONGEST) {
      answer.body.destroy()
      throw failureOfBody(status, `longer than ${LONGEST} bytes`, method, path)
    }
    text = await answer.body.text()
  } catch (error) {
    throw error instanceof FailedTry ? error : failureOfConnection(error, method, path)
  }
  const contentType = header('content-type')
  if (status < 200 || status >= 300) {
    const afterMs = retryAfterMs(header('retry-after'), options.clock.now())
    throw failureOfAnswer({
      method,
      where: path,
      status,
      text,
      contentType,
      location: header('location'),
      afterMs,
    })
  }
  if (text.trim() === '') return { status, body: null }
  try {
    return { status, body: JSON.parse(text) as unknown }
  } catch {
    throw failureOfBody(status, contentType, method, path)
  }
}
