import type { Dispatcher } from 'undici'
import type { Clock } from '../lib/clock.ts'
import type { OnRequest } from '../lib/requests.ts'
import { retryAfterMs } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import { sendWhole } from './send-whole.ts'
import { trimEndOf } from '../lib/trim-end.ts'
import { FailedTry, failureOfAnswer, failureOfBody, failureOfConnection, failureOfLength } from './failure.ts'
import type { ScimRequest, ScimResponse } from './request.ts'

interface Options {
  readonly baseUrl: string
  readonly token: Secret
  readonly userAgent: string
  readonly dispatcher: Dispatcher
  readonly onRequest: OnRequest
  readonly clock: Clock
  /** Ends the request even while it is under way. */
  readonly abort?: AbortSignal
  /** From the request to the last byte of its answer: what comes byte by byte would hold the run for good. */
  readonly answerMs: number
}

/** What is written is over by then: the lock's time (kubernetes/lease.ts) counts on it. */
const LONGEST_WRITE_MS = 60_000

/**
 * No SCIM page is longer, and none is read any further: 10,000 users of Keeper are about 5 MB, a group of 500,000 members that are shown
 * with name and URL is some 90 MB. Nothing is decompressed.
 */
const LONGEST = 256 * 1024 * 1024

/**
 * One request and its answer, and one event about it. The answer is read to its end: a body cut off is a failed try.
 * @throws FailedTry
 */
export const exchange = async (
  options: Options,
  request: ScimRequest,
  n: number,
  /** Whether a transient failure of this try will be followed by another. */
  more: boolean,
): Promise<ScimResponse> => {
  const { clock } = options
  const started = clock.monotonic()
  const report = (status: number | null, retry: string | null): void =>
    options.onRequest({
      system: 'scim',
      method: request.method,
      path: request.path,
      status,
      durationMs: clock.monotonic() - started,
      attempt: n,
      retry,
    })
  try {
    const response = await receive(options, request)
    report(response.status, null)
    return response
  } catch (error) {
    if (error instanceof FailedTry) report(error.status, error.transient && more ? error.reason : null)
    throw error
  }
}

const receive = async (
  options: Options,
  { method, path, query, body, text: sent = body && JSON.stringify(body) }: ScimRequest,
): Promise<ScimResponse> => {
  const where = `${method} ${options.baseUrl}${path}`
  const { origin, pathname } = new URL(options.baseUrl)
  const answer = await sendWhole(
    options.dispatcher,
    {
      origin,
      path: `${trimEndOf(pathname, '/')}${path}${query ? `?${new URLSearchParams(query).toString()}` : ''}`,
      method,
      headers: {
        authorization: `Bearer ${options.token.reveal()}`,
        accept: 'application/scim+json, application/json',
        'user-agent': options.userAgent,
        ...(sent === undefined ? {} : { 'content-type': 'application/scim+json' }),
      },
      ...(sent === undefined ? {} : { body: sent }),
    },
    {
      longest: LONGEST,
      answerMs: method === 'GET' ? options.answerMs : Math.min(options.answerMs, LONGEST_WRITE_MS),
      abort: options.abort,
    },
  ).catch((error: unknown) => {
    throw failureOfConnection(error, where)
  })
  const { status, header, text } = answer
  if (text === null) throw failureOfLength(status, LONGEST, where)
  const contentType = header('content-type')
  const location = header('location')
  if (status < 200 || status >= 300) {
    const afterMs = retryAfterMs(header('retry-after'), options.clock.now())
    const { token } = options
    throw failureOfAnswer({
      method,
      where,
      status,
      text,
      contentType,
      location,
      afterMs,
      token,
    })
  }
  if (text.trim() === '') return { status, body: null, location }
  try {
    return { status, body: JSON.parse(text) as unknown, location }
  } catch {
    throw failureOfBody(status, contentType, where)
  }
}
