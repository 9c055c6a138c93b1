import { ScimPushError } from '../../errors/error.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Log } from '../../lib/log.ts'
import type { OnRequest } from '../../lib/requests.ts'
import type { RetryPolicy } from '../../lib/retry.ts'
import type { Secret } from '../../lib/secret.ts'
import { project } from '../project.ts'
import type { Reading, Scope, Source } from '../source.ts'
import { readAuthorities } from './certificates.ts'
import { checkDirectory } from './check.ts'
import { findDirectory } from './directory.ts'
import { parseEndpoints } from './endpoint.ts'
import { locatePeople } from './locate.ts'
import { defaultReadLimits, type ReadLimits } from './look-up.ts'
import { defaultTimeouts, type Timeouts } from './open.ts'
import { readGraph } from './read-graph.ts'
import { createSession, type Session, type SessionOptions } from './session.ts'

export interface ActiveDirectoryOptions {
  /** Tried in order; one without a scheme means ldaps. */
  readonly url: readonly string[]
  /** `DOMAIN\USER`, `user@domain` or a DN. */
  readonly user: string
  readonly password: Secret
  /** For ldap:// URLs. */
  readonly startTls: boolean
  /** Lets a bind go out unencrypted. */
  readonly allowInsecure: boolean
  /** PEM; trusted besides the public authorities. Empty for those alone. */
  readonly caFile: string
  /** Empty for the domain controller's own domain. */
  readonly baseDn: string
  /** `mail` for mail, else userPrincipalName; any other name for that attribute alone. */
  readonly email: string
  readonly scope: Scope
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  /** 0 ≤ random() < 1 */
  readonly random: () => number
  readonly retryPolicy?: RetryPolicy
  readonly timeouts?: Timeouts
  readonly limits?: ReadLimits
}

/** Patience for a domain controller that restarts, not for one that is gone. */
const defaultPolicy: RetryPolicy = { attempts: 4, baseMs: 500, capMs: 10_000, totalMs: 60_000 }

/**
 * Active Directory as a source. Nothing is connected to yet; each read has a connection of its own.
 * @throws ScimPushError `AD_URL`, `AD_CLEAR_BIND`, `AD_CREDENTIALS_MISSING`, `AD_CA_FILE`
 */
export const createActiveDirectorySource = (options: ActiveDirectoryOptions): Source => {
  const { scope, log, clock, baseDn, email } = options
  const settings = sessionOptions(options)
  const sessions = new Set<Session>()

  const withSession = async <T>(
    one: SessionOptions,
    signal: AbortSignal,
    work: (session: Session) => Promise<T>,
  ): Promise<T> => {
    const session = createSession(one)
    const close = (): void => session.close()
    sessions.add(session)
    signal.addEventListener('abort', close)
    try {
      return await work(session)
    } finally {
      signal.removeEventListener('abort', close)
      sessions.delete(session)
      session.close()
    }
  }
  const directoryOf = (session: Session, signal: AbortSignal) =>
    findDirectory({ session, baseDn, email, nowMs: clock.now(), log, signal })

  const limits = options.limits ?? defaultReadLimits
  const explore = (signal: AbortSignal): Promise<Reading> =>
    withSession(settings, signal, async (session) => {
      const directory = await directoryOf(session, signal)
      if (directory.catalogUsed())
        log.warn(
          'the global catalog is asked: accounts that have expired count as active, and only universal groups have members there',
          { url: session.endpoint()?.url ?? '' },
        )
      const graph = await readGraph(directory, scope, limits)
      return { graph, scope, snapshot: project(graph, scope) }
    })

  return {
    type: 'activeDirectory',
    description: `Active Directory at ${settings.endpoints.map(({ url }) => url).join(', ')} as ${options.user}`,
    explore,
    read: async (signal) => (await explore(signal)).snapshot,
    locate: (query, signal) =>
      withSession(settings, signal, async (session) =>
        locatePeople(await directoryOf(session, signal), query, { ...limits, nowMs: clock.now() }),
      ),
    // A doctor gives the answer of this moment: nothing is tried again.
    check: (signal) => {
      const once = { ...settings, policy: { ...settings.policy, attempts: 1 } }
      return withSession(once, signal, (session) =>
        checkDirectory({ ...once, session, scope, directory: () => directoryOf(session, signal) }),
      )
    },
    close() {
      for (const session of sessions) session.close()
      return Promise.resolve()
    },
  }
}

const sessionOptions = (options: ActiveDirectoryOptions): SessionOptions => {
  const { user, password, clock, log, onRequest, random } = options
  const endpoints = parseEndpoints(options.url, options)
  if (user.trim() === '' || password.reveal() === '')
    throw new ScimPushError('AD_CREDENTIALS_MISSING', {
      message: `the ${user.trim() === '' ? 'user' : 'password'} for Active Directory is empty`,
      where: `spec.source.activeDirectory.${user.trim() === '' ? 'user' : 'password'}`,
    })
  return {
    endpoints,
    user,
    password,
    authorities: readAuthorities(options.caFile),
    timeouts: options.timeouts ?? defaultTimeouts,
    policy: options.retryPolicy ?? defaultPolicy,
    path: options.baseDn,
    clock,
    log,
    onRequest,
    random,
  }
}
