import { ScimPushError } from '../../src/errors/error.ts'
import { groupKey, userKey } from '../../src/model/ids.ts'
import type { Gap } from '../../src/model/snapshot.ts'
import { project } from '../../src/source/project.ts'
import type { Scope } from '../../src/source/source.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { wantedOf, type Company } from './company.ts'
import { allRead, listed, type Directory, type SourceFault, type Unread } from './sources.ts'

/** What Active Directory and Google have in common, without a network: any graph, any gap. */
export const graphDirectory = (): Directory => ({
  name: 'a graph',
  firstScope: listed,
  nesting: true,
  strangeEmails: 'any',
  allSelected: false,
  faults: ['members', 'person', 'hidden', 'half', 'empty', 'down'],
  open(company, scope, fault) {
    const unread: Unread = {
      ...allRead,
      teams: new Set(fault?.kind === 'members' ? [fault.team] : []),
      people:
        fault?.kind === 'half' ||
        (fault?.kind === 'person' &&
          wantedOf(company, scope, { allSelected: false }).people.has(fault.person)),
      hidden: new Set(fault?.kind === 'hidden' ? [fault.team] : []),
      blank: fault?.kind === 'empty',
    }
    const source = memorySource(() => {
      if (fault?.kind === 'down') throw new ScimPushError('GOOGLE_DOWN', { message: 'the source is down' })
      return project(graphOf(company, scope, fault), scope)
    })
    return Promise.resolve({ source, unread: () => unread })
  },
  close: () => Promise.resolve(),
})

const graphOf = (company: Company, scope: Scope, fault: SourceFault | null) => {
  const people = [...company.people.values()].filter((_, at) => {
    if (fault?.kind === 'empty') return false
    return fault?.kind !== 'half' || at % 2 === 0
  })
  const shown = people.filter(({ key }) => fault?.kind !== 'person' || key !== fault.person)
  const lost = people.filter((person) => !shown.includes(person))
  const gaps: Gap[] = []
  if (fault?.kind === 'half') gaps.push({ kind: 'users-unread', subject: 'users', detail: '503' })
  const entries = scope.scimGroups.flatMap((entry) => {
    const hits = [...company.teams.values()].filter(
      ({ key, name }) =>
        name.toLowerCase() === entry.toLowerCase() && !(fault?.kind === 'hidden' && fault.team === key),
    )
    if (hits.length !== 1) gaps.push({ kind: 'scim-group-unresolved', subject: entry, detail: 'not found' })
    return hits.length === 1 ? hits : []
  })
  if (scope.scimGroups.length > 0 && entries.length === 0)
    throw new ScimPushError('GOOGLE_SCIM_GROUPS', { message: 'none of the SCIM groups was found' })
  // Only who is named, or everyone's scope, can be missed.
  const missed = lost.filter(
    ({ key }) =>
      scope.scimGroups.length === 0 || [...company.teams.values()].some((team) => team.people.has(key)),
  )
  if (scope.scimGroups.length === 0)
    for (const { key } of missed) gaps.push({ kind: 'users-unread', subject: key, detail: '503' })
  return {
    users: new Map(
      shown.map(({ key, email, name, active }) => [
        userKey(key),
        {
          key: userKey(key),
          userName: email,
          label: email ?? key,
          displayName: `${name} Doe`,
          givenName: name,
          familyName: 'Doe',
          active,
        },
      ]),
    ),
    groups: new Map(
      [...company.teams.values()].map((team) => {
        const unread = fault?.kind === 'members' && fault.team === team.key ? '503' : null
        const blank = unread !== null || fault?.kind === 'empty'
        return [
          groupKey(team.key),
          {
            key: groupKey(team.key),
            displayName: team.name,
            aliases: [],
            users: new Set(blank ? [] : [...team.people].map(userKey)),
            groups: new Set(unread !== null ? [] : [...team.teams].map(groupKey)),
            everyone: false,
            unread,
          },
        ]
      }),
    ),
    strangers: new Map(),
    scimGroups: [...new Set(entries.map(({ key }) => groupKey(key)))],
    scimUsers: [],
    gaps,
  }
}
