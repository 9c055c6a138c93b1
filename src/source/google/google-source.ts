import { ScimPushError } from '../../errors/error.ts'
import type { Clock } from '../../lib/clock.ts'
import { createDispatcher, createFetch, defaultHttpOptions, type HttpOptions } from '../../lib/http.ts'
import type { Log } from '../../lib/log.ts'
import type { OnRequest } from '../../lib/requests.ts'
import type { RetryPolicy } from '../../lib/retry.ts'
import type { Secret } from '../../lib/secret.ts'
import { wholeAnswers } from '../../lib/whole-answers.ts'
import type { DirectoryGraph } from '../graph.ts'
import { project } from '../project.ts'
import type { Reading, Scope, Source } from '../source.ts'
import { createDirectoryApi, type DirectoryApi } from './api.ts'
import { checkGoogle } from './check.ts'
import { parseServiceAccount } from './credentials.ts'
import { locatePerson } from './locate.ts'
import { readGraph } from './read-graph.ts'
import { scopes } from './scopes.ts'
import { createTokenSource, type TokenOptions } from './token.ts'

export interface GoogleOptions {
  /** The administrator on whose behalf the service account reads. */
  readonly adminEmail: string
  /** The service account's key, the whole JSON text. */
  readonly credentials: Secret
  readonly customer: string
  readonly rootUrl: string
  readonly tokenUrl: string
  readonly scope: Scope
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy?: RetryPolicy
  readonly http?: Partial<HttpOptions>
  /** From a request to the last byte of its answer. */
  readonly answerMs?: number
  /** Requests under way at once. */
  readonly concurrency?: number
}

/** Google's quota is by the minute (2,400 requests of a project): what it refuses now it may take a minute later. */
export const patience: RetryPolicy = { attempts: 12, baseMs: 500, capMs: 30_000, totalMs: 240_000 }
const ANSWER_MS = 60_000
/** Somebody waits for the answer of a doctor. */
const CHECK_TRIES = 2

/**
 * The Directory API allows 2,400 requests a minute of a user and project, which is what ends a large read, not its concurrency; at the
 * 100 to 300 ms that it takes to answer, sixteen at once use that up. Readers that wait for their next try hold the others back.
 */
const CONCURRENCY = 16

/**
 * Google Workspace as a source, through a service account with domain-wide delegation.
 * @throws ScimPushError GOOGLE_KEY_FILE
 */
export const createGoogleSource = (options: GoogleOptions): Source => {
  const { adminEmail, scope, retryPolicy = patience, customer, rootUrl, concurrency = CONCURRENCY } = options
  const account = parseServiceAccount(options.credentials)
  const dispatcher = createDispatcher({
    ...defaultHttpOptions,
    maxConnections: concurrency,
    ...options.http,
  })
  const shared: TokenOptions = {
    ...options,
    account,
    subject: adminEmail,
    fetch: wholeAnswers(createFetch(dispatcher)),
    retryPolicy,
    answerMs: options.answerMs ?? ANSWER_MS,
  }
  const hasty = { ...shared, retryPolicy: { ...retryPolicy, attempts: CHECK_TRIES } }
  const apiWith = (signal: AbortSignal, using: TokenOptions): DirectoryApi =>
    createDirectoryApi({
      ...using,
      customer,
      rootUrl,
      tokens: createTokenSource(using, scopes),
      maxConcurrency: concurrency,
      signal,
    })
  const graph = async (signal: AbortSignal): Promise<DirectoryGraph> => {
    try {
      return await readGraph(apiWith(signal, shared), scope, concurrency, options.log)
    } catch (error) {
      // The only thing that is looked up under the customer is a list.
      if (!(error instanceof ScimPushError) || error.code !== 'GOOGLE_NOT_FOUND') throw error
      throw new ScimPushError('GOOGLE_CUSTOMER', {
        message: `no customer ${customer}`,
        where: 'source.google.customer',
        cause: error,
      })
    }
  }
  const explore = async (signal: AbortSignal): Promise<Reading> => {
    const found = await graph(signal)
    return { graph: found, scope, snapshot: project(found, scope) }
  }
  return {
    type: 'google',
    description: `Google Workspace as ${adminEmail}`,
    explore,
    read: async (signal) => (await explore(signal)).snapshot,
    locate: (query, signal) => locatePerson(apiWith(signal, shared), query, concurrency),
    check: (signal) =>
      checkGoogle({ account, api: apiWith(signal, hasty), customer, shared: hasty, scope, signal }),
    close: () => dispatcher.close(),
  }
}
