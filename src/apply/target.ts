import type { Finding } from '../model/finding.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { TargetState } from '../model/target-state.ts'

export interface NewUser {
  readonly key: UserKey
  readonly userName: string
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
}

/** Only what changes is there. */
export interface UserChanges {
  readonly externalId?: UserKey
  readonly userName?: string
  readonly displayName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly active?: boolean
}

export interface NewGroup {
  readonly key: GroupKey
  readonly displayName: string
}

export interface GroupChanges {
  readonly externalId?: GroupKey
  readonly displayName?: string
}

/** Memberships that one request changes: of one user (side `user`) or of one group (side `group`). */
export interface MembershipChange {
  /** The user's id when the profile's side is `user`, the group's when it is `group`. */
  readonly owner: ScimId
  /** Ids of the other side. */
  readonly add: readonly ScimId[]
  readonly remove: readonly ScimId[]
}

/** How the endpoint wants memberships written. Known after `read`. */
export interface MembershipStyle {
  /** `user`: through the user's `groups` (Keeper), also in the POST that creates the user. `group`: through `members` (RFC 7644). */
  readonly side: 'user' | 'group'
  /** How many adds plus removes fit into one MembershipChange. */
  readonly maxPerRequest: number
}

/**
 * A SCIM endpoint that is read and written. Every write is one logical change: it retries what may be repeated, and after
 * an uncertain POST it looks the resource up before it posts again.
 * @throws ScimPushError from every method; failure `credentials` or `unreachable` where the whole run is affected
 */
export interface Target {
  /** What a report calls it: profile and URL without query. No secret. */
  readonly description: string

  /** All users, groups and memberships, or an error: never a part. */
  read(signal: AbortSignal): Promise<TargetState>
  membershipStyle(): MembershipStyle
  /** How many writes have to be under way for the target to be as quick as it can, where that is more than its requests. Known after `read`. */
  writesAtOnce(): number
  /** The run is over: of the writes that are under way those that were not sent yet never are, and throw INTERRUPTED. `read` ends it. */
  giveUp(): void

  /** `groups` are the ids of the groups that the user starts in; not empty only where the style's side is `user`. */
  createUser(user: NewUser, groups: readonly ScimId[]): Promise<ScimId>
  updateUser(id: ScimId, changes: UserChanges): Promise<void>
  /** A user that is gone already counts as deleted. */
  deleteUser(id: ScimId): Promise<void>
  createGroup(group: NewGroup): Promise<ScimId>
  updateGroup(id: ScimId, changes: GroupChanges): Promise<void>
  /** A group that is gone already counts as deleted. */
  deleteGroup(id: ScimId): Promise<void>
  changeMemberships(change: MembershipChange): Promise<void>

  /** Connection, credentials, profile and readability, without a write. Never throws. */
  check(signal: AbortSignal): Promise<readonly Finding[]>
  /** Frees sockets. */
  close(): Promise<void>
}
