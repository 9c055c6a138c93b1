import type { Target } from '../apply/target.ts'
import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import { createDispatcher, defaultHttpOptions, type HttpOptions } from '../lib/http.ts'
import type { Log } from '../lib/log.ts'
import type { OnRequest } from '../lib/requests.ts'
import { defaultRetryPolicy, type RetryPolicy } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import type { ScimId } from '../model/ids.ts'
import { createSameText } from '../lib/same-text.ts'
import type { TargetState, TargetUser } from '../model/target-state.ts'
import { isOfEndpoint, parseBaseUrl } from './base-url.ts'
import { checkEndpoint } from './check.ts'
import { createScimClient, type ScimReader } from './client.ts'
import { detectProfile } from './detect.ts'
import { readServiceProviderConfig, withoutService } from './endpoint.ts'
import { createKnownResources } from './known.ts'
import { createLookUp, type Sought } from './lookup.ts'
import { membersFromGroups, membersFromUsers } from './membership.ts'
import { readAll, type ListOptions } from './paging.ts'
import { parseCreated, parseGroup, parseUser, type WireUser } from './parse.ts'
import { createThrottle } from './throttle.ts'
import { verifyAttributes, verifyId, verifyMembers } from './verify.ts'
import { groupBody, patchBody, userBody, type PatchOperation } from './wire.ts'
import { trimEndOf } from '../lib/trim-end.ts'

interface ScimTimeouts extends Pick<HttpOptions, 'headersTimeoutMs' | 'bodyTimeoutMs'> {
  /** From a request to the last byte of its answer, however steadily it comes. */
  readonly answerMs: number
}

const defaultTimeouts: ScimTimeouts = { ...defaultHttpOptions, answerMs: 180_000 }

export interface ScimTargetOptions {
  readonly url: string
  readonly token: Secret
  readonly profile: 'auto' | 'keeper' | 'rfc7644'
  /** Requests under way at once, and connections, at most. */
  readonly maxConcurrency: number
  /** Requests that may start within any minute; 0 for any number. */
  readonly maxRequestsPerMinute?: number
  /** `off`: each change is a request of its own, whatever the endpoint offers. */
  readonly bulk: 'auto' | 'off'
  /** PEM file, trusted besides the public authorities; empty for none. */
  readonly caFile: string
  readonly allowInsecure: boolean
  readonly userAgent: string
  readonly log: Log
  readonly onRequest: OnRequest
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy?: RetryPolicy
  readonly timeouts?: ScimTimeouts
  /** Ends the waiting between tries; requests under way finish, if they are answered in time. */
  readonly signal?: AbortSignal
  /** How much time that is, in ms. */
  readonly finishMs?: number
}

/**
 * A SCIM 2.0 endpoint as a target.
 * @throws ScimPushError SCIM_WRONG_URL, SCIM_INSECURE_URL, SCIM_TLS when the configuration can’t work
 */
export const createScimTarget = (options: ScimTargetOptions): Target => {
  const { clock, log, maxConcurrency: concurrency } = options
  const baseUrl = parseBaseUrl(options.url, options.allowInsecure)
  const timeouts = options.timeouts ?? defaultTimeouts
  const dispatcher = openPool(options, timeouts)
  const { retryPolicy = defaultRetryPolicy } = options
  const clientOptions = {
    ...options,
    baseUrl: trimEndOf(baseUrl.href, '/'),
    dispatcher,
    throttle: createThrottle({
      max: concurrency,
      perMinute: options.maxRequestsPerMinute ?? 0,
      clock,
      onChange: (atOnce) => log.debug('requests at once', { concurrency: atOnce }),
    }),
    retryPolicy,
    answerMs: timeouts.answerMs,
  }
  const client = createScimClient(clientOptions)

  let cursorsOnly = false
  let maxResults: number | null = null
  let profile = detectProfile(options.profile, baseUrl, null)
  const probe = async (reader: ScimReader) => {
    const config = await readServiceProviderConfig(reader, log)
    profile = detectProfile(options.profile, baseUrl, config)
    cursorsOnly = config?.cursorsOnly ?? false
    maxResults = config?.maxResults ?? null
    return { config, profile }
  }
  const listOptions = (reader: ScimReader, path: string): ListOptions => ({
    reader,
    path,
    count: profile.pageSize,
    maxResults,
    concurrency,
    cursorsOnly,
  })
  const patch = async (path: string, operations: readonly PatchOperation[]): Promise<unknown> =>
    operations.length === 0
      ? null
      : (await client.send({ method: 'PATCH', path, body: patchBody(operations) })).body
  const users = createKnownResources('userName')
  const groups = createKnownResources('displayName')

  const lookUps = {
    Users: createLookUp(
      () => listOptions(client, '/Users'),
      parseUser,
      () => users.size,
    ),
    Groups: createLookUp(
      () => listOptions(client, '/Groups'),
      parseGroup,
      () => groups.size,
    ),
  }

  /** What the answer says was created, once it is known to be ours. */
  const create = async (type: 'Users' | 'Groups', body: object, sought: Sought): Promise<ScimId> => {
    const path = `/${type}`
    const { externalId, name } = sought
    const lookUp = (): Promise<ScimId | null> => lookUps[type](sought)
    const sent = { externalId, ...(name.attribute === 'userName' && { userName: name.value }) }
    const { id, location } = await client.create<{
      readonly id: ScimId
      readonly location?: string | undefined
    }>(
      { method: 'POST', path, body },
      (response) => ({ id: parseCreated(response.body, sent, path), location: response.location }),
      async () => {
        const found = await lookUp()
        return found === null ? null : { id: found }
      },
    )
    // Some endpoints only misspell themselves: then what they created is found here.
    if (!isOfEndpoint(baseUrl, location) && (await lookUp()) !== id)
      throw new ScimPushError('SCIM_WRONG_LOCATION', {
        message: `created ${name.value}, and the answer says that it is elsewhere: ${location?.slice(0, 300) ?? ''}`,
        where: `POST ${path}`,
      })
    const known = type === 'Users' ? users : groups
    known.created(id, { externalId, name: name.value }, `POST ${path}`)
    return id
  }
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
      const sameId = createSameText<ScimId>()
      const { config } = await probe(reader)
      client.giveUp(false)
      client.bulk.offer(options.bulk === 'off' ? null : (config?.bulk ?? null))
      if (config?.patch === false)
        log.warn('the endpoint says that it does not support PATCH', { url: baseUrl.href })
      const [readUsers, readGroups] = await withoutService(baseUrl, () =>
        Promise.all([
          readAll(listOptions(reader, '/Users'), (user, where) => parseUser(user, where, sameId)),
          readAll(listOptions(reader, '/Groups'), (group, where) => parseGroup(group, where, sameId)),
        ]),
      )
      const people = readUsers.map(withoutGroups)
      users.read(identitiesOf(people))
      const names = readGroups.map(({ id, externalId, displayName }) => ({
        id,
        externalId,
        name: displayName,
      }))
      groups.read(() => names)
      return {
        users: people,
        groups:
          profile.memberships.side === 'user'
            ? membersFromUsers(readUsers, readGroups)
            : await membersFromGroups(readUsers, readGroups, { reader, concurrency, log }),
      }
    },
    membershipStyle: () => profile.memberships,
    writesAtOnce: () => client.bulk.writesAtOnce(),
    giveUp: () => client.giveUp(true),
    createUser: (user, memberships) =>
      create('Users', userBody(user, memberships), {
        externalId: user.key,
        name: { attribute: 'userName', value: user.userName },
      }),
    createGroup: (group) =>
      create('Groups', groupBody(group), {
        externalId: group.key,
        name: { attribute: 'displayName', value: group.displayName },
      }),
    async updateUser(id, changes) {
      const path = pathOf('Users', id)
      const body = await patch(path, profile.userPatch(changes))
      const identity = identityIn(changes.externalId, changes.userName)
      users.verify(body, id, identity, `PATCH ${path}`)
      verifyAttributes(body, { id, ...changes }, `PATCH ${path}`)
      users.changed(id, identity)
    },
    async updateGroup(id, changes) {
      const path = pathOf('Groups', id)
      const body = await patch(path, profile.groupPatch(changes))
      const identity = identityIn(changes.externalId, changes.displayName)
      groups.verify(body, id, identity, `PATCH ${path}`)
      verifyAttributes(body, { id, ...changes }, `PATCH ${path}`)
      groups.changed(id, identity)
    },
    async deleteUser(id) {
      await remove(pathOf('Users', id))
      users.gone(id)
    },
    async deleteGroup(id) {
      await remove(pathOf('Groups', id))
      groups.gone(id)
    },
    async changeMemberships(change) {
      const { owner } = change
      const [type, known] =
        profile.memberships.side === 'user' ? ['Users' as const, users] : ['Groups' as const, groups]
      const path = pathOf(type, owner)
      const body = await patch(path, profile.membershipPatch(change))
      verifyId(body, owner, `PATCH ${path}`)
      known.verify(body, owner, {}, `PATCH ${path}`)
      // Keeper's answer is not held against it: a membership that waits for approval may read back differently.
      if (profile.memberships.side === 'group') verifyMembers(body, change, `PATCH ${path}`)
    },
    check(signal) {
      const hasty = { ...retryPolicy, attempts: Math.min(CHECK_TRIES, retryPolicy.attempts) }
      const reader = createScimClient({ ...clientOptions, retryPolicy: hasty }).reader(signal)
      return checkEndpoint({
        reader,
        baseUrl,
        probe: () => probe(reader),
        bulk: options.bulk,
        detected: (config) => detectProfile('auto', baseUrl, config),
      })
    },
    close: () => dispatcher.close(),
  }
}

/** Somebody waits for the answer of a doctor. */
const CHECK_TRIES = 2

/** They have told who is in which group, and would be held for as long as the run. */
const withoutGroups = ({
  id,
  externalId,
  userName,
  displayName,
  givenName,
  familyName,
  active,
}: WireUser): TargetUser => ({ id, externalId, userName, displayName, givenName, familyName, active })

/** Apart from where the lists are read, of which it would hold all that stands there. */
const identitiesOf = (users: readonly TargetUser[]) => () =>
  users.map(({ id, externalId, userName }) => ({ id, externalId, name: userName }))

const pathOf = (type: 'Users' | 'Groups', id: ScimId): string => `/${type}/${encodeURIComponent(id)}`

const identityIn = (externalId: string | undefined, name: string | undefined) => ({
  ...(externalId !== undefined && { externalId }),
  ...(name !== undefined && { name }),
})

const openPool = (
  { maxConcurrency, caFile }: ScimTargetOptions,
  { headersTimeoutMs, bodyTimeoutMs }: ScimTimeouts,
) => {
  try {
    return createDispatcher({
      ...defaultHttpOptions,
      headersTimeoutMs,
      bodyTimeoutMs,
      maxConnections: maxConcurrency,
      caFile,
    })
  } catch (cause) {
    throw new ScimPushError('SCIM_TLS', {
      message: `the CA file ${caFile} can’t be read`,
      where: 'target.caFile',
      cause,
    })
  }
}
