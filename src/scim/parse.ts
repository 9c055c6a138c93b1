import { ScimPushError } from '../errors/error.ts'
import { fold } from '../lib/fold.ts'
import { isObject } from '../lib/json.ts'
import { scimId, type ScimId } from '../model/ids.ts'
import type { TargetGroup, TargetUser } from '../model/target-state.ts'

/** A User as it came over the wire, checked. `groups` is null where the attribute was not sent; only direct ones are in it. */
export interface WireUser extends TargetUser {
  readonly groups: readonly ScimId[] | null
}

/** A Group as it came over the wire, checked. `members` is null where the attribute was not sent. */
export interface WireGroup extends Omit<TargetGroup, 'members'> {
  readonly members: readonly ScimId[] | null
}

/** One page of a list (RFC 7644 §3.4.2), its resources still unparsed. */
export interface WirePage {
  /** Null with a cursor (RFC 9865), where the total may be unknown. */
  readonly totalResults: number | null
  readonly resources: readonly unknown[]
  readonly nextCursor: string | null
}

type SameId = (id: ScimId) => ScimId

const itself: SameId = (id) => id

const malformed = (message: string, where: string): ScimPushError =>
  new ScimPushError('SCIM_MALFORMED', { message, where })

export const parsePage = (body: unknown, where: string): WirePage => {
  if (!isObject(body)) throw malformed('the list is not an object', where)
  const { totalResults, nextCursor } = body
  const resources = body['Resources'] ?? []
  if (!Array.isArray(resources)) throw malformed('Resources is not an array', where)
  const cursor = typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : null
  // Some servers send numbers as strings.
  const total =
    typeof totalResults === 'string' && /^\d+$/.test(totalResults) ? Number(totalResults) : totalResults
  if (typeof total === 'number' && Number.isSafeInteger(total) && total >= 0)
    return { totalResults: total, resources, nextCursor: cursor }
  if (total === undefined && 'nextCursor' in body)
    return { totalResults: null, resources, nextCursor: cursor }
  throw malformed('totalResults is missing or not a number', where)
}

/** @param sameId of equal ids the first: users and groups name each other many times */
export const parseUser = (value: unknown, where: string, sameId: SameId = itself): WireUser => {
  const user = object(value, where, 'the user')
  const id = sameId(parseId(user, where))
  const at = `${where}/${id}`
  const name = user['name'] == null ? {} : object(user['name'], at, 'name')
  return {
    id,
    externalId: optionalText(user, 'externalId', at) || null,
    userName: requiredText(user, 'userName', at),
    displayName: optionalText(user, 'displayName', at),
    givenName: optionalText(name, 'givenName', at),
    familyName: optionalText(name, 'familyName', at),
    active: activeOf(user['active'], at),
    groups: values(user['groups'], 'groups', at, sameId),
  }
}

/** @param sameId as for a user */
export const parseGroup = (value: unknown, where: string, sameId: SameId = itself): WireGroup => {
  const group = object(value, where, 'the group')
  const id = sameId(parseId(group, where))
  const at = `${where}/${id}`
  return {
    id,
    externalId: optionalText(group, 'externalId', at) || null,
    displayName: requiredText(group, 'displayName', at),
    members: values(group['members'], 'members', at, sameId),
  }
}

/**
 * The id in the answer to a POST. An answer may leave attributes out, but what it has of the ones that were sent must be ours.
 * @throws ScimPushError SCIM_MALFORMED, SCIM_WRONG_RESOURCE
 */
export const parseCreated = (
  value: unknown,
  sent: { readonly externalId: string; readonly userName?: string },
  where: string,
): ScimId => {
  const resource = object(value, where, 'the answer to a POST')
  const id = parseId(resource, where)
  const at = `${where}/${id}`
  const externalId = optionalText(resource, 'externalId', at)
  const userName = optionalText(resource, 'userName', at)
  const other =
    externalId !== '' && externalId !== sent.externalId
      ? `the externalId ${externalId}`
      : sent.userName !== undefined && userName !== '' && fold(userName) !== fold(sent.userName)
        ? `the userName ${userName}`
        : null
  if (other === null) return id
  throw new ScimPushError('SCIM_WRONG_RESOURCE', {
    message: `created ${sent.userName ?? sent.externalId}, and the answer has ${other}`,
    where: `POST ${at}`,
  })
}

/** No service was seen to make ids even a tenth as long. */
const LONGEST_ID = 1000

/**
 * An id becomes a segment of a URL's path, percent-encoded. What no encoding keeps from leading elsewhere is refused: a segment of dots
 * alone, which URLs resolve, also where a proxy would decode it first; control characters; half a surrogate pair.
 */
const parseId = (resource: Readonly<Record<string, unknown>>, where: string): ScimId => {
  const id = requiredText(resource, 'id', where)
  if (id.length > LONGEST_ID) throw malformed(`an id is ${id.length} characters long`, where)
  const segments = id.replace(/%(?:25)*2e/gi, '.').split(/[/\\]|%(?:25)*(?:2f|5c)/i)
  if (segments.some((segment) => /^\.{1,2}$/.test(segment)) || /\p{Cc}/u.test(id) || !id.isWellFormed())
    throw malformed(`the id ${JSON.stringify(id)} can’t be part of a URL`, where)
  return scimId(id)
}

const object = (value: unknown, where: string, what: string): Readonly<Record<string, unknown>> => {
  if (!isObject(value)) throw malformed(`${what} is not an object`, where)
  return value
}

const requiredText = (resource: Readonly<Record<string, unknown>>, name: string, where: string): string => {
  const value = resource[name]
  if (typeof value !== 'string' || value === '') throw malformed(`${name} is missing or not a string`, where)
  return value
}

const optionalText = (resource: Readonly<Record<string, unknown>>, name: string, where: string): string => {
  const value = resource[name]
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw malformed(`${name} is not a string`, where)
  return value
}

/** Not sent means active (RFC 7643 §4.1.1 leaves it to the service); Entra-style services send `"False"`. */
const activeOf = (value: unknown, where: string): boolean => {
  if (value === undefined || value === null || value === true) return true
  if (value === false) return false
  if (typeof value === 'string' && /^true$/i.test(value)) return true
  if (typeof value === 'string' && /^false$/i.test(value)) return false
  throw malformed('active is not a boolean', where)
}

/**
 * The `value`s of a multi-valued attribute; null where it was not sent. A member that is a group itself, and a group that a user is
 * in only through another one (RFC 7643 §4.1.2, §4.2), are left out: direct memberships of users are what is written.
 */
const values = (
  list: unknown,
  name: 'groups' | 'members',
  where: string,
  sameId: SameId,
): readonly ScimId[] | null => {
  if (list === undefined || list === null) return null
  if (!Array.isArray(list)) throw malformed(`${name} is not an array`, where)
  const ids = new Set<ScimId>()
  for (const entry of list as readonly unknown[]) {
    if (!isObject(entry) || typeof entry['value'] !== 'string' || entry['value'] === '') {
      throw malformed(`${name} holds an entry without a value`, where)
    }
    if (!isOther(entry, name)) ids.add(sameId(scimId(entry['value'])))
  }
  return [...ids]
}

const isOther = ({ type }: Readonly<Record<string, unknown>>, name: 'groups' | 'members'): boolean =>
  typeof type === 'string' && type.toLowerCase() === (name === 'groups' ? 'indirect' : 'group')
