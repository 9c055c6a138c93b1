import type { SourceGroup } from './group.ts'
import type { SourceUser, Stranger } from './user.ts'

/**
 * Something that should have been read and was not.
 *
 * - `scim-group-unresolved`: a configured SCIM group was not found, or its name fits several. The scope itself is in doubt.
 * - `members-unread`: a group's members could not be read in full.
 * - `users-unread`: users could not be read in full, or one of them could not.
 * - `groups-unread`: the list of groups could not be read in full.
 */
export interface Gap {
  readonly kind: 'scim-group-unresolved' | 'members-unread' | 'users-unread' | 'groups-unread'
  /** The group, user or list that it is about, as an operator would name it. */
  readonly subject: string
  readonly detail: string
}

/** Desired state: what the source says, reduced to the configured scope. */
export interface DirectorySnapshot {
  readonly users: readonly SourceUser[]
  /** Null when groups are not managed at all (`scope.groups: none`). */
  readonly groups: readonly SourceGroup[] | null
  readonly strangers: readonly Stranger[]
  /** Empty when everything in scope was read. */
  readonly gaps: readonly Gap[]
  /** False when groups may be missing from `groups`; then no group is deleted. */
  readonly groupsComplete: boolean
}
