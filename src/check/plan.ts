import { fold } from '../lib/fold.ts'
import { unmatched } from '../lib/wildcard.ts'
import { doubt, fine, type Finding } from '../model/finding.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import type { Action, ActionKind } from '../plan/action.ts'
import type { Plan } from '../plan/plan.ts'
import type { Policy } from '../plan/policy.ts'
import { subjectOf } from '../plan/withheld.ts'
import { needsAttention } from '../report/attention.ts'
import { causesOf, withheldRemedies, type Cause } from '../report/causes.ts'
import { counted } from '../report/counted.ts'
import { checkAdoption } from './adoption.ts'
import { sharing } from './scope.ts'
import { phrase, someOf } from './some-of.ts'

interface BothSides {
  readonly desired: DirectorySnapshot
  readonly current: TargetState
  readonly policy: Policy
  readonly plan: Plan
}

/** What a push would do now, and what of it wants a look before the first one. Pure. */
export const checkPlan = (both: BothSides): readonly Finding[] => {
  const actions = both.plan.stages.flatMap((stage) => stage.actions)
  return [
    fine('plan-changes', changesOf(actions, both.plan.approved)),
    ...checkAdoption(actions),
    ...checkRemovals(actions, both.plan.approved),
    ...checkWithheld(both),
    ...checkApprovals(both.plan),
    ...checkUnmanaged(both),
    ...checkProtected(both),
    ...checkSeats(actions),
  ]
}

const changesOf = (actions: readonly Action[], approved: boolean): string => {
  if (actions.length === 0) return 'a push would change nothing'
  return `a push would ${phrase(byKind(actions, () => ''))}${approved ? '; what a guard would hold back of it was approved' : ''}`
}

/** In this order, whatever comes first in a run. */
const kinds = [
  'user.create',
  'user.update',
  'user.deactivate',
  'user.delete',
  'group.create',
  'group.update',
  'group.delete',
  'membership.add',
  'membership.remove',
] as const satisfies readonly ActionKind[]

/** `create 2 users`, with what there is to say of those of one kind. */
const byKind = (actions: readonly Action[], more: (some: readonly Action[]) => string): readonly string[] => {
  const groups = Map.groupBy(actions, ({ kind }) => kind)
  return kinds.flatMap((kind) => {
    const some = groups.get(kind) ?? []
    const [thing = '', verb = ''] = kind.split('.')
    return some.length === 0 ? [] : [`${verb} ${counted(some.length, thing)}${more(some)}`]
  })
}

/** Of whom the source shows as inactive nothing is said: that is what deactivation is for. */
const checkRemovals = (actions: readonly Action[], approved: boolean): readonly Finding[] => {
  const leaving = actions.filter(({ reason }) => reason === 'left-scope' || reason === 'unmanaged')
  if (leaving.length === 0) return []
  const what = byKind(leaving, (some) => ` (${someOf(some.map((action) => subjectOf(action).subject))})`)
  return [
    doubt(
      'plan-removals',
      `a push would ${phrase(what)}: not in scope at the source, and ${approved ? 'approved' : 'within the limits'}`,
    ),
  ]
}

/** Who has no email, is from outside, or shares a name at the source was told of with the scope. */
const checkWithheld = ({ plan, desired }: BothSides): readonly Finding[] => {
  const twins = new Set([
    ...sharing(desired.users, ({ userName }) => userName).flatMap(([one]) => fold(one?.userName ?? '')),
    ...sharing(desired.groups ?? [], ({ displayName }) => displayName).flatMap(([one]) =>
      fold(one?.displayName ?? ''),
    ),
  ])
  const news = plan.withheld.filter(
    ({ reason, subject }) =>
      reason !== 'no-email' &&
      reason !== 'outside-tenant' &&
      !(reason === 'ambiguous' && twins.has(fold(subject))),
  )
  return causesOf(news).map((cause) =>
    cause.entries.some(needsAttention)
      ? doubt('plan-withheld', wordsOf(cause), withheldRemedies[cause.reason])
      : fine('plan-withheld', wordsOf(cause)),
  )
}

const wordsOf = ({ action, kind, reason, detail, entries }: Cause): string => {
  const [thing = '', verb] = (action ?? kind).split('.')
  const names = someOf(entries.map(({ subject }) => subject))
  const what =
    verb === undefined ? counted(entries.length, thing) : `${verb} ${counted(entries.length, thing)}`
  return `${reason}: would not ${verb === undefined ? `touch ${what}` : what} (${names}): ${detail}`
}

const checkApprovals = ({ staleApprovals }: Plan): readonly Finding[] =>
  staleApprovals.length === 0
    ? []
    : [doubt('plan-approval', `approved was another plan than this one: ${someOf(staleApprovals)}`)]

const checkUnmanaged = ({ desired, current, policy }: BothSides): readonly Finding[] => {
  if (policy.unmanaged === 'remove') return []
  const people = new Set([
    ...desired.users.flatMap(({ userName }) => (userName === null ? [] : [fold(userName)])),
    ...desired.strangers.map(({ label }) => fold(label)),
  ])
  const groupNames = new Set((desired.groups ?? []).map(({ displayName }) => fold(displayName)))
  const users = current.users.filter(
    ({ externalId, userName }) => externalId === null && !people.has(fold(userName)),
  )
  const groups =
    desired.groups === null
      ? []
      : current.groups.filter(
          ({ externalId, displayName }) => externalId === null && !groupNames.has(fold(displayName)),
        )
  const what = [
    ...(users.length > 0
      ? [`${counted(users.length, 'account')} (${someOf(users.map(({ userName }) => userName))})`]
      : []),
    ...(groups.length > 0
      ? [`${counted(groups.length, 'group')} (${someOf(groups.map(({ displayName }) => displayName))})`]
      : []),
  ]
  if (what.length === 0) return []
  return [fine('plan-unmanaged', `not in scope and made by no push, so left alone: ${phrase(what)}`)]
}

const checkProtected = ({ desired, current, policy }: BothSides): readonly Finding[] => {
  const names = [
    ...desired.users.flatMap(({ label, userName }) => [label, userName ?? label]),
    ...current.users.map(({ userName }) => userName),
  ]
  const idle = unmatched(policy.protected, names)
  return idle.length === 0
    ? []
    : [doubt('plan-protected', `nobody in scope or at the target is called ${someOf(idle)}`)]
}

const checkSeats = (actions: readonly Action[]): readonly Finding[] => {
  const created = actions.filter(({ kind }) => kind === 'user.create').length
  return created === 0
    ? []
    : [
        fine(
          'plan-seats',
          `${counted(created, 'new account')} would need as many free seats; the endpoint does not tell how many there are`,
        ),
      ]
}
