import { compareText, fold } from '../lib/fold.ts'
import { matcher } from '../lib/wildcard.ts'
import type { ScimId, UserKey } from '../model/ids.ts'
import type { Gap } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { Action } from '../plan/action.ts'
import { concernOf, groupOutlooks, type PlanInDetail, type Someone } from '../plan/explain.ts'
import type { Policy } from '../plan/policy.ts'
import { subjectOf } from '../plan/withheld.ts'
import { isApprovable } from '../report/attention.ts'
import type {
  ExplainedAccount,
  ExplainedGroup,
  ExplainedPerson,
  ExplainedScope,
  ExplainedSource,
} from '../report/explain.ts'
import type { GroupsAbove } from '../source/locate.ts'
import { wayDown } from '../source/paths.ts'
import { groupMatcher } from '../source/project.ts'
import type { Reading } from '../source/source.ts'
import { standingOf } from '../source/standing.ts'
import type { FoundPerson, SourcePerson } from './find-people.ts'

/** Both sides and the plan, in which a person is looked at. */
export interface Surroundings {
  readonly reading: Reading
  readonly current: TargetState
  readonly planned: PlanInDetail
  readonly policy: Policy
}

/** All that both sides and the plan say of a person. Pure. */
export const explainPerson = (person: FoundPerson, surroundings: Surroundings): ExplainedPerson => {
  const { reading, current, planned, policy } = surroundings
  const key = person.source?.key ?? null
  const someone: Someone = {
    key,
    accounts: new Set(person.accounts.map(({ account }) => account.id)),
    accountNames: person.accounts.map(({ account }) => account.userName),
    sourceNames: sourceNamesOf(person),
  }
  const { actions, withheld } = concernOf(planned, someone)
  const scope = scopeOf(reading, key)
  const groups = groupOutlooks(reading.snapshot, current, planned, someone)
    .map((group): ExplainedGroup => ({ ...group, way: wayInto(group.key, key, reading) }))
    .toSorted((a, b) => compareText(a.displayName, b.displayName))
  return {
    name: person.name,
    access: accessOf(person, actions),
    source: person.source && sourceOf(person.source),
    scope,
    accounts: accountsOf(person, reading, policy),
    groups,
    actions: actions.map((action) => ({
      kind: action.kind,
      ...subjectOf(action),
      reason: action.reason,
      changes: 'changes' in action ? action.changes : [],
      outcome: null,
    })),
    withheld: withheld
      .toSorted((a, b) => Number(a.kind !== 'user') - Number(b.kind !== 'user'))
      .map((entry) => ({ ...entry, approvable: isApprovable(entry) })),
    gaps: planned.plan.gaps.filter(
      concernsThem(scope, [key ?? '', ...someone.sourceNames, ...someone.accountNames], groups),
    ),
  }
}

const sourceNamesOf = ({ source }: FoundPerson): readonly string[] =>
  [source?.user?.userName, source?.user?.label, source?.stranger?.label].filter(
    (name) => typeof name === 'string',
  )

const scopeOf = ({ graph, scope, snapshot }: Reading, key: UserKey | null): ExplainedScope => {
  const standing =
    key === null
      ? { inScope: false, everyUser: false, named: false, ways: [], closed: [], excludedBy: [] }
      : standingOf(graph, scope, key)
  const { inScope, excludedBy } = standing
  return { ...standing, inDoubt: !inScope && excludedBy.length === 0 && snapshot.gaps.length > 0 }
}

const wayInto = (
  group: ExplainedGroup['key'],
  user: UserKey | null,
  { graph, scope }: Reading,
): ExplainedGroup['way'] =>
  group === null || user === null
    ? null
    : wayDown(group, {
        groups: graph.groups,
        user,
        countsAsEveryone: graph.users.has(user),
        skip: groupMatcher(scope),
      })

const accessOf = ({ accounts }: FoundPerson, actions: readonly Action[]): ExplainedPerson['access'] => {
  const active = new Set<ScimId>(
    accounts.filter(({ account }) => account.active).map(({ account }) => account.id),
  )
  const now = active.size > 0
  let created = false
  for (const action of actions) {
    switch (action.kind) {
      case 'user.create':
        created = true
        break
      case 'user.update':
        if (action.changes.some(({ attribute, to }) => attribute === 'active' && to))
          active.add(action.user.id)
        break
      case 'user.deactivate':
      case 'user.delete':
        active.delete(action.user.id)
        break
      case 'group.create':
      case 'group.update':
      case 'group.delete':
      case 'membership.add':
      case 'membership.remove':
        break
    }
  }
  return { now, next: created || active.size > 0 }
}

const sourceOf = ({ key, user, stranger, located }: SourcePerson): ExplainedSource => ({
  key,
  kind: user ? 'user' : 'stranger',
  userName: user?.userName ?? null,
  label: user?.label ?? stranger?.label ?? key,
  displayName: user?.displayName ?? '',
  givenName: user?.givenName ?? '',
  familyName: user?.familyName ?? '',
  names: located?.names ?? [],
  active: user?.active ?? null,
  inactive: user && !user.active ? inactiveBecause(located?.inactive) : [],
  detail: user ? '' : (stranger?.detail ?? 'named by a group, but not read as a user'),
  groups: located && membershipsOf(located.above, key),
  groupsUnread: located?.above.unread ?? null,
})

const inactiveBecause = (reasons: readonly string[] = []): readonly string[] =>
  reasons.length > 0 ? reasons : ['inactive']

const membershipsOf = ({ groups }: GroupsAbove, user: UserKey): NonNullable<ExplainedSource['groups']> =>
  [...groups.values()]
    .flatMap(({ key, displayName }) => {
      const way = wayDown(key, { groups, user, countsAsEveryone: false, skip: () => false })
      return way ? [{ key, displayName, path: way.path }] : []
    })
    .toSorted(
      (a, b) =>
        a.path.length - b.path.length ||
        compareText(a.displayName, b.displayName) ||
        compareText(a.key, b.key),
    )

/** As the plan protects: by the names that the account has, and by those that its user has who is in scope. */
const accountsOf = (
  { source, accounts }: FoundPerson,
  { snapshot }: Reading,
  policy: Policy,
): readonly ExplainedAccount[] => {
  const user = snapshot.users.find(({ key }) => key === source?.key)
  return accounts.map(({ account, by }) => {
    const names = [
      account.userName,
      ...(user && by === 'match' ? [user.label, ...(user.userName === null ? [] : [user.userName])] : []),
    ]
    // Not more of it than is meant to be shown: a target may know more of an account.
    const { id, externalId, userName, displayName, givenName, familyName, active } = account
    const protectedBy = policy.protected.filter((one) => names.some(matcher([one])))
    return { id, externalId, userName, displayName, givenName, familyName, active, by, protectedBy }
  })
}

/** Somebody in doubt may be in scope through any of them; an unresolved SCIM group stops every removal. */
const concernsThem = (
  scope: ExplainedScope,
  names: readonly string[],
  groups: readonly ExplainedGroup[],
): ((gap: Gap) => boolean) => {
  const subjects = new Set(
    [
      ...names,
      ...groups.flatMap(({ displayName, way }) => [
        displayName,
        ...(way?.path ?? []).map((step) => step.displayName),
      ]),
      ...scope.ways.flatMap(({ path }) => path.map((step) => step.displayName)),
    ].map(fold),
  )
  return ({ kind, subject }) =>
    scope.inDoubt || kind === 'scim-group-unresolved' || subjects.has(fold(subject))
}
