import { ScimPushError } from '../../errors/error.ts'
import { fold } from '../../lib/fold.ts'
import { groupKey, userKey, type GroupKey, type UserKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { SourceUser } from '../../model/user.ts'
import type { DirectoryGraph, DirectoryGroup } from '../graph.ts'
import type { Scope } from '../source.ts'
import { keyOf, type GroupRecord, type RecordsFile, type UserRecord } from './record.ts'

/**
 * The directory that a file of records describes, with the SCIM groups resolved. No group is nested in another here.
 * @throws ScimPushError `RECORDS_SCIM_GROUPS_UNRESOLVED` when SCIM groups are configured and none of them is found
 */
export const recordsGraph = (file: RecordsFile, scope: Scope): DirectoryGraph => {
  const groups = file.groups ?? []
  const { resolved, gaps } = resolveScimGroups(groups, scope.scimGroups)
  return {
    users: new Map(file.users.map((record) => [userKey(keyOf(record)), userOf(record)])),
    groups: groupsWithMembers(groups, file.users),
    strangers: new Map(),
    // With no SCIM group configured every user is in scope, and then the file's groups are the selection, as in Commander.
    scimGroups:
      scope.scimGroups.length === 0 && scope.groups === 'selected' ? groups.map(groupKeyOf) : resolved,
    scimUsers: [],
    gaps,
  }
}

const groupKeyOf = (record: GroupRecord): GroupKey => groupKey(keyOf(record))

const userOf = (record: UserRecord): SourceUser => ({
  key: userKey(keyOf(record)),
  userName: record.email,
  label: record.login || record.email,
  displayName: record.fullName || `${record.firstName} ${record.lastName}`.trim(),
  givenName: record.firstName,
  familyName: record.lastName,
  active: record.active,
})

const groupsWithMembers = (
  groups: readonly GroupRecord[],
  users: readonly UserRecord[],
): ReadonlyMap<GroupKey, DirectoryGroup> => {
  const members = new Map<string, Set<UserKey>>(groups.map(({ id }) => [id, new Set()]))
  for (const user of users) for (const id of user.groups) members.get(id)?.add(userKey(keyOf(user)))
  return new Map(
    groups.map((record) => [
      groupKeyOf(record),
      {
        key: groupKeyOf(record),
        displayName: record.name,
        aliases: [record.id, record.externalId].filter((alias) => alias !== ''),
        users: members.get(record.id) ?? new Set(),
        groups: new Set(),
        everyone: false,
        unread: null,
      },
    ]),
  )
}

interface Resolution {
  readonly resolved: readonly GroupKey[]
  readonly gaps: readonly Gap[]
}

const resolveScimGroups = (groups: readonly GroupRecord[], wanted: readonly string[]): Resolution => {
  const resolved = new Set<GroupKey>()
  const gaps: Gap[] = []
  const found = wanted.length > 0 ? finder(groups) : () => []
  for (const subject of wanted) {
    const hits = found(subject)
    const [hit] = hits
    if (hit && hits.length === 1) resolved.add(groupKeyOf(hit))
    else gaps.push({ kind: 'scim-group-unresolved', subject, detail: detailOf(hits) })
  }
  if (wanted.length > 0 && resolved.size === 0)
    throw new ScimPushError('RECORDS_SCIM_GROUPS_UNRESOLVED', {
      message: gaps.map(({ subject, detail }) => `SCIM group "${subject}": ${detail}`).join('; '),
      where: 'spec.scope.scimGroups',
    })
  return { resolved: [...resolved], gaps }
}

/** Finds the groups that a name or an id means: there may be as many names as groups. */
const finder = (groups: readonly GroupRecord[]): ((subject: string) => readonly GroupRecord[]) => {
  const byId = new Map<string, GroupRecord[]>()
  const byName = new Map<string, GroupRecord[]>()
  const index = (by: Map<string, GroupRecord[]>, key: string, group: GroupRecord): void => {
    const alike = by.get(key)
    if (alike) alike.push(group)
    else by.set(key, [group])
  }
  for (const group of groups) {
    for (const id of new Set([group.id, group.externalId])) index(byId, id, group)
    index(byName, fold(group.name), group)
  }
  return (subject) => [...new Set([...(byId.get(subject) ?? []), ...(byName.get(fold(subject)) ?? [])])]
}

const detailOf = (hits: readonly GroupRecord[]): string =>
  hits.length === 0
    ? 'no group of the file has this name or id'
    : `it fits several groups: ${hits.map(({ id, name }) => `"${name}" (id ${id})`).join(', ')}; name one by its id`
