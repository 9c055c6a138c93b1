import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import pLimit from 'p-limit'
import { answerWithFaults, bodyOf, setListening, type Answer, type FaultPlan } from '../faults.ts'
import { countTraffic, type Traffic } from '../traffic.ts'
import { answerBulk } from './bulk.ts'
import { commanderMeant } from './commander.ts'
import { createRateLimit } from './rate-limit.ts'
import { route, type KeeperBehaviour } from './routes.ts'
import { ScimRefusal } from './scim-error.ts'
import { createKeeperState, type KeeperState } from './state.ts'

export interface KeeperEmulatorOptions extends KeeperBehaviour {
  readonly token?: string
  /** The number of the node in the URL. */
  readonly nodeId?: string
  /** Groups whose name starts with it become roles. */
  readonly rolePrefix?: string
  readonly latencyMs?: number
  /** Requests served at the same time; more wait for their turn. */
  readonly maxAtOnce?: number
  /** Requests that write, and operations of a Bulk, a minute; more are answered with 429, the former with Retry-After. */
  readonly writesPerMinute?: number
  /** How that is counted: in any minute, or minute by minute. */
  readonly window?: 'sliding' | 'fixed'
  /** Milliseconds of the emulator's own clock, for that limit. */
  readonly now?: () => number
  /** What an operation of a Bulk takes. */
  readonly bulkOperationMs?: number
  /** True: what Keeper Commander sends for `schemas` is taken too, as Keeper takes it. */
  readonly commanderSchemas?: boolean
}

export interface KeeperEmulator {
  /** The base URL, as Keeper's console shows it. */
  readonly url: string
  readonly token: string
  /** What the node holds; change it here to change it behind a client's back. */
  readonly state: KeeperState
  /** `POST /Users`, in order of arrival. */
  readonly requests: readonly string[]
  /** Those of Bulks, in the order in which they were carried out. */
  readonly operations: readonly string[]
  traffic(): Traffic
  setLatency(ms: number): void
  setFaults(plan: FaultPlan | null): void
  setOperationFaults(plan: OperationFaultPlan | null): void
  /** False: connections are refused, and those that are open are closed. */
  setListening(on: boolean): Promise<void>
  close(): Promise<void>
}

/** Asked once an operation of a Bulk: the status that it is answered with, and whether it is carried out; null for no fault. */
type OperationFaultPlan = (operation: {
  readonly method: string
  readonly path: string
}) => { readonly status: number; readonly done: boolean } | null

/**
 * Keeper's SCIM endpoint as far as it is documented, and strict where it is not: wrong token, path, type, schema and unknown
 * attributes are refused. Listens on loopback.
 */
export const startKeeperEmulator = async (options: KeeperEmulatorOptions = {}): Promise<KeeperEmulator> => {
  const token = options.token ?? randomBytes(24).toString('base64url')
  const base = `/api/rest/scim/v2/${options.nodeId ?? '288797895950343'}`
  const state = createKeeperState(options.rolePrefix ?? '')
  const requests: string[] = []
  const operations: string[] = []
  const writes = createRateLimit({
    perMinute: options.writesPerMinute ?? Number.POSITIVE_INFINITY,
    window: options.window ?? 'sliding',
    now: options.now ?? (() => performance.now()),
  })
  const turns = pLimit(options.maxAtOnce ?? Number.POSITIVE_INFINITY)
  let latencyMs = options.latencyMs ?? 0
  let faults: FaultPlan | null = null
  let operationFaults: OperationFaultPlan | null = null

  const handle = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    try {
      const body = await bodyOf(request)
      authorize(request, token)
      if (!url.pathname.startsWith(`${base}/`)) throw new ScimRefusal(404, 'no such node')
      const { bulk } = options
      if (bulk && request.method === 'POST' && url.pathname === `${base}/Bulk`)
        return await answerBulk(parseJson(request, body), {
          limits: bulk,
          bytes: Buffer.byteLength(body),
          operationMs: options.bulkOperationMs ?? 0,
          url: `http://${request.headers.host ?? ''}${base}`,
          take: () => writes.take(),
          carryOut(method, path, data) {
            operations.push(`${method} ${path}`)
            const own = (): Answer => route(method, path, new URLSearchParams(), data, state, options)
            const fault = operationFaults?.({ method, path }) ?? null
            if (fault === null) return own()
            if (fault.done) own()
            throw new ScimRefusal(fault.status, 'as the test wants it')
          },
        })
      if (request.method !== 'GET') {
        const waitSeconds = writes.take()
        if (waitSeconds > 0)
          return {
            ...new ScimRefusal(429, 'too many requests').answer(),
            headers: { 'retry-after': `${waitSeconds}` },
          }
      }
      const sent = parseJson(request, body)
      return route(
        request.method ?? '',
        url.pathname.slice(base.length),
        url.searchParams,
        options.commanderSchemas ? commanderMeant(sent) : sent,
        state,
        options,
      )
    } catch (error) {
      if (error instanceof ScimRefusal) return error.answer()
      throw error
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(`http://emulator${request.url ?? '/'}`)
    const path = url.pathname.replace(base, '')
    requests.push(`${request.method ?? ''} ${path}`)
    const query = Object.fromEntries(url.searchParams)
    const fault = faults?.({ n: requests.length, method: request.method ?? '', path, query }) ?? null
    turns(() =>
      answerWithFaults(request, response, latencyMs, fault, 'application/scim+json', () =>
        handle(request, url),
      ),
    ).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 60_000
  const traffic = countTraffic(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${base}`,
    token,
    state,
    requests,
    operations,
    traffic,
    setLatency(ms) {
      latencyMs = ms
    },
    setFaults(plan) {
      faults = plan
    },
    setOperationFaults(plan) {
      operationFaults = plan
    },
    setListening: (on) => setListening(server, port, on),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const authorize = (request: IncomingMessage, token: string): void => {
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
    throw new ScimRefusal(401, 'the token is not valid')
}

const parseJson = (request: IncomingMessage, body: string): unknown => {
  if (body === '') return undefined
  if (!/^application\/(scim\+)?json\b/i.test(request.headers['content-type'] ?? '')) {
    throw new ScimRefusal(415, 'the content type must be application/scim+json or application/json')
  }
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw new ScimRefusal(400, 'the body is not JSON', 'invalidSyntax')
  }
}
