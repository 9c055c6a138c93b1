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
import { createScimClient, type ScimReader } from './client.ts'
import { detectProfile } from './detect.ts'
import { readServiceProviderConfig, withoutService } from './endpoint.ts'
import { findCreated } from './lookup.ts'
import { membersFromGroups, membersFromUsers } from './membership.ts'
import { readAll, type ListOptions } from './paging.ts'
import { parseCreated, parseGroup, parseUser } from './parse.ts'
import { createThrottle } from './throttle.ts'
import { verifyAttributes, verifyMembers } from './verify.ts'
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
  const client = createScimClient({
    ...options,
    baseUrl: baseUrl.href.replace(/\/+$/, ''),
    dispatcher,
    throttle: createThrottle(concurrency, clock),
    retryPolicy: options.retryPolicy ?? defaultRetryPolicy,
  })

  let cursorsOnly = false
  let profile = detectProfile(options.profile, baseUrl, null)
  const probe = async (reader: ScimReader) => {
    const config = await readServiceProviderConfig(reader, log)
    profile = detectProfile(options.profile, baseUrl, config)
    cursorsOnly = config?.cursorsOnly ?? false
    return { config, profile }
  }
  const listOptions = (reader: ScimReader, path: string): ListOptions => ({
    reader,
    path,
    count: profile.pageSize,
    concurrency,
    cursorsOnly,
  })
  const patch = async (path: string, operations: readonly PatchOperation[]): Promise<unknown> =>
    operations.length === 0
      ? null
      : (await client.send({ method: 'PATCH', path, body: patchBody(operations) })).body
  const remove = async (path: string): Promise<void> => {
    try {
      await client.send({ method: 'DELETE', path })
    } catch (error) {
      // Gone already, perhaps by our own first try.
      if (!(error instanceof ScimPushError) || error.code !== 'SCIM_NOT_FOUND') throw error
    }
  }

  return {
    get description() {
      return `${profile.name} SCIM at ${baseUrl.host}${baseUrl.pathname}`
    },
    async read(signal): Promise<TargetState> {
      const reader = client.reader(signal)
      const { config } = await probe(reader)
      if (config?.patch === false)
        log.warn('the endpoint says that it does not support PATCH', { url: baseUrl.href })
      const [users, groups] = await withoutService(baseUrl, () =>
        Promise.all([
          readAll(listOptions(reader, '/Users'), parseUser),
          readAll(listOptions(reader, '/Groups'), parseGroup),
        ]),
      )
      return {
        users,
        groups:
          profile.memberships.side === 'user'
            ? membersFromUsers(users, groups)
            : await membersFromGroups(users, groups, { reader, concurrency, log }),
      }
    },
    membershipStyle: () => profile.memberships,
    createUser(user, groups) {
      const { key: externalId, userName } = user
      const name = { attribute: 'userName', value: userName } as const
      return client.create(
        { method: 'POST', path: '/Users', body: userBody(user, groups) },
        ({ body }) => parseCreated(body, { externalId, userName }, '/Users'),
        () => findCreated(listOptions(client, '/Users'), parseUser, { externalId, name }),
      )
    },
    createGroup(group) {
      const { key: externalId, displayName } = group
      const name = { attribute: 'displayName', value: displayName } as const
      return client.create(
        { method: 'POST', path: '/Groups', body: groupBody(group) },
        ({ body }) => parseCreated(body, { externalId }, '/Groups'),
        () => findCreated(listOptions(client, '/Groups'), parseGroup, { externalId, name }),
      )
    },
    async updateUser(id, changes) {
      const path = pathOf('Users', id)
      verifyAttributes(await patch(path, profile.userPatch(changes)), { id, ...changes }, `PATCH ${path}`)
    },
    async updateGroup(id, changes) {
      const path = pathOf('Groups', id)
      verifyAttributes(await patch(path, profile.groupPatch(changes)), { id, ...changes }, `PATCH ${path}`)
    },
    deleteUser: (id) => remove(pathOf('Users', id)),
    deleteGroup: (id) => remove(pathOf('Groups', id)),
    async changeMemberships(change) {
      const path = pathOf(profile.memberships.side === 'user' ? 'Users' : 'Groups', change.owner)
      const body = await patch(path, profile.membershipPatch(change))
      // Keeper's answer is not held against it: a membership that waits for approval may read back differently.
      if (profile.memberships.side === 'group') verifyMembers(body, change, `PATCH ${path}`)
    },
    check(signal) {
      const reader = client.reader(signal)
      return checkEndpoint({ reader, baseUrl, probe: () => probe(reader) })
    },
    close: () => dispatcher.close(),
  }
}

const pathOf = (type: 'Users' | 'Groups', id: ScimId): string => `/${type}/${encodeURIComponent(id)}`

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
