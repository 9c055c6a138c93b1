import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import { connectionTrouble } from '../lib/connection-trouble.ts'
import { createDispatcher, createFetch } from '../lib/http.ts'
import type { Log } from '../lib/log.ts'
import { retry } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import { PUSHES_MS } from '../lib/winding-down.ts'
import type { Exposition } from './metrics.ts'
import { failureOfAnswer, FailedPush } from './pushgateway-failure.ts'
import { groupPath, type PushGroup } from './pushgateway-path.ts'
import { trimEndOf } from '../lib/trim-end.ts'

/** Where to push, and with what credentials. */
interface Pushgateway {
  /** Without a login, a query and a fragment. */
  readonly url: string
  /** Null where none are sent. */
  readonly credentials: PushCredentials | null
  /** PEM file, trusted besides the public authorities; empty for none. */
  readonly caFile: string
}

/** What a Pushgateway's `basic_auth_users`, or a proxy before it, asks for. */
export type PushCredentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }

/** How long a push may take, in ms. */
export interface PushLimits {
  readonly tryMs: number
  readonly allMs: number
  /** All pushes together, once the process was told to stop. */
  readonly stoppedMs: number
}

interface PusherOptions {
  readonly gateway: Pushgateway
  readonly userAgent: string
  readonly clock: Clock
  readonly random: () => number
  /** Aborted when the process is to end: what is pushed then has little time. */
  readonly stop: AbortSignal
  readonly log: Log
  readonly limits?: PushLimits
}

export interface Pusher {
  /** Replaces the metrics of the same names in the group, and leaves its others. @throws ScimPushError PUSHGATEWAY_… */
  push(group: PushGroup, exposition: Exposition): Promise<void>
  close(): Promise<void>
}

const defaultLimits: PushLimits = { tryMs: 3_000, allMs: 10_000, stoppedMs: PUSHES_MS }
const TRIES = 3

/**
 * Pushes metrics to a Pushgateway, by POST: a PUT would take the last success of an earlier run away. A gateway that does not answer
 * costs one push its full time, and those after it one try each.
 * @throws ScimPushError PUSHGATEWAY_TLS where the CA file can't be read
 */
export const createPusher = (options: PusherOptions): Pusher => {
  const { gateway, clock, random, stop, log, limits = defaultLimits } = options
  const dispatcher = openPool(gateway, limits)
  const exchange = exchangeOver(createFetch(dispatcher), options)
  const end = endOf(stop, limits.stoppedMs)
  let silent = false
  return {
    async push(group, exposition) {
      const path = groupPath(group)
      const within = AbortSignal.any([AbortSignal.timeout(limits.allMs), end.begin()])
      const policy = { attempts: silent ? 1 : TRIES, baseMs: 250, capMs: 1_000, totalMs: limits.allMs }
      const once = async (n: number): Promise<void> => {
        const started = clock.monotonic()
        const said = (status: number | null): void =>
          log.debug(`POST ${path}`, {
            system: 'pushgateway',
            status,
            ms: Math.round(clock.monotonic() - started),
            attempt: n,
          })
        try {
          const signal = AbortSignal.any([within, AbortSignal.timeout(limits.tryMs)])
          said(await exchange(path, exposition, signal))
        } catch (error) {
          if (error instanceof FailedPush) said(error.status)
          throw error
        }
      }
      try {
        await retry(
          once,
          (error) =>
            error instanceof FailedPush && error.transient
              ? { retry: true, afterMs: error.afterMs }
              : { retry: false },
          { clock, random, policy, signal: within },
        )
        silent = false
      } catch (error) {
        if (!(error instanceof FailedPush)) throw error
        silent = error.silent
        throw error.error
      } finally {
        end.done()
      }
    },
    close: () => dispatcher.destroy(),
  }
}

const openPool = ({ caFile, url }: Pushgateway, { tryMs }: PushLimits) => {
  try {
    return createDispatcher({
      maxConnections: 1,
      caFile,
      connectTimeoutMs: tryMs,
      headersTimeoutMs: tryMs,
      bodyTimeoutMs: tryMs,
    })
  } catch (cause) {
    const message = `the CA file ${caFile} can’t be read`
    throw new ScimPushError('PUSHGATEWAY_TLS', { message, where: url, cause })
  }
}

type Exchange = (path: string, exposition: Exposition, signal: AbortSignal) => Promise<number>

/** One try: the status of an answer that says that it was taken. @throws FailedPush */
const exchangeOver =
  (send: typeof fetch, { gateway, userAgent, clock }: PusherOptions): Exchange =>
  async (path, { contentType, body }, signal) => {
    const authorization = gateway.credentials && headerOf(gateway.credentials)
    const where = `POST ${trimEndOf(gateway.url, '/')}${path}`
    let answer: Response
    try {
      answer = await send(where.slice('POST '.length), {
        method: 'POST',
        headers: {
          'content-type': contentType,
          'user-agent': userAgent,
          ...(authorization !== null && { authorization }),
        },
        body,
        signal,
      })
    } catch (cause) {
      const { reason, message } = connectionTrouble(cause)
      const code = reason === 'tls' ? 'PUSHGATEWAY_TLS' : 'PUSHGATEWAY_UNREACHABLE'
      throw new FailedPush(new ScimPushError(code, { message, where, cause }), {
        status: null,
        transient: reason !== 'tls',
        silent: reason === 'timeout',
        afterMs: null,
      })
    }
    const failure = await failureOfAnswer(answer, { where, hidden: hiddenOf(gateway), nowMs: clock.now() })
    if (failure) throw failure
    return answer.status
  }

/** RFC 7617 §2, RFC 6750 §2.1. */
const headerOf = (credentials: PushCredentials): string =>
  credentials.kind === 'bearer'
    ? `Bearer ${credentials.token.reveal()}`
    : `Basic ${Buffer.from(`${credentials.username}:${credentials.password.reveal()}`).toString('base64')}`

/** What no message may have in it, in every form in which it is sent. */
const hiddenOf = ({ credentials }: Pushgateway): readonly string[] => {
  if (!credentials) return []
  const sent = headerOf(credentials).split(' ').at(-1) ?? ''
  return credentials.kind === 'basic' ? [sent, credentials.password.reveal()] : [sent]
}

/** The common end of all pushes that are under way, or begin, after the stop: a pod that is being stopped has little time. */
const endOf = (
  stop: AbortSignal,
  ms: number,
): { readonly begin: () => AbortSignal; readonly done: () => void } => {
  const end = new AbortController()
  let counting = false
  const count = (): void => {
    if (counting) return
    counting = true
    setTimeout(() => end.abort(new DOMException('the run was ended', 'TimeoutError')), ms).unref()
  }
  return {
    begin: () => {
      if (stop.aborted) count()
      else stop.addEventListener('abort', count, { once: true })
      return end.signal
    },
    done: () => stop.removeEventListener('abort', count),
  }
}
