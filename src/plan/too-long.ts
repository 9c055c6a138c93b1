import { clipped } from '../lib/clipped.ts'
import type { SourceUser } from '../model/user.ts'
import { aboutUser, LONGEST_NAME, type Withheld } from './withheld.ts'

/** Users as they can be pushed, in place of those that have too long a text. */
interface Fitting {
  readonly users: readonly SourceUser[]
  readonly withheld: readonly Withheld[]
  /** Of `users`, those whose email is left out for its length. */
  readonly withoutEmail: ReadonlySet<SourceUser>
}

/**
 * Takes out what is too long of the users, and nothing else of them: an account must not stay active, or go, because somebody has an
 * endless name. An email that is left out is like one that is missing; a name that is left out overwrites nothing.
 */
export const fitUsers = (users: readonly SourceUser[]): Fitting => {
  const withheld: Withheld[] = []
  const withoutEmail = new Set<SourceUser>()
  const fit = (user: SourceUser): SourceUser => {
    const long = attributes.filter((attribute) => isTooLong(user[attribute]))
    if (long.length === 0) return user
    const fitting: SourceUser = {
      ...user,
      ...Object.fromEntries(long.map((attribute) => [attribute, attribute === 'userName' ? null : ''])),
      label: clipped(user.label, LONGEST_NAME),
    }
    withheld.push({
      kind: 'user',
      action: null,
      ...aboutUser(fitting.userName ?? fitting.label),
      reason: 'too-long',
      detail: long.map((attribute) => tooLong(attribute, user[attribute] ?? '')).join(', '),
    })
    if (fitting.userName === null) withoutEmail.add(fitting)
    return fitting
  }
  return { users: users.map(fit), withheld, withoutEmail }
}

const attributes = ['userName', 'displayName', 'givenName', 'familyName'] as const

export const isTooLong = (text: string | null): boolean => text !== null && text.length > LONGEST_NAME

export const tooLong = (attribute: string, text: string): string =>
  `${attribute} has ${text.length} characters; at most ${LONGEST_NAME} are pushed`
