import type { UserKey } from './ids.ts'

/** A person as the source has them. */
export interface SourceUser {
  readonly key: UserKey
  /** The email address that becomes `userName`; null where the source has none, which withholds the user. */
  readonly userName: string | null
  /** What to call the person in a report when there is no email: a login, a DN, an id. */
  readonly label: string
  /** Empty string where the source has no value: an empty value never overwrites one at the target. */
  readonly displayName: string
  readonly givenName: string
  readonly familyName: string
  /** False for suspended, archived, disabled and expired accounts. */
  readonly active: boolean
  /** Why not, in a word, where the source tells: `suspended`, `disabled`. For people to read; nothing is decided by it. */
  readonly inactiveBecause?: string
}

/**
 * Someone whom a group names but whom the source cannot show us: a person outside the tenant, a foreign security
 * principal. Never created; and never removed either, because the group still lists them.
 */
export interface Stranger {
  readonly key: UserKey
  /** Email or name as far as it is known. */
  readonly label: string
  readonly detail: string
}
