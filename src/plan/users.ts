import { fold } from '../lib/fold.ts'
import type { ScimId, UserKey } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetUser } from '../model/target-state.ts'
import type { SourceUser, Stranger } from '../model/user.ts'
import type { Action, DepartureReason, UserRef } from './action.ts'
import { userChanges } from './changes.ts'
import { noContext, type PlanContext } from './context.ts'
import { departuresOf, missingOf, type Departure, type Missing } from './departures.ts'
import { match } from './match.ts'
import type { Policy } from './policy.ts'
import { orderRenames } from './renames.ts'
import { fitUsers } from './too-long.ts'
import { aboutUser, type Withheld } from './withheld.ts'

/** A user who has an account at the target. */
type AccountRef = UserRef & { readonly id: ScimId }

/** What becomes of the users, and what the memberships need to know of them. */
export interface UserPlan {
  readonly actions: readonly Action[]
  readonly withheld: readonly Withheld[]
  /** In which wave a `user.update` may run, by account. */
  readonly waves: ReadonlyMap<ScimId, number>
  /** Source users who have an account or get one, and may be added to groups. */
  readonly refs: ReadonlyMap<UserKey, UserRef>
  /** Every account of the target. */
  readonly accounts: ReadonlyMap<ScimId, AccountRef>
  /** Source users who are inactive: they are added to nothing. */
  readonly inactive: ReadonlySet<UserKey>
  /** Accounts about which too little is known: neither added nor taken out anywhere. */
  readonly frozen: ReadonlySet<ScimId>
  /** Accounts that are none of this tool's business: without an externalId and a match, but for `unmanaged: remove`. */
  readonly unmanaged: ReadonlySet<ScimId>
  /** How many accounts a removal could hit: what a percentage is a percentage of. */
  readonly removable: number
  /** How far those who left are on their way out, by account. */
  readonly departures: ReadonlyMap<ScimId, Departure>
  readonly missing: Missing
}

/**
 * Compares users.
 *
 * | source | target | action |
 * |---|---|---|
 * | active | none | create |
 * | inactive | none | – |
 * | active | active | update what differs |
 * | active | inactive | update, reactivated |
 * | inactive | active | deactivate, and update what differs |
 * | without email, or with one that is too long | any | withheld, but deactivated when inactive |
 * | none | managed | what is due by the steps of `policy.users.remove` |
 * | none | not managed | – (like managed with `unmanaged: remove`) |
 */
export const planUsers = (
  desired: DirectorySnapshot,
  current: readonly TargetUser[],
  policy: Policy,
  context: PlanContext = noContext,
): UserPlan => {
  const fitting = fitUsers(desired.users)
  const options = {
    wanted: (user: SourceUser) => ({ key: user.key, name: user.userName }),
    present: (user: TargetUser) => ({ id: user.id, externalId: user.externalId, name: user.userName }),
    attribute: 'userName',
    complete: desired.gaps.length === 0,
  }
  const reserved = reserveForStrangers(desired.strangers, current)
  const matching = match(fitting.users, current, { ...options, reserved })
  const strangeNames = new Set(desired.strangers.map(({ label }) => fold(label)))
  const strange = matching.leftover.filter(({ userName }) => strangeNames.has(fold(userName)))
  const leaving = new Map<TargetUser, DepartureReason>()
  for (const account of matching.leftover) {
    if (strangeNames.has(fold(account.userName))) continue
    if (account.externalId !== null) leaving.set(account, 'left-scope')
    else if (policy.unmanaged === 'remove') leaving.set(account, 'unmanaged')
  }
  const surroundings = { steps: policy.users.remove, desired, context }
  const departures = departuresOf(leaving.keys(), surroundings)
  const renames = orderRenames(matching, {
    ...options,
    mayRename: policy.users.update,
    vacates: ({ id }) => departures.get(id)?.next === 'delete' && departures.get(id)?.wait === null,
  })

  const owners = new Map<TargetUser, UserKey>()
  for (const [user, account] of matching.pairs) if (account) owners.set(account, user.key)
  const accounts = new Map<ScimId, AccountRef>()
  for (const account of current) {
    accounts.set(account.id, { key: owners.get(account) ?? null, id: account.id, userName: account.userName })
  }
  const refOf = (account: TargetUser): AccountRef =>
    accounts.get(account.id) ?? { key: null, id: account.id, userName: account.userName }

  const actions: Action[] = []
  const withheld: Withheld[] = [...desired.strangers.map(outsideTenant), ...fitting.withheld]
  const waves = new Map<ScimId, number>()
  const refs = new Map<UserKey, UserRef>()
  const inactive = new Set<UserKey>()
  const frozen = new Set<ScimId>([...matching.frozen, ...strange].map(({ id }) => id))

  for (const [user, because] of matching.blocked) {
    withheld.push({ kind: 'user', action: null, ...aboutUser(nameOf(user)), ...because })
  }
  for (const [user, account] of matching.pairs) {
    if (!user.active) inactive.add(user.key)
    const conflict = renames.blocked.get(user)
    if (account === null) {
      if (!user.active) continue
      if (user.userName === null) {
        if (!fitting.withoutEmail.has(user)) withheld.push({ ...noEmail(user), action: 'user.create' })
      } else if (conflict) {
        withheld.push({ kind: 'user', action: 'user.create', ...aboutUser(user.userName), ...conflict })
      } else {
        const ref = { key: user.key, id: null, userName: user.userName }
        refs.set(user.key, ref)
        const { displayName, givenName, familyName } = user
        actions.push({
          kind: 'user.create',
          user: ref,
          displayName,
          givenName,
          familyName,
          reason: 'in-scope',
        })
      }
      continue
    }
    const ref = refOf(account)
    if (!user.active && account.active)
      actions.push({ kind: 'user.deactivate', user: ref, reason: 'inactive-at-source' })
    if (user.userName === null) {
      if (!fitting.withoutEmail.has(user)) withheld.push(noEmail(user))
      frozen.add(account.id)
      continue
    }
    refs.set(user.key, ref)
    if (conflict)
      withheld.push({ kind: 'user', action: 'user.update', ...aboutUser(account.userName), ...conflict })
    const changes = userChanges(user, account, conflict === undefined)
    if (changes.length === 0) continue
    waves.set(account.id, renames.waves.get(user) ?? 0)
    actions.push({ kind: 'user.update', user: ref, changes, reason: updateReason(user, account) })
  }
  for (const [account, reason] of leaving) {
    const next = departures.get(account.id)?.next ?? null
    if (next !== null) actions.push({ kind: `user.${next}`, user: refOf(account), reason })
  }

  const isManaged = (account: TargetUser): boolean =>
    account.externalId !== null || owners.has(account) || policy.unmanaged === 'remove'
  const deletes = policy.users.remove.some((step) => step.do === 'delete')
  return {
    actions,
    withheld,
    waves,
    refs,
    accounts,
    inactive,
    frozen,
    unmanaged: new Set(current.filter((account) => !isManaged(account)).map(({ id }) => id)),
    removable: current.filter((account) => isManaged(account) && (account.active || deletes)).length,
    departures,
    missing: missingOf(leaving.keys(), surroundings),
  }
}

const updateReason = (user: SourceUser, account: TargetUser): 'adopted' | 'reactivated' | 'changed' => {
  if (user.active && !account.active) return 'reactivated'
  return account.externalId === user.key ? 'changed' : 'adopted'
}

const nameOf = (user: SourceUser): string => user.userName ?? user.label

const noEmail = (user: SourceUser): Withheld => ({
  kind: 'user',
  action: null,
  ...aboutUser(user.label),
  reason: 'no-email',
  detail: 'the source has no email for this user',
})

const outsideTenant = ({ label, detail }: Stranger): Withheld => ({
  kind: 'user',
  action: null,
  ...aboutUser(label),
  reason: 'outside-tenant',
  detail,
})

/** Who is named by a group but can't be read keeps the account that they may have. */
const reserveForStrangers = (
  strangers: readonly Stranger[],
  current: readonly TargetUser[],
): ReadonlySet<TargetUser> => {
  if (strangers.length === 0) return new Set()
  const keys = new Set<string>(strangers.map(({ key }) => key))
  return new Set(current.filter(({ externalId }) => externalId !== null && keys.has(externalId)))
}
