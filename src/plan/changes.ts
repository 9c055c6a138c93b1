import { fold } from '../lib/fold.ts'
import type { SourceGroup } from '../model/group.ts'
import type { TargetGroup, TargetUser } from '../model/target-state.ts'
import type { SourceUser } from '../model/user.ts'
import type { Change, GroupAttribute } from './action.ts'

type TextAttribute = 'displayName' | 'name.givenName' | 'name.familyName'

/**
 * What differs between a user and the account. A difference of case alone in `userName` is none, an empty value at the source
 * overwrites nothing, and how an umlaut is composed or what white space surrounds a value makes no difference.
 * `active` is in here only when it becomes true: a deactivation is an action of its own.
 */
export const userChanges = (user: SourceUser, account: TargetUser, mayRename: boolean): readonly Change[] => {
  const changes: Change[] = []
  if (account.externalId !== user.key)
    changes.push({ attribute: 'externalId', from: account.externalId, to: user.key })
  if (mayRename && user.userName !== null && fold(user.userName) !== fold(account.userName)) {
    changes.push({ attribute: 'userName', from: account.userName, to: user.userName })
  }
  const text = (attribute: TextAttribute, from: string, to: string): void => {
    if (differs(from, to)) changes.push({ attribute, from, to })
  }
  text('displayName', account.displayName, user.displayName)
  text('name.givenName', account.givenName, user.givenName)
  text('name.familyName', account.familyName, user.familyName)
  if (user.active && !account.active) changes.push({ attribute: 'active', from: false, to: true })
  return changes
}

/** What differs between two groups that are known to be one. */
export const groupChanges = (
  wanted: SourceGroup,
  present: TargetGroup,
  mayRename: boolean,
): readonly Change<GroupAttribute>[] => {
  const changes: Change<GroupAttribute>[] = []
  if (present.externalId !== wanted.key)
    changes.push({ attribute: 'externalId', from: present.externalId, to: wanted.key })
  if (mayRename && differs(present.displayName, wanted.displayName)) {
    changes.push({ attribute: 'displayName', from: present.displayName, to: wanted.displayName })
  }
  return changes
}

const canonical = (text: string): string => text.normalize('NFC').trim()

const differs = (from: string, to: string): boolean =>
  from !== to && canonical(to) !== '' && canonical(from) !== canonical(to)
