import type { Clock } from '../../lib/clock.ts'
import type { OnRequest } from '../../lib/requests.ts'
import type { Secret } from '../../lib/secret.ts'
import { bindRefused } from './bind-refusal.ts'
import { tlsOptions } from './certificates.ts'
import { LdapConnection } from './connection.ts'
import { ConnectionLost } from './connection-lost.ts'
import type { Endpoint } from './endpoint.ts'
import { openSocket, secureSocket } from './open-socket.ts'
import { describeRefusal, isTransient, type Refusal } from './result-code.ts'

export interface Timeouts {
  /** For each of TCP, TLS, StartTLS and the bind. */
  readonly connectMs: number
  /** From a search request to the end of its answer. Longer than the time limit that the server is given. */
  readonly answerMs: number
  /** What the server is given for one page (ldapts would ask for 10); Active Directory ends a search after 120 by itself. */
  readonly searchSeconds: number
}

export const defaultTimeouts: Timeouts = { connectMs: 15_000, answerMs: 130_000, searchSeconds: 115 }

export interface OpenOptions {
  readonly user: string
  readonly password: Secret
  readonly authorities: readonly string[] | null
  readonly timeouts: Timeouts
  readonly onRequest: OnRequest
  readonly clock: Clock
  /** What the requests are reported under. */
  readonly path: string
}

/**
 * Connects to one domain controller, secures the connection, and binds. The bind is sent once: a password that is refused is refused.
 * @throws ConnectionLost where another domain controller, or a later try, may do better
 * @throws ScimPushError `AD_BIND_REFUSED`, `AD_ENCRYPTION_REQUIRED`
 */
export const open = async (
  endpoint: Endpoint,
  options: OpenOptions,
  attempt: number,
): Promise<LdapConnection> => {
  const connection = await secured(endpoint, options, attempt)
  try {
    const refusal = await observed(options, 'bind', attempt, () =>
      connection.bind(options.user, options.password, options.timeouts.connectMs),
    )
    if (refusal.status === 0) return connection
    if (isTransient(refusal.status)) throw new ConnectionLost('reset', describeRefusal(refusal))
    throw bindRefused(endpoint, options.user, refusal)
  } catch (error) {
    connection.close()
    throw error
  }
}

/** A connection on which a password may be sent. @throws ConnectionLost */
export const secured = async (
  endpoint: Endpoint,
  options: OpenOptions,
  attempt: number,
): Promise<LdapConnection> => {
  const { timeouts, authorities } = options
  const tcp = await openSocket(endpoint, timeouts.connectMs)
  const tls = tlsOptions(endpoint, authorities)
  if (endpoint.security === 'ldaps')
    return new LdapConnection(await secureSocket(tcp, tls, timeouts.connectMs))
  const connection = new LdapConnection(tcp)
  if (endpoint.security === 'clear') return connection
  try {
    const refusal = await observed(options, 'starttls', attempt, () =>
      connection.startTls(tls, timeouts.connectMs),
    )
    if (refusal.status !== 0)
      throw new ConnectionLost('tls', `StartTLS was refused: ${describeRefusal(refusal)}`)
    return connection
  } catch (error) {
    connection.close()
    throw error
  }
}

const observed = async (
  { onRequest, clock, path }: OpenOptions,
  method: string,
  attempt: number,
  send: () => Promise<Refusal>,
): Promise<Refusal> => {
  const started = clock.monotonic()
  const report = (status: number | null, retry: string | null): void =>
    onRequest({
      system: 'ldap',
      method,
      path,
      status,
      durationMs: clock.monotonic() - started,
      attempt,
      retry,
    })
  try {
    const refusal = await send()
    report(refusal.status, null)
    return refusal
  } catch (error) {
    report(null, error instanceof ConnectionLost ? error.reason : null)
    throw error
  }
}
