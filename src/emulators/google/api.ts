import type { Answer } from '../faults.ts'
import type { GoogleDirectory, GoogleGroup, GoogleUser } from './directory.ts'
import { parseFields, select, type Shape } from './fields.ts'
import { ApiRefusal, forbidden, invalidInput, invalidParameter, notFound } from './google-error.ts'
import { listAnswer, type ListFault } from './list-answer.ts'
import type { Ordered } from './ordered.ts'
import { fits, parseQuery, type Clause } from './query.ts'
import { groupJson, groupShape, memberJson, memberShape, userJson, userShape } from './resources.ts'
import { enoughFor } from './scopes.ts'
import type { AccessToken } from './token-endpoint.ts'

export interface ApiRequest {
  readonly method: string
  /** Below the root URL: `/admin/directory/v1/users`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly token: AccessToken
  readonly fault: ListFault | null
}

export interface ApiOptions {
  readonly directory: GoogleDirectory
  /** True: `name=` finds names that begin with the value too. */
  readonly loosely: () => boolean
  /** The most that a page holds. */
  readonly most: number
}

const BASE = '/admin/directory/v1/'

/** Answers one call of the Directory API. @throws ApiRefusal */
export const callApi = (request: ApiRequest, options: ApiOptions): Answer => {
  const { path, method, token } = request
  const parts = path.startsWith(BASE) ? path.slice(BASE.length).split('/').map(decodeURIComponent) : []
  const [type = '', key = '', sub] = parts
  const known =
    (type === 'users' && parts.length <= 2) ||
    (type === 'groups' && (parts.length <= 2 || (parts.length === 3 && sub === 'members')))
  if (!known || (parts.length > 1 && key === '')) throw new ApiRefusal(404, 'notFound', 'Not Found')
  if (method !== 'GET')
    throw new ApiRefusal(404, 'notFound', `Not Found: the emulator only reads, not ${method}`)

  authorize(token, type === 'users' ? 'users' : sub === 'members' ? 'members' : 'groups', options.directory)
  if (type === 'users')
    return parts.length === 1 ? listUsers(request, options) : getUser(key, request, options)
  if (sub === 'members') return listMembers(key, request, options)
  return parts.length === 1 ? listGroups(request, options) : getGroup(key, request, options)
}

const authorize = (token: AccessToken, what: keyof typeof enoughFor, directory: GoogleDirectory): void => {
  if (!enoughFor[what].some((scope) => token.scopes.has(scope)))
    throw new ApiRefusal(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.')
  const subject = token.subject === null ? undefined : directory.findUser(token.subject)
  if (!subject?.isAdmin || subject.suspended) throw forbidden()
}

const STANDARD = ['fields', 'alt', 'prettyPrint', 'quotaUser']

const refuseUnknown = (query: URLSearchParams, allowed: readonly string[]): void => {
  for (const name of query.keys())
    if (!allowed.includes(name) && !STANDARD.includes(name))
      throw invalidParameter(
        `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter.`,
      )
}

/** A list is of a customer or of a domain: one of them has to be said. */
const checkTenant = (query: URLSearchParams, { customerId, domains }: GoogleDirectory): void => {
  const customer = query.get('customer')
  const domain = query.get('domain')
  if (customer === null && domain === null) throw new ApiRefusal(400, 'badRequest', 'Bad Request')
  if (customer !== null && customer !== 'my_customer' && customer !== customerId)
    throw invalidInput('customer')
  if (domain !== null && !domains.has(domain.toLowerCase()))
    throw new ApiRefusal(404, 'notFound', 'Domain not found.')
}

const inDomain = (query: URLSearchParams, email: string): boolean => {
  const domain = query.get('domain')
  return domain === null || email.toLowerCase().endsWith(`@${domain.toLowerCase()}`)
}

const LIST = ['customer', 'domain', 'query', 'maxResults', 'pageToken']

const listUsers = ({ path, query, fault }: ApiRequest, { directory, most }: ApiOptions): Answer => {
  refuseUnknown(query, [...LIST, 'showDeleted'])
  checkTenant(query, directory)
  // Deleted users instead of the live ones, not besides them.
  const deleted = query.get('showDeleted') === 'true'
  const found = (): Ordered<GoogleUser> | readonly GoogleUser[] => {
    const text = query.get('query')
    if (deleted) return []
    if (text === null && !query.has('domain')) return directory.users
    const clauses = text === null ? [] : parseQuery(text, ['email', 'name', 'givenName', 'familyName'])
    return [...directory.users.values()].filter(
      (user) =>
        inDomain(query, user.primaryEmail) &&
        clauses.every((clause) => fits(clause, userValues(user, clause))),
    )
  }
  return listAnswer({
    path,
    query,
    name: 'users',
    shape: userShape,
    defaultSize: 100,
    maxSize: 500,
    fault,
    most,
    items: found(),
    json: (user) => userJson(user, directory),
  })
}

const userValues = (user: GoogleUser, { field }: Clause): readonly string[] => {
  switch (field) {
    case 'email':
      return [user.primaryEmail, ...user.aliases]
    case 'givenName':
      return [user.givenName]
    case 'familyName':
      return [user.familyName]
    default:
      return [user.givenName, user.familyName, `${user.givenName} ${user.familyName}`]
  }
}

const listGroups = ({ path, query, fault }: ApiRequest, { directory, loosely, most }: ApiOptions): Answer => {
  refuseUnknown(query, [...LIST, 'userKey'])
  const userKey = query.get('userKey')
  if (userKey === null) checkTenant(query, directory)
  else if (query.has('customer')) throw invalidInput('userKey')
  const found = (): Ordered<GoogleGroup> | readonly GoogleGroup[] => {
    if (userKey !== null) {
      // An id has to be a user's; a group is asked for by its address.
      const group = userKey.includes('@') ? directory.findGroup(userKey) : undefined
      const member = directory.findUser(userKey) ?? group
      if (!member) throw absent(userKey, directory, 'userKey')
      return directory.groupsOf(member.id).filter(({ email }) => inDomain(query, email))
    }
    const text = query.get('query')
    if (text === null)
      return query.has('domain')
        ? [...directory.groups.values()].filter(({ email }) => inDomain(query, email))
        : directory.groups
    const clauses = parseQuery(text, ['email', 'name']).map((clause) =>
      loosely() && clause.field === 'name' ? { ...clause, operator: 'prefix' as const } : clause,
    )
    const [first] = clauses
    const candidates =
      first?.field === 'name' && first.operator === 'equals'
        ? directory.groupsByName(first.value)
        : [...directory.groups.values()]
    return candidates.filter(
      (group) =>
        group.searchable &&
        inDomain(query, group.email) &&
        clauses.every((clause) =>
          fits(clause, clause.field === 'name' ? [group.name] : [group.email, ...group.aliases]),
        ),
    )
  }
  return listAnswer({
    path,
    query,
    name: 'groups',
    shape: groupShape,
    defaultSize: 200,
    maxSize: 200,
    fault,
    most,
    items: found(),
    json: (group) => groupJson(group, directory),
  })
}

const listMembers = (
  key: string,
  { path, query, fault }: ApiRequest,
  { directory, most }: ApiOptions,
): Answer => {
  refuseUnknown(query, ['maxResults', 'pageToken', 'roles', 'includeDerivedMembership'])
  const group = directory.findGroup(key)
  if (!group) throw absent(key, directory, 'groupKey')
  // Everyone is a plain member here.
  const noneOfThem = query.has('roles') && !/\bMEMBER\b/.test(query.get('roles') ?? '')
  const members = directory.members(group)
  const derived = query.get('includeDerivedMembership') === 'true'
  return listAnswer({
    path,
    query,
    name: 'members',
    shape: memberShape,
    defaultSize: 200,
    maxSize: 200,
    fault,
    most,
    items: noneOfThem ? [] : derived ? derivedMembers(group, directory) : members,
    json: (member) => memberJson(member, directory),
  })
}

const derivedMembers = (group: GoogleGroup, directory: GoogleDirectory) => {
  const groups = new Set([group])
  const found = new Map<string, ReturnType<GoogleDirectory['members']> extends Ordered<infer M> ? M : never>()
  // A Set takes in what is added while it is walked, and nothing twice.
  for (const one of groups)
    for (const member of directory.members(one).values()) {
      found.set(member.id, member)
      const child = directory.findGroup(member.id)
      if (child) groups.add(child)
    }
  return [...found.values()]
}

const getUser = (key: string, { query }: ApiRequest, { directory }: ApiOptions): Answer => {
  refuseUnknown(query, ['projection', 'viewType'])
  const user = directory.findUser(key)
  if (!user) throw absent(key, directory, 'userKey')
  return one(userJson(user, directory), query, userShape)
}

const getGroup = (key: string, { query }: ApiRequest, { directory }: ApiOptions): Answer => {
  refuseUnknown(query, [])
  const group = directory.findGroup(key)
  if (!group) throw absent(key, directory, 'groupKey')
  return one(groupJson(group, directory), query, groupShape)
}

/** What is another tenant's may not be looked at (403); what is nobody's is not found (404). */
const absent = (key: string, directory: GoogleDirectory, parameter: string): ApiRefusal => {
  const domain = key.split('@')[1]?.toLowerCase()
  const elsewhere = domain !== undefined && !directory.domains.has(domain)
  return elsewhere || directory.isForeign(key) ? forbidden() : notFound(parameter)
}

const one = (json: object, query: URLSearchParams, shape: Shape): Answer => ({
  status: 200,
  body: select(json, parseFields(query.get('fields'), shape)),
})
