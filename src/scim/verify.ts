import type { MembershipChange } from '../apply/target.ts'
import { ScimPushError } from '../errors/error.ts'
import { fold } from '../lib/fold.ts'
import { isObject } from '../lib/json.ts'

interface Expected {
  readonly id: string
  readonly externalId?: string
  readonly userName?: string
  readonly displayName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly active?: boolean
}

/**
 * Compares the answer to a PATCH with what was asked for: a service that says 200 and shows the old value has not done it, and
 * one that shows another id has done it to someone else. An answer without a body (204), or without the attribute, says nothing.
 * @throws ScimPushError SCIM_NOT_APPLIED, SCIM_WRONG_RESOURCE
 */
export const verifyAttributes = (body: unknown, expected: Expected, where: string): void => {
  if (!isObject(body)) return
  verifyId(body, expected.id, where)
  const name = isObject(body['name']) ? body['name'] : {}
  verify('externalId', expected.externalId, body['externalId'], (text) => text, where)
  verify('userName', expected.userName, body['userName'], fold, where)
  verify('displayName', expected.displayName, body['displayName'], fold, where)
  verify('givenName', expected.givenName, name['givenName'], fold, where)
  verify('familyName', expected.familyName, name['familyName'], fold, where)
  verify('active', expected.active?.toString(), body['active'], fold, where)
}

/**
 * The same for a PATCH of a group's `members`. An empty list says nothing: some services never show members.
 * @throws ScimPushError SCIM_NOT_APPLIED, SCIM_WRONG_RESOURCE
 */
export const verifyMembers = (body: unknown, change: MembershipChange, where: string): void => {
  if (!isObject(body)) return
  verifyId(body, change.owner, where)
  const { members } = body
  if (!Array.isArray(members) || members.length === 0) return
  const shown = new Set(members.map((member: unknown) => (isObject(member) ? member['value'] : undefined)))
  const missing = change.add.find((id) => !shown.has(id))
  if (missing !== undefined)
    throw notApplied(`the member ${missing} was added, and the answer does not show it`, where)
  const left = change.remove.find((id) => shown.has(id))
  if (left !== undefined)
    throw notApplied(`the member ${left} was removed, and the answer still shows it`, where)
}

const verify = (
  attribute: string,
  wanted: string | undefined,
  got: unknown,
  form: (text: string) => string,
  where: string,
): void => {
  if (wanted === undefined || got === undefined || got === null) return
  if ((typeof got === 'string' || typeof got === 'boolean') && form(wanted) === form(`${got}`)) return
  throw notApplied(`${attribute} was set, and the answer still has the old value`, where)
}

/** @throws ScimPushError SCIM_WRONG_RESOURCE when the answer is about another id */
export const verifyId = (body: unknown, id: string, where: string): void => {
  if (!isObject(body) || typeof body['id'] !== 'string' || body['id'] === id) return
  throw new ScimPushError('SCIM_WRONG_RESOURCE', {
    message: `changed ${id}, and the answer is ${body['id'].slice(0, 300)}`,
    where,
  })
}

const notApplied = (message: string, where: string): ScimPushError =>
  new ScimPushError('SCIM_NOT_APPLIED', { message, where })
