/** A string that only a parser at the edge can make, so that one kind of id is never taken for another. */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** The source's immutable id of a user; what the target keeps as `externalId` (RFC 7643 §3.1: set by the client, case-exact). */
export type UserKey = Branded<'UserKey'>

/** The source's immutable id of a group; what the target keeps as `externalId`. */
export type GroupKey = Branded<'GroupKey'>

/** A resource's `id` at the target (RFC 7643 §3.1: issued by the service provider, opaque). */
export type ScimId = Branded<'ScimId'>

export const userKey = (id: string): UserKey => id as UserKey
export const groupKey = (id: string): GroupKey => id as GroupKey
export const scimId = (id: string): ScimId => id as ScimId
