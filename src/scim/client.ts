import type { Dispatcher } from 'undici'
import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import type { OnRequest } from '../lib/requests.ts'
import { backOffMs, retry, type RetryDecision, type RetryPolicy } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import type { Log } from '../lib/log.ts'
import { endAfter, WRITES_END_MS } from '../lib/winding-down.ts'
import { createBulk, type Bulk } from './bulk.ts'
import { exchange } from './exchange.ts'
import { FailedTry, failureOfHold } from './failure.ts'
import { kindOf, type ScimRequest, type ScimResponse, type Try } from './request.ts'
import type { Throttle } from './throttle.ts'

/** What reading needs of a client. */
export interface ScimReader {
  /**
   * Sends until it is answered: GET, PUT, PATCH and DELETE are repeated after transient failures.
   * @throws ScimPushError
   */
  send(request: ScimRequest): Promise<ScimResponse>
}

export interface ScimClient extends ScimReader {
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
  /** The same client for a read that `signal` ends, requests under way included: then `send` throws INTERRUPTED. */
  reader(signal: AbortSignal): ScimReader
  /** Where writes of one moment go together. */
  readonly bulk: Omit<Bulk, 'send'>
  /** From now on no write is begun, those that wait for their turn included: they throw INTERRUPTED. False: from now on they are. */
  giveUp(on: boolean): void
}

export interface ScimClientOptions {
  /** Without a trailing slash. */
  readonly baseUrl: string
  readonly token: Secret
  readonly userAgent: string
  readonly dispatcher: Dispatcher
  readonly throttle: Throttle
  /** That of the throttle at its best. */
  readonly maxConcurrency: number
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy: RetryPolicy
  /** From a request to the last byte of its answer. */
  readonly answerMs: number
  /** Ends the waiting between tries, not requests under way: those have some time yet. */
  readonly signal?: AbortSignal
  /** How much, in ms. */
  readonly finishMs?: number
}

/** A SCIM client over one bounded pool of connections. */
export const createScimClient = (options: ScimClientOptions): ScimClient => {
  const { clock, random, retryPolicy: policy, throttle, finishMs = WRITES_END_MS } = options
  const over = options.signal && endAfter(options.signal, finishMs)
  let givenUp = false
  const waiting = (signal: AbortSignal | undefined, waitedMs: () => number) => ({
    clock,
    random,
    policy,
    waitedMs,
    ...(signal ? { signal } : {}),
  })
  // Who waited for a place may have been told to stop meanwhile: no further write is begun. A look-up of what became of one is.
  const begin = (request: ScimRequest, wait: AbortSignal | undefined): void => {
    if (request.method === 'GET') return
    wait?.throwIfAborted()
    if (givenUp) throw interrupted(request)
  }
  const exchangeOnce = (request: ScimRequest, n: number, abort?: AbortSignal): Promise<ScimResponse> => {
    const end = either(abort, over)
    return exchange({ ...options, ...(end && { abort: end }) }, request, n, n < policy.attempts)
  }

  /** Tries after which everybody waits: who did so alone would come after those who were never refused. */
  const pausing = new WeakSet<FailedTry>()
  const slowDown = (error: FailedTry, n: number): void => {
    if (error.asksToSlowDown) pausing.add(error)
    throttle.slowDown(error.asksToSlowDown ? (error.afterMs ?? backOffMs(n, random, policy)) : null)
  }
  const mayRetry = (error: unknown): RetryDecision =>
    error instanceof FailedTry && error.transient
      ? { retry: true, afterMs: error.afterMs, elsewhere: pausing.has(error) }
      : { retry: false }

  const attempt = (one: Try, wait: AbortSignal | undefined, abort?: AbortSignal): Promise<ScimResponse> => {
    const { request, n } = one
    const asked = clock.monotonic()
    const refuseLongHold = (heldMs: number): void => {
      if (heldMs > policy.totalMs) throw failureOfHold(heldMs, request.method, options.baseUrl + request.path)
    }
    const exchanged = async (): Promise<ScimResponse> => {
      begin(request, wait)
      one.waitedMs += clock.monotonic() - asked
      try {
        return await exchangeOnce(request, n, abort)
      } catch (error) {
        // Before this place is somebody else's.
        if (error instanceof FailedTry && error.isOverload) slowDown(error, n)
        throw error
      }
    }
    return throttle.run(exchanged, wait, refuseLongHold, { kind: kindOf(request), again: n > 1 })
  }
  const bulk = createBulk({
    ...options,
    stop: options.signal,
    begin: () => begin(BULK, options.signal),
    alone: (one) => attempt(one, options.signal),
    exchange: exchangeOnce,
  })
  const sendUntil = async (request: ScimRequest, abort?: AbortSignal): Promise<ScimResponse> => {
    const wait = either(options.signal, abort)
    let before: FailedTry | null = null
    let uncertain = false
    let waitedMs = 0
    const once = async (n: number): Promise<ScimResponse> => {
      const one: Try = { request, n, waitedMs: 0 }
      try {
        return await (request.method === 'GET' ? attempt(one, wait, abort) : bulk.send(one))
      } catch (error) {
        if (error instanceof FailedTry) {
          before = error
          uncertain ||= error.uncertain && request.method !== 'GET'
        }
        throw error
      } finally {
        waitedMs += one.waitedMs
      }
    }
    try {
      return await retry(
        once,
        mayRetry,
        waiting(wait, () => waitedMs),
      )
    } catch (error) {
      if (abort?.aborted === true) throw interrupted(request, error)
      throw inDoubt(ours(error, request, wait, before), uncertain)
    }
  }

  return {
    send: (request) => sendUntil(request),
    reader: (signal) => ({ send: (request) => sendUntil(request, signal) }),
    bulk,
    giveUp(on) {
      givenUp = on
    },
    async create(request, accept, lookUp) {
      const { signal } = options
      const tries: { uncertain: boolean; before: FailedTry | null } = { uncertain: false, before: null }
      let waitedMs = 0
      const once = async (n: number) => {
        if (tries.uncertain) {
          const found = await lookUp()
          if (found !== null) return found
        }
        const one: Try = { request, n, waitedMs: 0 }
        try {
          return accept(await bulk.send(one))
        } catch (error) {
          if (error instanceof FailedTry) {
            tries.uncertain ||= error.uncertain
            tries.before = error
          }
          throw error
        } finally {
          waitedMs += one.waitedMs
        }
      }
      try {
        return await retry(
          once,
          mayRetry,
          waiting(signal, () => waitedMs),
        )
      } catch (error) {
        // The last try may have been carried out as well; and a 409 after an uncertain try is most likely our own success.
        let uncertain = tries.uncertain
        if (tries.uncertain && error instanceof FailedTry) {
          const found = await lookUp().catch(() => 'unknown' as const)
          uncertain = found === 'unknown'
          if (found !== null && found !== 'unknown') return found
        }
        throw inDoubt(ours(error, request, signal, tries.before), uncertain)
      }
    },
  }
}

const BULK: ScimRequest = { method: 'POST', path: '/Bulk' }

const either = (one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined =>
  one && other ? AbortSignal.any([one, other]) : (one ?? other)

/**
 * The error for the caller: what a failed try means, or that the wait for a free place was ended. Of a request that was tried before
 * that, the failed try is what there is to know.
 */
const ours = (
  error: unknown,
  request: ScimRequest,
  wait: AbortSignal | undefined,
  before: FailedTry | null,
): unknown => {
  if (error instanceof FailedTry) return error.error
  if (error instanceof ScimPushError && error.code === 'INTERRUPTED') return before?.error ?? error
  if (wait?.aborted !== true || error !== wait.reason) return error
  return before?.error ?? interrupted(request, error)
}

/** The error of a write, with word of it where one of its tries may have been carried out. */
const inDoubt = (error: unknown, uncertain: boolean): unknown => {
  if (!uncertain || !(error instanceof ScimPushError)) return error
  const { code, message, where, remedy } = error
  return new ScimPushError(code, {
    message,
    ...(where !== null && { where }),
    remedy,
    cause: error.cause,
    mayBeDone: true,
  })
}

const interrupted = ({ method, path }: ScimRequest, cause?: unknown): ScimPushError =>
  new ScimPushError('INTERRUPTED', {
    message: 'stopped before the answer was there',
    where: `${method} ${path}`,
    cause,
  })
