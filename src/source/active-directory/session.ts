import type { SearchEntry } from 'ldapts'
import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import { retry, type RetryDecision, type RetryPolicy } from '../../lib/retry.ts'
import type { LdapConnection } from './connection.ts'
import { ConnectionLost } from './connection-lost.ts'
import type { Endpoint } from './endpoint.ts'
import { open, type OpenOptions } from './open.ts'
import { readPages } from './pages.ts'
import type { Found, Question } from './question.ts'
import { describeRefusal, type Refusal } from './result-code.ts'
import { unreachable } from './unreachable.ts'

export interface Session {
  /**
   * Asks one question, on a connection that is made when there is none. When the connection is lost, or the server is
   * busy, the question is asked again from its beginning, within the retry policy.
   * @throws ScimPushError when no domain controller can be reached, the bind is refused, or the signal is aborted
   */
  search<T>(question: Question, parse: (entry: SearchEntry) => T, signal: AbortSignal): Promise<Found<T>>
  /** The domain controller that is connected to. */
  endpoint(): Endpoint | null
  /** Whether a global catalog has answered at any time: where several URLs are given, the next one may be one. */
  catalogUsed(): boolean
  close(): void
}

export interface SessionOptions extends OpenOptions {
  /** Tried in order. */
  readonly endpoints: readonly Endpoint[]
  readonly policy: RetryPolicy
  readonly random: () => number
  readonly log: Log
}

/** A server that says busy or unavailable, in the middle of a session. */
class TryLater extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(describeRefusal(refusal))
    this.refusal = refusal
  }
}

export const createSession = (options: SessionOptions): Session => {
  const { clock, log, policy, random } = options
  let current: Promise<LdapConnection> | null = null
  let answering: Endpoint | null = null
  let catalogUsed = false
  let closed = false

  const connectAny = async (attempt: number): Promise<LdapConnection> => {
    const failures: { endpoint: Endpoint; lost: ConnectionLost }[] = []
    for (const endpoint of options.endpoints) {
      try {
        const connection = await open(endpoint, options, attempt)
        log.debug('connected', { url: endpoint.url, security: endpoint.security })
        answering = endpoint
        catalogUsed ||= endpoint.globalCatalog
        return connection
      } catch (error) {
        if (!(error instanceof ConnectionLost)) throw error
        failures.push({ endpoint, lost: error })
        const fields = { url: endpoint.url, error: error.message }
        if (attempt === 1) log.warn('a domain controller can not be used', fields)
        else log.debug('a domain controller still can not be used', fields)
      }
    }
    throw unreachable(failures)
  }

  /** The one connection of the session; those who need it at the same time share the making of it. */
  const connected = async (attempt: number): Promise<LdapConnection> => {
    for (;;) {
      const making = (current ??= connectAny(attempt))
      try {
        const connection = await making
        if (connection.usable) return connection
      } catch (error) {
        if (current === making) current = null
        throw error
      }
      if (current === making) current = null
    }
  }

  const decide =
    (signal: AbortSignal) =>
    (error: unknown): RetryDecision =>
      !signal.aborted &&
      (error instanceof ConnectionLost ||
        error instanceof TryLater ||
        (error instanceof ScimPushError && error.code === 'AD_UNREACHABLE'))
        ? { retry: true, afterMs: null }
        : { retry: false }

  return {
    async search(question, parse, signal) {
      const ask = async (attempt: number) => {
        // Once a password was refused the session is closed: those who were still under way must not send it again.
        if (signal.aborted || closed) throw interrupted(signal)
        const connection = await connected(attempt)
        const found = await readPages(connection, question, parse, { ...options, attempt })
        if (found.tryLater) throw new TryLater(found.tryLater)
        return found
      }
      try {
        return await retry(ask, decide(signal), { clock, random, policy, signal })
      } catch (error) {
        if (signal.aborted) throw interrupted(signal)
        if (error instanceof TryLater)
          return {
            entries: [],
            incomplete: { status: error.refusal.status, detail: error.message, away: true },
          }
        if (error instanceof ConnectionLost)
          return { entries: [], incomplete: { status: null, detail: error.message, away: true } }
        throw error
      }
    },
    endpoint: () => answering,
    catalogUsed: () => catalogUsed,
    close() {
      closed = true
      const closing = current
      current = null
      closing?.then(
        (connection) => connection.close(),
        () => undefined,
      )
    },
  }
}

const interrupted = (signal: AbortSignal): ScimPushError =>
  new ScimPushError('INTERRUPTED', {
    message: 'reading Active Directory was interrupted',
    cause: signal.reason,
  })
