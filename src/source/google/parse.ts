import { ScimPushError } from '../../errors/error.ts'
import { isObject } from '../../lib/json.ts'
import { groupKey, userKey, type GroupKey, type UserKey } from '../../model/ids.ts'
import type { SourceUser } from '../../model/user.ts'

/** A User of the Directory API, with what only somebody who asks for one user wants to know. */
export interface WirePerson {
  readonly user: SourceUser
  readonly aliases: readonly string[]
  readonly suspended: boolean
  readonly archived: boolean
}

/** A Group of the Directory API. */
export interface WireGroup {
  readonly key: GroupKey
  readonly email: string
  readonly name: string
  /** Further addresses of the group. */
  readonly aliases: readonly string[]
  /** As Google counts them; null where it does not say. */
  readonly directMembers: number | null
}

/** A Member of the Directory API; `type` decides what the id means. */
export type WireMember =
  | { readonly type: 'USER' | 'EXTERNAL'; readonly key: UserKey; readonly email: string }
  | { readonly type: 'GROUP'; readonly key: GroupKey; readonly email: string }
  | { readonly type: 'CUSTOMER'; readonly key?: never }

export interface WirePage<T> {
  readonly items: readonly T[]
  readonly nextPageToken: string | null
}

const malformed = (message: string): ScimPushError => new ScimPushError('GOOGLE_MALFORMED', { message })

/**
 * A list that is empty comes without the list. What comes with something else instead, or says in an odd way whether it goes on, is
 * no list: taken for an empty or a short one, it would make leavers of everybody who is missing.
 * @throws ScimPushError GOOGLE_MALFORMED
 */
export const parsePage = <T>(body: unknown, property: string, parse: (item: unknown) => T): WirePage<T> => {
  const page = isObject(body) ? body : { '': body }
  const { [property]: items = [], nextPageToken = '' } = page
  const others = Object.keys(page).filter(
    (name) => !['kind', 'etag', 'nextPageToken', property].includes(name),
  )
  if (!Array.isArray(items)) throw malformed(`${property} is not a list`)
  if (typeof nextPageToken !== 'string') throw malformed('nextPageToken is not text')
  if (items.length === 0 && others.length > 0) throw malformed(`there are no ${property}, and other things`)
  return { items: items.map(parse), nextPageToken: nextPageToken === '' ? null : nextPageToken }
}

/** Active is who is neither suspended nor archived. @throws ScimPushError GOOGLE_MALFORMED */
export const parseUser = (value: unknown): SourceUser => {
  const user = isObject(value) ? value : {}
  const id = required(user['id'], 'a user’s id')
  const email = required(user['primaryEmail'], `the primaryEmail of user ${id}`)
  const name = isObject(user['name']) ? user['name'] : {}
  const givenName = text(name['givenName'])
  const familyName = text(name['familyName'])
  return {
    key: userKey(id),
    userName: email,
    label: email,
    displayName: text(name['fullName']) || `${givenName} ${familyName}`.trim(),
    givenName,
    familyName,
    active: user['suspended'] !== true && user['archived'] !== true,
    ...(user['suspended'] === true
      ? { inactiveBecause: 'suspended' }
      : user['archived'] === true && { inactiveBecause: 'archived' }),
  }
}

/** @throws ScimPushError GOOGLE_MALFORMED */
export const parsePerson = (value: unknown): WirePerson => {
  const user = isObject(value) ? value : {}
  return {
    user: parseUser(value),
    aliases: [...texts(user['aliases']), ...texts(user['nonEditableAliases'])],
    suspended: user['suspended'] === true,
    archived: user['archived'] === true,
  }
}

export const parseGroup = (value: unknown): WireGroup => {
  const group = isObject(value) ? value : {}
  const id = required(group['id'], 'a group’s id')
  const email = text(group['email'])
  const count = group['directMembersCount']
  return {
    key: groupKey(id),
    email,
    name: text(group['name']) || email || id,
    aliases: [...texts(group['aliases']), ...texts(group['nonEditableAliases'])],
    directMembers: typeof count === 'string' && /^\d+$/.test(count) ? Number(count) : null,
  }
}

export const parseMember = (value: unknown): WireMember => {
  const member = isObject(value) ? value : {}
  const type = member['type']
  if (type === 'CUSTOMER') return { type }
  const id = required(member['id'], 'a member’s id')
  const email = text(member['email'])
  switch (type) {
    case 'USER':
    case 'EXTERNAL':
      return { type, key: userKey(id), email }
    case 'GROUP':
      return { type, key: groupKey(id), email }
    default:
      throw malformed(`member ${id} has the type ${typeof type === 'string' ? type : 'none'}`)
  }
}

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

const required = (value: unknown, what: string): string => {
  if (typeof value !== 'string' || value === '') throw malformed(`${what} is missing`)
  return value
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
