import { fold } from '../../lib/fold.ts'
import { userKey, type GroupKey } from '../../model/ids.ts'
import type { DirectoryGraph } from '../graph.ts'
import { MOST_PEOPLE, type GroupAbove, type Located, type LocatedPerson } from '../locate.ts'
import { keyOf, type RecordsFile, type UserRecord } from './record.ts'

/** The users of a file who go by that id, login or email. No group is nested in another here. */
export const locateInRecords = (file: RecordsFile, graph: DirectoryGraph, query: string): Located => {
  const name = fold(query)
  const found = file.users.filter(
    ({ id, externalId, login, email }) =>
      name !== '' && ([id, externalId].includes(query) || [login, email].some((each) => fold(each) === name)),
  )
  const people = found.slice(0, MOST_PEOPLE).flatMap((record) => describe(record, graph))
  return { people, more: Math.max(0, found.length - MOST_PEOPLE) }
}

const describe = (record: UserRecord, graph: DirectoryGraph): readonly LocatedPerson[] => {
  const key = userKey(keyOf(record))
  const user = graph.users.get(key)
  if (!user) return []
  const groups = new Map<GroupKey, GroupAbove>()
  for (const group of graph.groups.values())
    if (group.users.has(key)) groups.set(group.key, { ...group, users: new Set([key]) })
  const known = [user.key, user.userName, user.label] as readonly (string | null)[]
  return [
    {
      user,
      names: [record.id, record.login].filter((each) => each !== '' && !known.includes(each)),
      inactive: record.active ? [] : ['"active" is false'],
      above: { groups, unread: null },
    },
  ]
}
