import type { NewGroup, NewUser } from '../apply/target.ts'
import type { ScimId } from '../model/ids.ts'

/** RFC 7643 §8.7.1 */
const USER_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP_SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group'
/** RFC 7644 §3.5.2 */
const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** One operation of a PATCH (RFC 7644 §3.5.2). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path?: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string; readonly value?: unknown }

export const patchBody = (operations: readonly PatchOperation[]): object => ({
  schemas: [PATCH_SCHEMA],
  Operations: operations,
})

/** The body of a POST to /Users. Empty attributes are left out. */
export const userBody = (user: NewUser, groups: readonly ScimId[]): object => {
  const { key, userName, displayName, givenName, familyName } = user
  const name = { ...(givenName && { givenName }), ...(familyName && { familyName }) }
  return {
    schemas: [USER_SCHEMA],
    externalId: key,
    userName,
    ...(displayName && { displayName }),
    ...(Object.keys(name).length > 0 && { name }),
    emails: emailsOf(userName),
    active: true,
    ...(groups.length > 0 && { groups: groups.map((value) => ({ value })) }),
  }
}

export const groupBody = ({ key, displayName }: NewGroup): object => ({
  schemas: [GROUP_SCHEMA],
  externalId: key,
  displayName,
})

/** The one email that follows `userName`. */
export const emailsOf = (userName: string): readonly object[] => [
  { value: userName, type: 'work', primary: true },
]

/** A value inside a SCIM filter (RFC 7644 §3.4.2.2: a JSON string). */
export const filterValue = (value: string): string => JSON.stringify(value)
