import type { ScimId } from './ids.ts'

/** A User resource as the target has it (RFC 7643 §4.1), reduced to what is managed here. */
export interface TargetUser {
  readonly id: ScimId
  /** Null when the target holds none: the user is not managed. */
  readonly externalId: string | null
  readonly userName: string
  /** Empty string where the target has no value. */
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  readonly active: boolean
}

/** A Group resource as the target has it (RFC 7643 §4.2). */
export interface TargetGroup {
  readonly id: ScimId
  readonly externalId: string | null
  readonly displayName: string
  /** Ids of the users that the target counts as direct members. */
  readonly members: ReadonlySet<ScimId>
}

/** Current state: everything the target holds. Reading it is all or nothing, so there are no gaps here. */
export interface TargetState {
  readonly users: readonly TargetUser[]
  readonly groups: readonly TargetGroup[]
}
