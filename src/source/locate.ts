import type { GroupKey } from '../model/ids.ts'
import type { SourceUser } from '../model/user.ts'
import type { DirectoryGroup } from './graph.ts'

/** A group that a person is in, with no more of its members than those through whom the person is in it. */
export type GroupAbove = Omit<DirectoryGroup, 'unread'>

/** The groups that someone is in, directly or through others, whether they matter to the scope or not. */
export interface GroupsAbove {
  readonly groups: ReadonlyMap<GroupKey, GroupAbove>
  /** Null when these are all; otherwise why others may be missing. */
  readonly unread: string | null
}

/** A person as the directory has them, in scope or not. */
export interface LocatedPerson {
  readonly user: SourceUser
  /** What else the directory knows the person by: aliases, an account name, a DN. */
  readonly names: readonly string[]
  /** Why the person is inactive: `suspended`, `disabled`, `expired on 2020-01-01`. Empty for who is active. */
  readonly inactive: readonly string[]
  readonly above: GroupsAbove
}

/** Whom a directory knows by a name. */
export interface Located {
  readonly people: readonly LocatedPerson[]
  /** How many more go by that name; nobody reads hundreds. */
  readonly more: number
}

/** So many people of one name are looked at in full. */
export const MOST_PEOPLE = 20

export const nobody: Located = { people: [], more: 0 }
