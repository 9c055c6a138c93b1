import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pLimit from 'p-limit'
import { answerWithFaults, bodyOf, setListening, type Answer, type Fault } from '../faults.ts'
import { countTraffic, type Traffic } from '../traffic.ts'
import { callApi } from './api.ts'
import { createGoogleDirectory, type GoogleDirectory } from './directory.ts'
import { ApiRefusal, TokenRefusal } from './google-error.ts'
import type { ListFault } from './list-answer.ts'
import { readOnlyScopes } from './scopes.ts'
import { createServiceAccount, type KeyPair } from './service-account.ts'
import { createTokenEndpoint } from './token-endpoint.ts'

export interface GoogleEmulatorOptions {
  /** The tenant's domains. */
  readonly domains?: readonly string[]
  readonly customerId?: string
  /** What the Admin console delegates to the client id. */
  readonly scopes?: readonly string[]
  readonly latencyMs?: number
  /** Requests served at the same time; more wait for their turn. */
  readonly maxAtOnce?: number
  /** The most that a page holds, whatever is asked for. */
  readonly maxResults?: number
  /** Where clients find the token endpoint, which assertions are made out to; its own, unless something stands before it. */
  readonly tokenUrl?: string
  readonly tokenLifetimeSeconds?: number
  /** Milliseconds since the epoch. */
  readonly now?: () => number
  /** Made when not given, which takes some 100 ms. */
  readonly keyPair?: KeyPair
}

export interface GoogleRequest {
  /** From 1, in order of arrival. */
  readonly n: number
  readonly method: string
  /** `/token`, or the API's path: `/admin/directory/v1/users`. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
}

/** `list`: a list that is wrong though it is answered with 200. */
export type GoogleFault = Fault | { readonly kind: 'list'; readonly fault: ListFault }

export interface GoogleEmulator {
  readonly url: string
  /** For `spec.source.google.rootUrl`. */
  readonly rootUrl: string
  /** For `spec.source.google.tokenUrl`. */
  readonly tokenUrl: string
  /** The service account's key file, as JSON text. */
  credentials(): string
  readonly clientId: string
  readonly directory: GoogleDirectory
  readonly requests: readonly GoogleRequest[]
  /** The most requests that were under way at the same time. */
  mostAtOnce(): number
  traffic(): Traffic
  setLatency(ms: number): void
  setFaults(plan: ((request: GoogleRequest) => GoogleFault | null) | null): void
  /** False: connections are refused, and those that are open are closed. */
  setListening(on: boolean): Promise<void>
  /** What the Admin console delegates from now on. */
  setScopes(scopes: readonly string[]): void
  /** Whether the Admin SDK API is enabled in the Cloud project. */
  setApiEnabled(enabled: boolean): void
  /** Whether a search by name finds names that begin with it, too. */
  setLooseSearch(loose: boolean): void
  /** The key of `credentials()` so far is deleted; there is a new one. */
  rotateKey(): Promise<void>
  revokeTokens(): void
  close(): Promise<void>
}

/**
 * The Directory API of Google Workspace and its token endpoint, for reading, and strict: signature and claims of the assertion, delegated
 * scopes, the scope and administrator of every call, page tokens, `fields`, `query` and page sizes. Listens on loopback.
 */
export const startGoogleEmulator = async (options: GoogleEmulatorOptions = {}): Promise<GoogleEmulator> => {
  const directory = createGoogleDirectory(
    options.domains ?? ['corp.example'],
    options.customerId ?? 'C01emulated',
  )
  const account = await createServiceAccount(options.keyPair)
  const requests: GoogleRequest[] = []
  let delegated: ReadonlySet<string> = new Set(options.scopes ?? readOnlyScopes)
  let latencyMs = options.latencyMs ?? 0
  let faults: ((request: GoogleRequest) => GoogleFault | null) | null = null
  let enabled = true
  let loose = false
  const turns = pLimit(options.maxAtOnce ?? Number.POSITIVE_INFINITY)
  let atOnce = 0
  let most = 0
  let url = ''
  const tokenUrl = (): string => options.tokenUrl ?? `${url}/token`

  const tokens = createTokenEndpoint({
    account,
    directory,
    tokenUrl,
    delegated: () => delegated,
    lifetimeSeconds: options.tokenLifetimeSeconds ?? 3600,
    now: options.now ?? Date.now,
  })

  const handle = async (
    request: IncomingMessage,
    { pathname, searchParams }: URL,
    fault: ListFault | null,
  ): Promise<Answer> => {
    try {
      const body = await bodyOf(request)
      if (pathname === '/token' && request.method === 'POST')
        return tokens.issue(request.headers['content-type'] ?? '', body)
      const token = tokens.find(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')
      if (!token) throw new ApiRefusal(401, 'authError', 'Invalid Credentials')
      if (!enabled)
        throw new ApiRefusal(
          403,
          'accessNotConfigured',
          'Admin SDK API has not been used in project emulated-project before or it is disabled.',
        )
      return callApi(
        { method: request.method ?? '', path: pathname, query: searchParams, token, fault },
        { directory, loosely: () => loose, most: options.maxResults ?? Number.POSITIVE_INFINITY },
      )
    } catch (error) {
      if (error instanceof ApiRefusal || error instanceof TokenRefusal) return error.answer()
      throw error
    }
  }

  const server = createServer((request, response) => {
    const target = new URL(request.url ?? '/', 'http://emulator')
    const logged = {
      n: requests.length + 1,
      method: request.method ?? '',
      path: target.pathname,
      query: Object.fromEntries(target.searchParams),
    }
    requests.push(logged)
    most = Math.max(most, ++atOnce)
    response.once('close', () => atOnce--)
    const fault = faults?.(logged) ?? null
    const [transport, list] = fault?.kind === 'list' ? [null, fault.fault] : [fault, null]
    turns(() =>
      answerWithFaults(request, response, latencyMs, transport, 'application/json; charset=UTF-8', () =>
        handle(request, target, list),
      ),
    ).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 60_000
  const traffic = countTraffic(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
  return {
    url,
    rootUrl: `${url}/`,
    tokenUrl: tokenUrl(),
    credentials: () => account.keyFile(tokenUrl()),
    clientId: account.clientId,
    directory,
    requests,
    mostAtOnce: () => most,
    traffic,
    setLatency: (ms) => (latencyMs = ms),
    setFaults: (plan) => (faults = plan),
    setListening: (on) => setListening(server, port, on),
    setScopes: (scopes) => (delegated = new Set(scopes)),
    setApiEnabled: (on) => (enabled = on),
    setLooseSearch: (on) => (loose = on),
    rotateKey: () => account.rotateKey(),
    revokeTokens: () => tokens.revokeAll(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
