import { admin_directory_v1 } from 'googleapis/build/src/apis/admin/directory_v1.js'
import pLimit from 'p-limit'
import { ScimPushError } from '../../errors/error.ts'
import type { Clock } from '../../lib/clock.ts'
import { findJsonProblem } from '../../lib/json-check.ts'
import { isObject } from '../../lib/json.ts'
import type { OnRequest } from '../../lib/requests.ts'
import { retry, type RetryDecision, type RetryPolicy } from '../../lib/retry.ts'
import { FailedTry, failureOfApi, failureOfConnection } from './failure.ts'
import {
  parseGroup,
  parseMember,
  parsePage,
  parsePerson,
  parseUser,
  type WireGroup,
  type WireMember,
  type WirePage,
  type WirePerson,
} from './parse.ts'
import type { SourceUser } from '../../model/user.ts'
import type { TokenSource } from './token.ts'

/** The few reads of the Directory API that are needed. Each throws ScimPushError after its retries. */
export interface DirectoryApi {
  /** A page of at most 500 users of the customer. */
  listUsers(pageToken: string | null): Promise<WirePage<SourceUser>>
  /** By id or email. @throws ScimPushError GOOGLE_NOT_FOUND */
  getUser(userKey: string): Promise<SourceUser>
  /** The same, with aliases. By id, email or alias. @throws ScimPushError GOOGLE_NOT_FOUND */
  getPerson(userKey: string): Promise<WirePerson>
  /** A page of at most 200 groups of the customer; with a name, those that have it. */
  listGroups(pageToken: string | null, name?: string): Promise<WirePage<WireGroup>>
  /** By id, email or alias. @throws ScimPushError GOOGLE_NOT_FOUND */
  getGroup(groupKey: string): Promise<WireGroup>
  /**
   * A page of at most 200 groups that have this user or group as a direct member: of a user by id or email, of a group by email alone
   * ("Retrieve all groups for a member"). @throws ScimPushError GOOGLE_NOT_FOUND
   */
  listGroupsOf(memberKey: string, pageToken: string | null): Promise<WirePage<WireGroup>>
  /** A page of at most 200 direct members. */
  listMembers(groupKey: string, pageToken: string | null): Promise<WirePage<WireMember>>
}

interface Options {
  readonly rootUrl: string
  readonly customer: string
  readonly tokens: TokenSource
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy: RetryPolicy
  readonly onRequest: OnRequest
  /** From a request to the last byte of its answer. */
  readonly answerMs: number
  /** Requests under way at once. */
  readonly maxConcurrency: number
  readonly signal: AbortSignal
}

const USER = 'id,primaryEmail,name(givenName,familyName,fullName),suspended,archived'
const PERSON = `${USER},aliases,nonEditableAliases`
const GROUP = 'id,email,name,aliases,nonEditableAliases,directMembersCount'
const MEMBER = 'id,email,type'
/** So many requests that failed after all their tries, without one that succeeded, are an outage and not bad luck. */
const MOST_FAILURES = 10
/** A server that fails is given up on after so many tries; a quota, which is by the minute, has all that the policy allows. */
const SERVER_TRIES = 8

export const createDirectoryApi = (options: Options): DirectoryApi => {
  const { customer, clock, random, retryPolicy: policy, signal } = options
  const admin = new admin_directory_v1.Admin({})
  const limit = pLimit(options.maxConcurrency)
  // Its pages come one after the other: each that waits behind all members' pages holds up those that follow. It is the next to have a
  // connection, of which there are no more than `maxConcurrency`.
  const ahead = pLimit(1)
  let failuresInARow = 0

  /** One read with our own retries: gaxios's have no jitter, ignore Retry-After, and give up on quota errors (403). */
  const read = async (
    path: string,
    send: (request: GaxiosOptions) => Promise<GaxiosAnswer>,
    inTurn: typeof limit = limit,
  ): Promise<unknown> => {
    if (failuresInARow >= MOST_FAILURES)
      throw new ScimPushError('GOOGLE_DOWN', {
        message: `${failuresInARow} requests in a row failed for good, so no more are sent`,
        where: `GET ${path}`,
      })
    let refused = false
    const attempt = async (n: number): Promise<unknown> => {
      const token = await options.tokens.token(signal)
      try {
        return await inTurn(() => sendOnce(options, path, n, token.reveal(), send))
      } catch (error) {
        // A token may be refused before its time, once.
        if (error instanceof FailedTry && error.status === 401 && !refused) {
          refused = true
          options.tokens.forget(token)
          throw new FailedTry(error.error, { status: 401, reason: '401', transient: true, afterMs: 0 })
        }
        throw error
      }
    }
    try {
      const body = await retry(attempt, decide, { clock, random, policy, signal })
      failuresInARow = 0
      return body
    } catch (error) {
      if (signal.aborted)
        throw new ScimPushError('INTERRUPTED', {
          message: 'reading Google was stopped',
          where: `GET ${path}`,
        })
      if (!(error instanceof FailedTry)) throw error
      // Any other answer shows that Google is there.
      failuresInARow = error.error.failure === 'unreachable' ? failuresInARow + 1 : 0
      throw error.error
    }
  }
  const page = (pageToken: string | null): { readonly pageToken?: string } =>
    pageToken === null ? {} : { pageToken }

  return {
    listUsers: async (pageToken) => {
      const params = {
        customer,
        maxResults: 500,
        fields: `nextPageToken,users(${USER})`,
        ...page(pageToken),
      }
      const body = await read('users', (request) => admin.users.list(params, request), ahead)
      return parsePage(body, 'users', parseUser)
    },
    getUser: async (userKey) =>
      parseUser(
        await read(`users/${userKey}`, (request) => admin.users.get({ userKey, fields: USER }, request)),
      ),
    getPerson: async (userKey) =>
      parsePerson(
        await read(`users/${userKey}`, (request) => admin.users.get({ userKey, fields: PERSON }, request)),
      ),
    listGroups: async (pageToken, name) => {
      const query = name === undefined ? {} : { query: `name='${escapeQuery(name)}'` }
      const params = {
        customer,
        maxResults: 200,
        fields: `nextPageToken,groups(${GROUP})`,
        ...query,
        ...page(pageToken),
      }
      return parsePage(
        await read('groups', (request) => admin.groups.list(params, request)),
        'groups',
        parseGroup,
      )
    },
    listGroupsOf: async (memberKey, pageToken) => {
      // Without the customer: Google takes one or the other.
      const params = {
        userKey: memberKey,
        maxResults: 200,
        fields: `nextPageToken,groups(${GROUP})`,
        ...page(pageToken),
      }
      const body = await read('groups', (request) => admin.groups.list(params, request))
      return parsePage(body, 'groups', parseGroup)
    },
    getGroup: async (groupKey) =>
      parseGroup(
        await read(`groups/${groupKey}`, (request) => admin.groups.get({ groupKey, fields: GROUP }, request)),
      ),
    listMembers: async (groupKey, pageToken) => {
      const params = {
        groupKey,
        maxResults: 200,
        fields: `nextPageToken,members(${MEMBER})`,
        ...page(pageToken),
      }
      const body = await read(`groups/${groupKey}/members`, (request) => admin.members.list(params, request))
      return parsePage(body, 'members', parseMember)
    },
  }
}

/** A value between single quotes in a search ("Search for groups": a quote is escaped by a backslash). */
const escapeQuery = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")

const decide = (error: unknown, n: number): RetryDecision =>
  error instanceof FailedTry && error.transient && (n < SERVER_TRIES || error.error.code === 'GOOGLE_QUOTA')
    ? { retry: true, afterMs: error.afterMs }
    : { retry: false }

/** What is set on every call; gaxios would retry, follow redirects and wait for ever by default. */
interface GaxiosOptions {
  readonly rootUrl: string
  readonly headers: Record<string, string>
  readonly fetchImplementation: typeof globalThis.fetch
  readonly responseType: 'text'
  readonly retry: false
  readonly timeout: number
  readonly signal: AbortSignal
  readonly validateStatus: () => true
}

interface GaxiosAnswer {
  readonly status: number
  /** `Headers` of the pool's own fetch: not the class that is global here, nor what the library's types say. */
  readonly headers: unknown
  readonly data: unknown
}

const sendOnce = async (
  { clock, fetch, onRequest, rootUrl, signal, answerMs }: Options,
  path: string,
  attempt: number,
  token: string,
  send: (request: GaxiosOptions) => Promise<GaxiosAnswer>,
): Promise<unknown> => {
  const where = `GET ${path}`
  const started = clock.monotonic()
  const report = (status: number | null, retryReason: string | null): void =>
    onRequest({
      system: 'google',
      method: 'GET',
      path: `/admin/directory/v1/${path}`,
      status,
      durationMs: clock.monotonic() - started,
      attempt,
      retry: retryReason,
    })
  try {
    let answer: GaxiosAnswer
    let body: unknown
    try {
      answer = await send({
        // Here and not in the client's options, where it would lose the path of a proxy.
        rootUrl,
        headers: { authorization: `Bearer ${token}` },
        fetchImplementation: fetch,
        responseType: 'text',
        retry: false,
        timeout: answerMs,
        signal,
        validateStatus: () => true,
      })
      const { data } = answer
      body = typeof data === 'string' ? parseJson(data, answer.status) : data
    } catch (cause) {
      throw cause instanceof FailedTry ? cause : failureOfConnection(cause, where)
    }
    const { status, headers } = answer
    if (status !== 200)
      throw failureOfApi({
        status,
        body,
        retryAfter: headerOf(headers, 'retry-after'),
        where,
        nowMs: clock.now(),
        secrets: [token],
      })
    if (!isObject(body)) throw failureOfConnection({ name: 'not a JSON object' }, where)
    report(status, null)
    return body
  } catch (error) {
    if (error instanceof FailedTry) report(error.status, error.transient ? error.reason : null)
    throw error
  }
}

/** An answer that is cut off, or a proxy's page, fails; an error's body is allowed to be anything. */
const parseJson = (text: string, status: number): unknown => {
  // Of a list that is there twice JSON.parse keeps the last, and whoever is in the first would pass for a leaver.
  const problem = status === 200 ? findJsonProblem(text) : null
  if (problem !== null)
    throw new ScimPushError('GOOGLE_MALFORMED', { message: `the answer is not JSON: ${problem.problem}` })
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    if (status !== 200) return null
    throw new ScimPushError('GOOGLE_MALFORMED', { message: 'the answer is not JSON', cause })
  }
}

const headerOf = (headers: unknown, name: string): string | null => {
  const value = hasGet(headers) ? headers.get(name) : isObject(headers) ? headers[name] : null
  return typeof value === 'string' ? value : null
}

const hasGet = (value: unknown): value is { get(name: string): unknown } =>
  isObject(value) && typeof value['get'] === 'function'
