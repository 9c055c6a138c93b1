import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerWithFaults, bodyOf, type Answer, type FaultPlan } from '../faults.ts'
import { createGroup, groupJson, patchGroup, replaceGroup } from './groups.ts'
import { listAnswer } from './list.ts'
import { createRateLimit } from './rate-limit.ts'
import { ScimRefusal } from './scim-error.ts'
import { createKeeperState, type KeeperState } from './state.ts'
import { createUser, patchUser, replaceUser, userJson } from './users.ts'

export interface KeeperEmulatorOptions {
  readonly token?: string
  /** The number of the node in the URL. */
  readonly nodeId?: string
  /** Licences; one more user than this is answered with 428. */
  readonly seats?: number
  /** The most that a page holds. */
  readonly maxCount?: number
  /** False: filters are refused. */
  readonly filters?: boolean
  /** Groups whose name starts with it become roles. */
  readonly rolePrefix?: string
  readonly latencyMs?: number
  /** Requests that write, a minute; more are answered with 429 and Retry-After. */
  readonly writesPerMinute?: number
  /** False: no ServiceProviderConfig, as in older regions. */
  readonly serviceProviderConfig?: boolean
}

export interface KeeperEmulator {
  /** The base URL, as Keeper's console shows it. */
  readonly url: string
  readonly token: string
  /** What the node holds; change it here to change it behind a client's back. */
  readonly state: KeeperState
  /** `POST /Users`, in order of arrival. */
  readonly requests: readonly string[]
  setLatency(ms: number): void
  setFaults(plan: FaultPlan | null): void
  close(): Promise<void>
}

/**
 * Keeper's SCIM endpoint as far as it is documented, and strict where it is not: wrong token, path, type, schema and unknown
 * attributes are refused. Listens on loopback.
 */
export const startKeeperEmulator = async (options: KeeperEmulatorOptions = {}): Promise<KeeperEmulator> => {
  const token = options.token ?? randomBytes(24).toString('base64url')
  const base = `/api/rest/scim/v2/${options.nodeId ?? '288797895950343'}`
  const state = createKeeperState(options.rolePrefix ?? '')
  const requests: string[] = []
  const writes = createRateLimit(options.writesPerMinute ?? Number.POSITIVE_INFINITY)
  let latencyMs = options.latencyMs ?? 0
  let faults: FaultPlan | null = null

  const handle = async (request: IncomingMessage, url: URL): Promise<Answer> => {
    try {
      const body = await bodyOf(request)
      authorize(request, token)
      if (!url.pathname.startsWith(`${base}/`)) throw new ScimRefusal(404, 'no such node')
      if (request.method !== 'GET') {
        const waitSeconds = writes.take()
        if (waitSeconds > 0)
          return {
            ...new ScimRefusal(429, 'too many requests').answer(),
            headers: { 'retry-after': `${waitSeconds}` },
          }
      }
      return route(
        request.method ?? '',
        url.pathname.slice(base.length),
        url.searchParams,
        parseJson(request, body),
        state,
        options,
      )
    } catch (error) {
      if (error instanceof ScimRefusal) return error.answer()
      throw error
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://emulator')
    const path = url.pathname.replace(base, '')
    requests.push(`${request.method ?? ''} ${path}`)
    const fault = faults?.({ n: requests.length, method: request.method ?? '', path }) ?? null
    answerWithFaults(request, response, latencyMs, fault, 'application/scim+json', () =>
      handle(request, url),
    ).catch(() => request.socket.destroy())
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`,
    token,
    state,
    requests,
    setLatency(ms) {
      latencyMs = ms
    },
    setFaults(plan) {
      faults = plan
    },
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

const route = (
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
  state: KeeperState,
  options: KeeperEmulatorOptions,
): Answer => {
  const [, type = '', id = '', rest] = path.split('/')
  if (rest !== undefined) throw new ScimRefusal(404, 'no such path')
  if (
    type === 'ServiceProviderConfig' &&
    id === '' &&
    method === 'GET' &&
    options.serviceProviderConfig !== false
  ) {
    return { status: 200, body: serviceProviderConfig(options) }
  }
  if (type === 'Users') return routeUsers(method, decodeURIComponent(id), query, body, state, options)
  if (type === 'Groups') return routeGroups(method, decodeURIComponent(id), query, body, state, options)
  throw new ScimRefusal(404, 'no such path')
}

type Route = (
  method: string,
  id: string,
  query: URLSearchParams,
  body: unknown,
  state: KeeperState,
  options: KeeperEmulatorOptions,
) => Answer

const routeUsers: Route = (method, id, query, body, state, options) => {
  if (id === '') {
    if (method === 'POST') return createUser(body, state, options.seats ?? Number.POSITIVE_INFINITY)
    if (method !== 'GET') throw new ScimRefusal(405, 'not allowed here')
    return listAnswer({
      query,
      all: state.users,
      filters: options.filters !== false,
      maxCount: options.maxCount ?? 10_000,
      json: (user) => userJson(user, state),
      filter: (attribute, value) => {
        if (attribute === 'userName') return [state.userByName(value) ?? []].flat()
        if (attribute === 'externalId') return [state.userByExternalId(value) ?? []].flat()
        return null
      },
    })
  }
  const user = state.users.get(id)
  if (!user) throw new ScimRefusal(404, 'no such user')
  switch (method) {
    case 'GET':
      return { status: 200, body: userJson(user, state) }
    case 'PUT':
      return replaceUser(user, body, state)
    case 'PATCH':
      return patchUser(user, body, state)
    case 'DELETE':
      state.deleteUser(id)
      return { status: 204 }
    default:
      throw new ScimRefusal(405, 'not allowed here')
  }
}

const routeGroups: Route = (method, id, query, body, state, options) => {
  if (id === '') {
    if (method === 'POST') return createGroup(body, state)
    if (method !== 'GET') throw new ScimRefusal(405, 'not allowed here')
    return listAnswer({
      query,
      all: state.groups,
      filters: options.filters !== false,
      maxCount: options.maxCount ?? 10_000,
      json: groupJson,
      filter: (attribute, value) => {
        if (attribute === 'displayName') return state.groupsByName(value)
        if (attribute === 'externalId') return [state.groupByExternalId(value) ?? []].flat()
        return null
      },
    })
  }
  const group = state.groups.get(id)
  if (!group) throw new ScimRefusal(404, 'no such group')
  switch (method) {
    case 'GET':
      return { status: 200, body: groupJson(group) }
    case 'PUT':
      return replaceGroup(group, body, state)
    case 'PATCH':
      return patchGroup(group, body, state)
    case 'DELETE':
      state.deleteGroup(id)
      return { status: 204 }
    default:
      throw new ScimRefusal(405, 'not allowed here')
  }
}

const serviceProviderConfig = (options: KeeperEmulatorOptions): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: options.filters !== false, maxResults: options.maxCount ?? 10_000 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'token', description: 'bearer token' }],
})
