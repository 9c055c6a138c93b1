import { ScimPushError } from '../errors/error.ts'
import { fold } from '../lib/fold.ts'
import { isObject } from '../lib/json.ts'

interface Expected {
  readonly id: string
  readonly externalId?: string
  readonly userName?: string
  readonly displayName?: string
  readonly active?: boolean
}

/**
 * Compares the answer to a PATCH with what was asked for: a service that says 200 and shows the old value has not done it, and
 * one that shows another id has done it to someone else. An answer without a body (204), or without the attribute, says nothing.
 * @throws ScimPushError SCIM_NOT_APPLIED, SCIM_WRONG_RESOURCE
 */
export const notApplied = (body: unknown, expected: Expected, where: string): void => {
  if (!isObject(body)) return
  if (typeof body['id'] === 'string' && body['id'] !== expected.id) {
    throw new ScimPushError('SCIM_WRONG_RESOURCE', {
      message: `changed ${expected.id}, and the answer is ${body['id']}`,
      where,
    })
  }
  for (const attribute of ['externalId', 'userName', 'displayName', 'active'] as const) {
    const wanted = expected[attribute]
    const got = body[attribute]
    if (wanted === undefined || got === undefined || got === null) continue
    if (fold(`${wanted}`) !== (typeof got === 'string' || typeof got === 'boolean' ? fold(`${got}`) : '')) {
      throw new ScimPushError('SCIM_NOT_APPLIED', {
        message: `${attribute} was set, and the answer still has the old value`,
        where,
      })
    }
  }
}
