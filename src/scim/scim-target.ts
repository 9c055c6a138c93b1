import type { Target } from '../apply/target.ts'
import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import { createDispatcher, defaultHttpOptions } from '../lib/http.ts'
import type { Log } from '../lib/log.ts'
import type { OnRequest } from '../lib/requests.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import type { ScimId } from '../model/ids.ts'
import type { TargetState } from '../model/target-state.ts'
import { parseBaseUrl } from './base-url.ts'
import { checkEndpoint } from './check.ts'
import { createScimClient, type ScimResponse } from './client.ts'
import { detectProfile } from './detect.ts'
import { findByExternalId } from './lookup.ts'
import { membersFromGroups, membersFromUsers } from './membership.ts'
import { readAll } from './paging.ts'
import {
  parseGroup,
  parseServiceProviderConfig,
  parseUser,
  type ServiceProviderConfig,
  type WireGroup,
  type WireUser,
} from './parse.ts'
import type { Profile } from './profiles/profile.ts'
import { createThrottle } from './throttle.ts'
import { notApplied } from './verify.ts'
import { groupBody, patchBody, userBody, type PatchOperation } from './wire.ts'

export interface ScimTargetOptions {
  readonly url: string
  readonly token: Secret
  readonly profile: 'auto' | 'keeper' | 'rfc7644'
  /** Requests under way at once, and connections. */
  readonly maxConcurrency: number
  /** PEM file, trusted besides the public authorities; empty for none. */
  readonly caFile: string
  readonly allowInsecure: boolean
  readonly userAgent: string
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy?: RetryPolicy
  /** Ends the waiting between tries; requests under way finish. */
  readonly signal?: AbortSignal
}

/**
 * A SCIM 2.0 endpoint as a target.
 * @throws ScimPushError SCIM_WRONG_URL, SCIM_INSECURE_URL, SCIM_TLS when the configuration can’t work
 */
export const createScimTarget = (options: ScimTargetOptions): Target => {
  const { clock, log, maxConcurrency: concurrency } = options
  const baseUrl = parseBaseUrl(options.url, options.allowInsecure)
  const dispatcher = openPool(options)
  const throttle = createThrottle(concurrency, clock, options.signal)
  const client = createScimClient({
    ...options,
    baseUrl: baseUrl.href.replace(/\/+$/, ''),
    dispatcher,
    throttle,
    retryPolicy: options.retryPolicy ?? defaultRetryPolicy,
  })

  let config: ServiceProviderConfig | null = null
  let profile: Profile = detectProfile(options.profile, baseUrl, null)
  /** Optional in practice: a service without one is taken for what its URL says. */
  const probe = async (): Promise<void> => {
    try {
      config = parseServiceProviderConfig(
        (await client.send({ method: 'GET', path: '/ServiceProviderConfig' })).body,
      )
    } catch (error) {
      if (!(error instanceof ScimPushError) || error.failure === 'unreachable') throw error
      log.debug('no ServiceProviderConfig', { code: error.code })
    }
    profile = detectProfile(options.profile, baseUrl, config)
  }
  const read = async <T extends { readonly id: string }>(
    path: string,
    parse: (resource: unknown, where: string) => T,
  ) => {
    try {
      return await readAll({ client, path, count: profile.pageSize, concurrency }, parse)
    } catch (error) {
      if (!(error instanceof ScimPushError) || error.code !== 'SCIM_NOT_FOUND') throw error
      const { host, pathname } = baseUrl
      throw new ScimPushError('SCIM_WRONG_URL', {
        message: `${host} has no SCIM service at ${pathname}`,
        where: `GET ${path}`,
        cause: error,
      })
    }
  }
  const patch = async (path: string, operations: readonly PatchOperation[]): Promise<ScimResponse> =>
    operations.length === 0
      ? { status: 204, body: null }
      : client.send({ method: 'PATCH', path, body: patchBody(operations) })
  const remove = async (path: string): Promise<void> => {
    try {
      await client.send({ method: 'DELETE', path })
    } catch (error) {
      // Gone already, perhaps by our own first try.
      if (!(error instanceof ScimPushError) || error.code !== 'SCIM_NOT_FOUND') throw error
    }
  }
  const created = (
    path: string,
    parse: (resource: unknown, where: string) => WireUser | WireGroup,
    key: string,
  ) => ({
    accept: ({ body }: ScimResponse): ScimId => {
      const resource = parse(body, path)
      if (resource.externalId !== null && resource.externalId !== key) {
        const message = `created ${key}, and the answer is ${resource.id} with the externalId ${resource.externalId}`
        throw new ScimPushError('SCIM_WRONG_RESOURCE', { message, where: `POST ${path}` })
      }
      return resource.id
    },
    lookUp: async (): Promise<ScimId | null> =>
      (await findByExternalId({ client, path, count: profile.pageSize, concurrency, parse }, key))?.id ??
      null,
  })
  const userPath = (id: ScimId): string => `/Users/${encodeURIComponent(id)}`
  const groupPath = (id: ScimId): string => `/Groups/${encodeURIComponent(id)}`

  return {
    get description() {
      return `${profile.name} SCIM at ${baseUrl.host}${baseUrl.pathname}`
    },
    async read(): Promise<TargetState> {
      await probe()
      const [users, groups] = await Promise.all([read('/Users', parseUser), read('/Groups', parseGroup)])
      return {
        users,
        groups:
          profile.memberships.side === 'user'
            ? membersFromUsers(users, groups)
            : await membersFromGroups(client, users, groups, concurrency),
      }
    },
    membershipStyle: () => profile.memberships,
    createUser(user, groups) {
      const { accept, lookUp } = created('/Users', parseUser, user.key)
      return client.create({ method: 'POST', path: '/Users', body: userBody(user, groups) }, accept, lookUp)
    },
    createGroup(group) {
      const { accept, lookUp } = created('/Groups', parseGroup, group.key)
      return client.create({ method: 'POST', path: '/Groups', body: groupBody(group) }, accept, lookUp)
    },
    async updateUser(id, changes) {
      const path = userPath(id)
      const { body } = await patch(path, profile.userPatch(changes))
      notApplied(body, { id, ...changes }, `PATCH ${path}`)
    },
    async updateGroup(id, changes) {
      const path = groupPath(id)
      const { body } = await patch(path, profile.groupPatch(changes))
      notApplied(body, { id, ...changes }, `PATCH ${path}`)
    },
    deleteUser: (id) => remove(userPath(id)),
    deleteGroup: (id) => remove(groupPath(id)),
    async changeMemberships(change) {
      const path = profile.memberships.side === 'user' ? userPath(change.owner) : groupPath(change.owner)
      await patch(path, profile.membershipPatch(change))
    },
    check: () => checkEndpoint({ client, host: baseUrl.host, probe, state: () => ({ config, profile }) }),
    close: () => dispatcher.close(),
  }
}

const openPool = ({ maxConcurrency, caFile }: ScimTargetOptions) => {
  try {
    return createDispatcher({ ...defaultHttpOptions, maxConnections: maxConcurrency, caFile })
  } catch (cause) {
    throw new ScimPushError('SCIM_TLS', {
      message: `the CA file ${caFile} can’t be read`,
      where: 'target.caFile',
      cause,
    })
  }
}
