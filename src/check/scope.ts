import { compareText, fold } from '../lib/fold.ts'
import { unmatched } from '../lib/wildcard.ts'
import { doubt, fine, type Finding } from '../model/finding.ts'
import type { SourceGroup } from '../model/group.ts'
import type { UserKey } from '../model/ids.ts'
import type { SourceUser } from '../model/user.ts'
import { counted } from '../report/counted.ts'
import type { Reading } from '../source/source.ts'
import { people, phrase, someOf } from './some-of.ts'

/** What a source that was read in full says of the scope, the same way for every source. Pure. */
export const checkScope = (reading: Reading): readonly Finding[] => [
  ...checkPeople(reading),
  ...checkGroups(reading),
  ...checkPrimaryGroups(reading),
  ...checkOutsiders(reading),
  ...checkUnread(reading),
  ...checkExclusions(reading),
]

const checkPeople = ({ snapshot: { users } }: Reading): readonly Finding[] => {
  if (users.length === 0) return [doubt('scope-people', 'nobody is in scope')]
  const unnamed = users.filter(({ userName }) => userName === null)
  const shared = sharing(users, ({ userName }) => userName)
  return [
    fine('scope-people', `${people(users.length)} in scope${stateOf(users)}`),
    ...(unnamed.length > 0
      ? [
          doubt(
            'scope-email',
            `${people(unnamed.length)} in scope without an email: ${someOf(unnamed.map(({ label }) => label))}`,
          ),
        ]
      : []),
    ...shared.map((rivals) =>
      doubt(
        'duplicate-email',
        `${rivals.length} people in scope have the email ${rivals[0]?.userName ?? ''}: ${someOf(rivals.map(nameOf))}`,
      ),
    ),
    ...(unnamed.length + shared.length === 0
      ? [fine('scope-email', 'everyone has an email of their own')]
      : []),
  ]
}

/** A label that is the email they share tells nobody apart. */
const nameOf = ({ label, userName, displayName, key }: SourceUser): string =>
  userName === null || fold(label) !== fold(userName) ? label : `${displayName} (${key})`.trim()

const stateOf = (users: readonly SourceUser[]): string => {
  const inactive = users.filter(({ active }) => !active)
  if (inactive.length === 0) return ''
  const why = Map.groupBy(inactive, ({ inactiveBecause }) => inactiveBecause ?? '')
  const words = [...why]
    .toSorted(([a], [b]) => compareText(a, b))
    .flatMap(([reason, some]) => (reason === '' ? [] : [`${some.length} ${reason}`]))
  return `, ${inactive.length} of them inactive${words.length > 0 ? ` (${words.join(', ')})` : ''}`
}

const checkGroups = ({ graph, scope, snapshot: { groups } }: Reading): readonly Finding[] => {
  if (groups === null)
    return [fine('scope-groups', `groups are left alone at the target (scope.groups: ${scope.groups})`)]
  const known = new Set([...groups.map(({ key }) => key), ...graph.scimGroups])
  const nested = new Set([...graph.groups.values()].flatMap((group) => [...group.groups]))
  const flattened = [...nested].filter((key) => !known.has(key)).length
  const empty = groups.filter(({ members, unread }) => members.size === 0 && unread === null)
  const details = [
    ...(flattened > 0 ? [`${flattened} nested in others, flattened into them`] : []),
    ...(empty.length > 0
      ? [`${empty.length} without a member: ${someOf(empty.map(({ displayName }) => displayName))}`]
      : []),
  ]
  return [
    fine('scope-groups', [`${counted(groups.length, 'group')} for the target`, ...details].join('; ')),
    ...sharing(groups, ({ displayName }) => displayName).map((rivals) =>
      doubt(
        'duplicate-group',
        `${rivals.length} groups in scope are called ${rivals[0]?.displayName ?? ''}: ${someOf(rivals.map((group) => addressOf(graph, group)))}`,
      ),
    ),
  ]
}

/** By what a group is told apart from another of the same name. */
const addressOf = ({ groups }: Reading['graph'], { key }: SourceGroup): string =>
  groups.get(key)?.aliases[0] ?? key

/** Those of one name each, where they are several; without regard to case. */
export const sharing = <T>(
  entries: readonly T[],
  name: (entry: T) => string | null,
): readonly (readonly T[])[] =>
  [...Map.groupBy(entries, (entry) => fold(name(entry) ?? ''))].flatMap(([key, some]) =>
    key === '' || some.length === 1 ? [] : [some],
  )

const checkPrimaryGroups = ({ graph, snapshot: { users } }: Reading): readonly Finding[] => {
  const inScope = new Set(users.map(({ key }) => key))
  const found = new Set<UserKey>()
  const names: string[] = []
  for (const { displayName, byPrimaryGroup } of graph.groups.values()) {
    const some = [...(byPrimaryGroup ?? [])].filter((key) => inScope.has(key))
    if (some.length > 0) names.push(displayName)
    for (const key of some) found.add(key)
  }
  if (found.size === 0) return []
  const message = `${people(found.size)} in scope in a group as their primary group alone (${someOf(names)}): read and counted`
  return [fine('ad-primary-group', message)]
}

const checkOutsiders = ({ snapshot: { strangers } }: Reading): readonly Finding[] => {
  if (strangers.length === 0) return []
  const names = someOf(strangers.map(({ label }) => label))
  return [
    fine(
      'scope-outsiders',
      `${counted(strangers.length, 'member')} of groups in scope not among the directory’s users, neither created nor removed: ${names}`,
    ),
  ]
}

/** A SCIM group that was not found has a finding of its own. */
const checkUnread = ({ snapshot: { gaps } }: Reading): readonly Finding[] => {
  const unread = gaps.filter(({ kind }) => kind !== 'scim-group-unresolved')
  if (unread.length === 0) return []
  const what = someOf(unread.map(({ subject, detail }) => `${subject} (${detail})`))
  return [doubt('scope-unread', `${counted(unread.length, 'part')} not read: ${what}`)]
}

const checkExclusions = ({ graph, scope }: Reading): readonly Finding[] => {
  const named = [
    ...[...graph.users.values()].flatMap(({ label, userName }) => [label, userName ?? label]),
    ...[...graph.strangers.values()].map(({ label }) => label),
  ]
  const idleUsers = unmatched(scope.exclude.users, named)
  const groups = [...graph.groups.values()].flatMap(({ displayName, aliases }) => [displayName, ...aliases])
  const idleGroups = unmatched(scope.exclude.groups, groups)
  const idle = [
    ...(idleUsers.length > 0 ? [`no user ${someOf(idleUsers)}`] : []),
    ...(idleGroups.length > 0 ? [`no group ${someOf(idleGroups)}`] : []),
  ]
  return idle.length === 0
    ? []
    : [fine('scope-exclude', `scope.exclude names what was not met: ${phrase(idle)}`)]
}
