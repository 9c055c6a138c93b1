import type { GroupKey, UserKey } from '../model/ids.ts'
import type { Gap } from '../model/snapshot.ts'
import type { SourceUser, Stranger } from '../model/user.ts'

/** A group as the directory has it: direct members only. */
export interface DirectoryGroup {
  readonly key: GroupKey
  readonly displayName: string
  /** Further names by which `exclude.groups` may mean it: email, DN, account name. */
  readonly aliases: readonly string[]
  readonly users: ReadonlySet<UserKey>
  readonly groups: ReadonlySet<GroupKey>
  /** Those of `users` whom no list of members names, their `primaryGroupID` alone (Active Directory). */
  readonly byPrimaryGroup?: ReadonlySet<UserKey>
  /** True when every user of the directory is a member (Google's member type CUSTOMER). */
  readonly everyone: boolean
  /** Null when all direct members were read; otherwise why not. */
  readonly unread: string | null
}

/**
 * What a source read, before scope is applied: users, groups and who is directly in which.
 * `project` turns it into a DirectorySnapshot, the same way for every source.
 */
export interface DirectoryGraph {
  readonly users: ReadonlyMap<UserKey, SourceUser>
  readonly groups: ReadonlyMap<GroupKey, DirectoryGroup>
  /** Named by a group, not readable as users. */
  readonly strangers: ReadonlyMap<UserKey, Stranger>
  /** The configured SCIM groups that were resolved, in configuration order. */
  readonly scimGroups: readonly GroupKey[]
  /** Users whom `scope.scimGroups` names directly. */
  readonly scimUsers: readonly UserKey[]
  /** What was not read, apart from `unread` of a group, which `project` turns into a gap where it matters. */
  readonly gaps: readonly Gap[]
}
