import type { GroupKey, UserKey } from './ids.ts'

/** A group that shall exist at the target, nested members already flattened into it. */
export interface SourceGroup {
  readonly key: GroupKey
  readonly displayName: string
  /** Keys of users in scope, strangers among them. */
  readonly members: ReadonlySet<UserKey>
  /** Null when every member was read; otherwise why not. Members of a group that is not complete are only ever added. */
  readonly unread: string | null
}
