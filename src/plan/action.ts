import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'

/** A user that an action is about. One object a user, shared by all actions that mean it. */
export interface UserRef {
  /** Null for a user whom the source does not have. */
  readonly key: UserKey | null
  /** Null for a user whom this plan creates. */
  readonly id: ScimId | null
  /** As the target has it, or will have it when the user is created. */
  readonly userName: string
}

/** A group that an action is about. One object a group, shared by all actions that mean it. */
export interface GroupRef {
  readonly key: GroupKey | null
  readonly id: ScimId | null
  readonly displayName: string
}

/** One attribute, in SCIM's spelling (RFC 7643 §4). */
export type Change<Attribute extends string = UserAttribute> = Attribute extends 'active'
  ? { readonly attribute: Attribute; readonly from: boolean; readonly to: boolean }
  : { readonly attribute: Attribute; readonly from: string | null; readonly to: string }

type UserAttribute =
  'externalId' | 'userName' | 'displayName' | 'name.givenName' | 'name.familyName' | 'active'
export type GroupAttribute = 'externalId' | 'displayName'

/** Why a user or group goes: it left the scope, or was never managed and `unmanaged: remove` says so. */
export type DepartureReason = 'left-scope' | 'unmanaged'

type GroupCreate = {
  readonly kind: 'group.create'
  readonly group: GroupRef & { readonly key: GroupKey }
  readonly reason: 'in-scope'
}
type GroupUpdate = {
  readonly kind: 'group.update'
  readonly group: GroupRef & { readonly id: ScimId }
  readonly changes: readonly Change<GroupAttribute>[]
  readonly reason: 'adopted' | 'changed'
}
type GroupDelete = {
  readonly kind: 'group.delete'
  readonly group: GroupRef & { readonly id: ScimId }
  readonly reason: DepartureReason
}
type UserCreate = {
  readonly kind: 'user.create'
  readonly user: UserRef & { readonly key: UserKey }
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly reason: 'in-scope'
}
type UserUpdate = {
  readonly kind: 'user.update'
  readonly user: UserRef & { readonly id: ScimId }
  readonly changes: readonly Change[]
  readonly reason: 'adopted' | 'reactivated' | 'changed'
}
type UserDeactivate = {
  readonly kind: 'user.deactivate'
  readonly user: UserRef & { readonly id: ScimId }
  readonly reason: DepartureReason | 'inactive-at-source'
}
type UserDelete = {
  readonly kind: 'user.delete'
  readonly user: UserRef & { readonly id: ScimId }
  readonly reason: DepartureReason
}
export type MembershipAdd = {
  readonly kind: 'membership.add'
  readonly user: UserRef
  readonly group: GroupRef
  readonly reason: 'in-source-group'
}
export type MembershipRemove = {
  readonly kind: 'membership.remove'
  readonly user: UserRef & { readonly id: ScimId }
  readonly group: GroupRef & { readonly id: ScimId }
  readonly reason: 'not-in-source-group'
}

/** One change at the target, as data. */
export type Action =
  | GroupCreate
  | GroupUpdate
  | GroupDelete
  | UserCreate
  | UserUpdate
  | UserDeactivate
  | UserDelete
  | MembershipAdd
  | MembershipRemove

export type ActionKind = Action['kind']
export type Removal = Extract<
  Action,
  { kind: 'user.deactivate' | 'user.delete' | 'group.delete' | 'membership.remove' }
>

/** The kinds of things that are counted and limited. */
export type Kind = 'user' | 'group' | 'membership'

export const isRemoval = (action: Action): action is Removal =>
  action.kind === 'user.deactivate' ||
  action.kind === 'user.delete' ||
  action.kind === 'group.delete' ||
  action.kind === 'membership.remove'

/** `user` of `user.create`. */
export const kindOf = (action: Action): Kind => {
  switch (action.kind) {
    case 'user.create':
    case 'user.update':
    case 'user.deactivate':
    case 'user.delete':
      return 'user'
    case 'group.create':
    case 'group.update':
    case 'group.delete':
      return 'group'
    case 'membership.add':
    case 'membership.remove':
      return 'membership'
  }
}
