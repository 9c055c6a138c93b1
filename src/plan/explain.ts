import { fold } from '../lib/fold.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetGroup, TargetState } from '../model/target-state.ts'
import type { Action, ActionKind } from './action.ts'
import { noContext, type PlanContext } from './context.ts'
import { planGroups } from './groups.ts'
import { computePlan, type Plan } from './plan.ts'
import type { Policy } from './policy.ts'
import { planUsers } from './users.ts'
import type { Withheld } from './withheld.ts'

/** A plan, with what it took for the same at both sides. */
export interface PlanInDetail {
  readonly plan: Plan
  /** Accounts that are a source user's, by their match. */
  readonly owners: ReadonlyMap<ScimId, UserKey>
  /** Source groups with their group at the target; null for one that is created, and none for one that is withheld. */
  readonly groups: ReadonlyMap<GroupKey, TargetGroup | null>
}

/** The same plan as `computePlan` makes. */
export const planInDetail = (
  desired: DirectorySnapshot,
  current: TargetState,
  policy: Policy,
  context: PlanContext = noContext,
): PlanInDetail => {
  const owners = new Map<ScimId, UserKey>()
  for (const { id, key } of planUsers(desired, current.users, policy, context).accounts.values())
    if (key !== null) owners.set(id, key)
  const { paired } = planGroups(desired, current.groups, policy)
  return {
    plan: computePlan(desired, current, policy, context),
    owners,
    groups: new Map(paired.map(({ wanted, present }) => [wanted.key, present])),
  }
}

/** A person as the plan may know them. */
export interface Someone {
  /** Null for somebody whom the source does not have. */
  readonly key: UserKey | null
  readonly accounts: ReadonlySet<ScimId>
  /** What the accounts are called. */
  readonly accountNames: readonly string[]
  /** What the source calls them. */
  readonly sourceNames: readonly string[]
}

/** What a plan does with somebody, in its order, and what of that it withholds. */
export interface Concern {
  readonly actions: readonly Action[]
  readonly withheld: readonly Withheld[]
}

/**
 * What is withheld bears names alone: the account's for what an account would undergo, else the source's. A name may be one's at the source
 * and another's account still, and what is withheld from either is not the other's.
 */
export const concernOf = ({ plan, owners }: PlanInDetail, someone: Someone): Concern => {
  const { stages, withheld } = plan
  const matched = [...someone.accounts].some((id) => owners.has(id) && owners.get(id) === someone.key)
  const ofAccounts = new Set(someone.accountNames.map(fold))
  const ofSource = new Set(someone.sourceNames.map(fold))
  const isTheirs = (action: ActionKind | null, name: string): boolean => {
    // Who could not even be compared has no match, and neither has an account that they may mean.
    if (action === null) return ofSource.has(name) || (!matched && ofAccounts.has(name))
    return action === 'user.create' ? !matched && ofSource.has(name) : ofAccounts.has(name)
  }
  return {
    actions: stages
      .flatMap(({ actions }) => actions)
      .filter((action) => 'user' in action && isAbout(action.user, someone)),
    withheld: distinct(withheld.filter(({ action, user }) => user !== null && isTheirs(action, fold(user)))),
  }
}

/** Two of one name are told the same, each. */
const distinct = (withheld: readonly Withheld[]): readonly Withheld[] => [
  ...new Map(withheld.map((entry) => [JSON.stringify(entry), entry])).values(),
]

const isAbout = (
  user: { readonly key: UserKey | null; readonly id: ScimId | null },
  { key, accounts }: Someone,
): boolean => (user.id === null ? user.key !== null && user.key === key : accounts.has(user.id))

/**
 * What becomes of somebody's membership in a group.
 *
 * - `stays`, `added`, `removed`: as it says
 * - `deleted`: the group goes, and the membership with it
 * - `not-added`: the source lists them and they are not added
 * - `kept`: the source does not list them and they are left in
 */
type Fate = 'stays' | 'added' | 'removed' | 'deleted' | 'not-added' | 'kept'

/** A group of the target that somebody is in, or shall be. */
export interface GroupOutlook {
  readonly displayName: string
  /** The source group; null for a group where they are not listed. */
  readonly key: GroupKey | null
  /** Null for a group that is not at the target yet. */
  readonly id: ScimId | null
  readonly member: boolean
  readonly fate: Fate
  /** Why they are not added, or kept; empty for all else. */
  readonly detail: string
}

/** Each group that somebody is in at the target, or shall be in by the source. */
export const groupOutlooks = (
  desired: DirectorySnapshot,
  current: TargetState,
  planned: PlanInDetail,
  someone: Someone,
): readonly GroupOutlook[] => {
  const { groups } = planned
  const { key, accounts } = someone
  const known = indexed(planned, someone)
  const has = ({ members }: TargetGroup): boolean => [...accounts].some((id) => members.has(id))
  const keeps = ({ id, members }: TargetGroup): boolean =>
    [...accounts].some((one) => members.has(one) && !known.takesOut(one, id))

  const listed = (desired.groups ?? []).filter(({ members }) => key !== null && members.has(key))
  const wanted = listed.map((group): GroupOutlook => {
    const present = groups.get(group.key) ?? null
    const member = present !== null && has(present)
    const added = known.added.has(group.key)
    const { displayName } = group
    // Of several accounts one may be in it that goes, or that is not the one which the source means.
    const stays = present !== null && keeps(present)
    return {
      displayName,
      key: group.key,
      id: present?.id ?? null,
      member,
      fate: added ? 'added' : stays ? 'stays' : 'not-added',
      detail: added || stays ? '' : whyNotAdded(displayName, groups.has(group.key), known),
    }
  })

  const own = new Set(wanted.map(({ id }) => id))
  const others = current.groups
    .filter((group) => has(group) && !own.has(group.id))
    .map((group): GroupOutlook => {
      const fate = !keeps(group) ? 'removed' : known.deleted.has(group.id) ? 'deleted' : 'kept'
      return {
        displayName: group.displayName,
        key: null,
        id: group.id,
        member: true,
        fate,
        detail: fate === 'kept' ? whyKept(group, desired, known) : '',
      }
    })
  return [...wanted, ...others]
}

/** A plan by what is asked of it for each of somebody's groups: they may be in thousands. */
interface Indexed {
  /** Whether the plan takes an account of theirs out of a group, or away. */
  readonly takesOut: (account: ScimId, group: ScimId) => boolean
  /** Where it adds them. */
  readonly added: ReadonlySet<GroupKey | null>
  /** Groups that it deletes. */
  readonly deleted: ReadonlySet<ScimId>
  /** Groups that are a source group's. */
  readonly paired: ReadonlySet<ScimId>
  /** What is withheld from them, and from groups, by the group's name. */
  readonly theirs: ReadonlyMap<string | null, readonly Withheld[]>
  readonly ofGroups: ReadonlyMap<string | null, readonly Withheld[]>
  /** What is withheld from them as users. */
  readonly ofUser: readonly Withheld[]
}

const indexed = (planned: PlanInDetail, someone: Someone): Indexed => {
  const { stages, withheld } = planned.plan
  const concern = concernOf(planned, someone)
  const gone = new Set<ScimId | null>()
  const removed = new Map<ScimId, Set<ScimId>>()
  const added = new Set<GroupKey | null>()
  for (const action of concern.actions) {
    if (action.kind === 'user.delete') gone.add(action.user.id)
    if (action.kind === 'membership.add') added.add(action.group.key)
    if (action.kind === 'membership.remove') {
      const { user, group } = action
      removed.set(user.id, (removed.get(user.id) ?? new Set()).add(group.id))
    }
  }
  const deleted = new Set<ScimId>()
  for (const { actions } of stages)
    for (const action of actions) if (action.kind === 'group.delete') deleted.add(action.group.id)
  return {
    takesOut: (account, group) => gone.has(account) || removed.get(account)?.has(group) === true,
    added,
    deleted,
    paired: new Set([...planned.groups.values()].flatMap((present) => present?.id ?? [])),
    theirs: Map.groupBy(concern.withheld, ({ group }) => group),
    ofGroups: Map.groupBy(
      withheld.filter(({ user }) => user === null),
      ({ group }) => group,
    ),
    ofUser: concern.withheld.filter(({ kind }) => kind === 'user'),
  }
}

const whyNotAdded = (displayName: string, paired: boolean, { ofGroups, ofUser }: Indexed): string =>
  because([...(paired ? [] : (ofGroups.get(displayName) ?? [])), ...ofUser]) ??
  'there is no active account to add'

const whyKept = (
  { id, externalId, displayName }: TargetGroup,
  desired: DirectorySnapshot,
  { theirs, ofGroups, paired }: Indexed,
): string => {
  if (desired.groups === null) return 'groups are not managed'
  const why = because([...(theirs.get(displayName) ?? []), ...(ofGroups.get(displayName) ?? [])])
  if (why !== null) return why
  return paired.has(id) || externalId !== null
    ? 'the account is not managed, or is in doubt'
    : 'the group is not managed'
}

const because = ([first]: readonly Withheld[]): string | null =>
  first === undefined ? null : `${first.reason.replaceAll('-', ' ')}: ${first.detail}`
