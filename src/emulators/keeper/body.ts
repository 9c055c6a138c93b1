import { ScimRefusal } from './scim-error.ts'

type Json = Readonly<Record<string, unknown>>

/** Attributes of a user or group as they came in, checked; what was not sent is missing. */
export interface UserAttributes {
  externalId?: string | null
  userName?: string
  displayName?: string
  givenName?: string
  familyName?: string
  active?: boolean
}

const invalid = (detail: string): ScimRefusal => new ScimRefusal(400, detail, 'invalidValue')

export const objectOf = (value: unknown, what: string): Json => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(`${what} must be an object`)
  return value as Json
}

const text = (value: unknown, name: string): string => {
  if (typeof value !== 'string') throw invalid(`${name} must be a string`)
  return value
}

/** The ids in a list of `{value}`. */
export const idsOf = (value: unknown, name: string): readonly string[] => {
  if (!Array.isArray(value)) throw invalid(`${name} must be an array`)
  return value.map((entry: unknown) => text(objectOf(entry, name)['value'], `${name}.value`))
}

export const requireSchema = (body: Json, schema: string): void => {
  const { schemas } = body
  if (!Array.isArray(schemas) || schemas.length !== 1 || schemas[0] !== schema) {
    throw new ScimRefusal(400, `schemas must be ["${schema}"]`, 'invalidSyntax')
  }
}

/** One attribute by its path, dots for sub-attributes; an attribute that the endpoint does not know is refused. */
export const readUserAttribute = (path: string, value: unknown): UserAttributes => {
  switch (path) {
    case 'externalId':
      return { externalId: value === null ? null : text(value, path) }
    case 'userName':
      if (!/^[^@\s]+@[^@\s]+$/.test(text(value, path))) throw invalid('userName must be an email address')
      return { userName: text(value, path) }
    case 'displayName':
      return { displayName: text(value, path) }
    case 'name.givenName':
      return { givenName: text(value, path) }
    case 'name.familyName':
      return { familyName: text(value, path) }
    case 'active':
      if (typeof value !== 'boolean') throw invalid('active must be a boolean')
      return { active: value }
    case 'name':
      return Object.entries(objectOf(value, path)).reduce<UserAttributes>(
        (all, [name, part]) => ({ ...all, ...readUserAttribute(`name.${name}`, part) }),
        {},
      )
    case 'emails':
      for (const email of idsOf(value, path))
        if (!email.includes('@')) throw invalid('emails must be email addresses')
      return {}
    case 'roles':
      idsOf(value, path)
      return {}
    default:
      throw new ScimRefusal(400, `unknown attribute ${path}`, 'invalidPath')
  }
}

export const readGroupAttribute = (
  path: string,
  value: unknown,
): { displayName?: string; externalId?: string | null } => {
  switch (path) {
    case 'displayName':
      if (text(value, path).trim() === '') throw invalid('displayName must not be empty')
      return { displayName: text(value, path) }
    case 'externalId':
      return { externalId: value === null ? null : text(value, path) }
    default:
      throw new ScimRefusal(400, `unknown attribute ${path}`, 'invalidPath')
  }
}

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove'
  readonly path: string | null
  readonly value: unknown
}

/** The operations of a PATCH (RFC 7644 §3.5.2), each checked. */
export const operationsOf = (body: Json): readonly Operation[] => {
  requireSchema(body, 'urn:ietf:params:scim:api:messages:2.0:PatchOp')
  const list = body['Operations']
  if (!Array.isArray(list) || list.length === 0)
    throw new ScimRefusal(400, 'Operations must be a list that is not empty', 'invalidSyntax')
  return list.map((entry: unknown) => {
    const { op, path, value } = objectOf(entry, 'an operation')
    if (op !== 'add' && op !== 'replace' && op !== 'remove')
      throw new ScimRefusal(400, 'unknown op', 'invalidSyntax')
    if (path !== undefined && typeof path !== 'string')
      throw new ScimRefusal(400, 'path must be a string', 'invalidPath')
    if (op === 'remove' && path === undefined) throw new ScimRefusal(400, 'remove needs a path', 'noTarget')
    return { op, path: path ?? null, value }
  })
}
