import type { Answer } from '../faults.ts'
import type { KeeperBulk } from './bulk.ts'
import { createGroup, groupJson, patchGroup, replaceGroup } from './groups.ts'
import { listAnswer } from './list.ts'
import { ScimRefusal } from './scim-error.ts'
import type { KeeperState } from './state.ts'
import { createUser, patchUser, replaceUser, userJson } from './users.ts'

/** How the node behaves, apart from what it holds. */
export interface KeeperBehaviour {
  /** Licences; one more user than this is answered with 428. */
  readonly seats?: number
  /** The most that a page holds. */
  readonly maxCount?: number
  /** True: every page has the default size, whatever is asked for. */
  readonly ignoreCount?: boolean
  /** True: every page is page one. */
  readonly repeatPages?: boolean
  /** False: filters are refused. */
  readonly filters?: boolean
  /** False: no ServiceProviderConfig, as in older regions. */
  readonly serviceProviderConfig?: boolean
  /** What a Bulk may hold; null, or not given, for none, as in older regions. */
  readonly bulk?: KeeperBulk | null
}

/** What the node answers to a request that came through the door. */
export const route = (
  method: string,
  path: string,
  query: URLSearchParams,
  body: unknown,
  state: KeeperState,
  options: KeeperBehaviour,
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
  if (type === 'Users') return routeUsers(method, idOf(id), query, body, state, options)
  if (type === 'Groups') return routeGroups(method, idOf(id), query, body, state, options)
  throw new ScimRefusal(404, 'no such path')
}

const idOf = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    throw new ScimRefusal(404, 'no such resource')
  }
}

const paging = (options: KeeperBehaviour) => ({
  filters: options.filters !== false,
  maxCount: options.maxCount ?? 10_000,
  ignoreCount: options.ignoreCount ?? false,
  repeatPages: options.repeatPages ?? false,
})

type Route = (
  method: string,
  id: string,
  query: URLSearchParams,
  body: unknown,
  state: KeeperState,
  options: KeeperBehaviour,
) => Answer

const routeUsers: Route = (method, id, query, body, state, options) => {
  if (id === '') {
    if (method === 'POST') return createUser(body, state, options.seats ?? Number.POSITIVE_INFINITY)
    if (method !== 'GET') throw new ScimRefusal(405, 'not allowed here')
    return listAnswer({
      query,
      all: state.users,
      ...paging(options),
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
      ...paging(options),
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

const serviceProviderConfig = (options: KeeperBehaviour): object => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
  patch: { supported: true },
  bulk: { supported: options.bulk != null, maxOperations: 0, maxPayloadSize: 0, ...options.bulk },
  filter: { supported: options.filters !== false, maxResults: options.maxCount ?? 10_000 },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [{ type: 'oauthbearertoken', name: 'token', description: 'bearer token' }],
})
