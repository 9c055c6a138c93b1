import { assertNever } from '../lib/assert-never.ts'
import { groupKey, userKey } from '../model/ids.ts'
import type { Change, GroupAttribute } from '../plan/action.ts'
import type { GroupChanges, UserChanges } from './target.ts'

/** A plan's list of changes as the target takes them. */
export const userChanges = (changes: readonly Change[]): UserChanges =>
  changes.reduce<UserChanges>((all, change) => ({ ...all, ...userChange(change) }), {})

const userChange = (change: Change): UserChanges => {
  switch (change.attribute) {
    case 'externalId':
      return { externalId: userKey(change.to) }
    case 'userName':
      return { userName: change.to }
    case 'displayName':
      return { displayName: change.to }
    case 'name.givenName':
      return { givenName: change.to }
    case 'name.familyName':
      return { familyName: change.to }
    case 'active':
      return { active: change.to }
    default:
      return assertNever(change)
  }
}

export const groupChanges = (changes: readonly Change<GroupAttribute>[]): GroupChanges =>
  changes.reduce<GroupChanges>((all, change) => ({ ...all, ...groupChange(change) }), {})

const groupChange = (change: Change<GroupAttribute>): GroupChanges => {
  switch (change.attribute) {
    case 'externalId':
      return { externalId: groupKey(change.to) }
    case 'displayName':
      return { displayName: change.to }
    default:
      return assertNever(change)
  }
}
