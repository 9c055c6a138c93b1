import pMap from 'p-map'
import { assertNever } from '../lib/assert-never.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { Action, MembershipAdd, MembershipRemove } from '../plan/action.ts'
import type { Plan } from '../plan/plan.ts'
import { apart, batchMemberships, type Batch } from './batch.ts'
import { createBreaker } from './breaker.ts'
import { groupChanges, userChanges } from './changes.ts'
import type { ApplyResult, Outcome } from './outcome.ts'
import type { Target } from './target.ts'

export interface ApplyOptions {
  /** How many writes are under way at most, unless the target takes more. */
  readonly concurrency: number
  /** When it is aborted no new write starts; those under way finish. */
  readonly stop: AbortSignal
  /** Called once an action, as soon as its outcome is known. */
  readonly onOutcome: (action: Action, outcome: Outcome) => void
}

interface WriteOptions {
  readonly followers?: readonly Action[]
  readonly refused?: (() => Promise<void>) | null
}

const succeeded: Outcome = { status: 'succeeded' }
/** So many batches of which nothing was taken one by one either, and the target is refusing memberships as such. */
const FRUITLESS_IN_A_ROW = 3
/** What one member can cause. An answer about someone else, or none that makes sense, is no reason to send more. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'SCIM_REFUSED',
  'SCIM_NOT_FOUND',
  'SCIM_CONFLICT',
  'SCIM_TOO_LARGE',
  'SCIM_NOT_APPLIED',
])
const NOT_CREATED = 'the user or group was not created'

/**
 * Carries a plan out, stage by stage, and inside a stage with bounded concurrency. Actions are independent: one that fails is
 * reported, what needs it is skipped, and the rest go on. Only refused credentials, a target that is no longer there, or one that
 * takes one user or group for another, end the run. Never throws.
 */
export const apply = async (plan: Plan, target: Target, options: ApplyOptions): Promise<ApplyResult> => {
  const outcomes = new Map<Action, Outcome>()
  const users = new Map<UserKey, ScimId>()
  const groups = new Map<GroupKey, ScimId>()
  const breaker = createBreaker()
  const { side } = target.membershipStyle()
  const startingGroups =
    side === 'user' ? additionsOfNewUsers(plan) : new Map<UserKey, readonly MembershipAdd[]>()

  const settle = (action: Action, outcome: Outcome): void => {
    outcomes.set(action, outcome)
    options.onOutcome(action, outcome)
  }
  const skip = (actions: readonly Action[], reason: string): void => {
    for (const action of actions) settle(action, { status: 'skipped', reason })
  }
  /**
   * Runs one write for the actions that it carries out. Followers succeed with them, and are skipped when they fail. What the
   * target refuses goes to `refused`, where there is one, to be tried in another way.
   */
  const write = async (
    actions: readonly Action[],
    send: () => Promise<void>,
    { followers = [], refused = null }: WriteOptions = {},
  ): Promise<void> => {
    const halted = options.stop.aborted ? whyStopped(options.stop) : breaker.open()
    if (halted !== null) {
      skip([...actions, ...followers], halted)
      return
    }
    try {
      await send()
    } catch (cause) {
      const error = toScimPushError(cause)
      // It waited for its turn when the run was told to stop, or came to its end, and was never sent.
      const ended = options.stop.aborted ? whyStopped(options.stop) : breaker.open()
      if (error.code === 'INTERRUPTED' && ended !== null) {
        skip([...actions, ...followers], ended)
        return
      }
      breaker.failed(error, actions.every(isCreation))
      if (breaker.open() !== null) target.giveUp()
      if (refused !== null && refusals.has(error.code)) {
        await refused()
        return
      }
      for (const action of actions) settle(action, { status: 'failed', error })
      skip(followers, NOT_CREATED)
      return
    }
    breaker.succeeded()
    for (const action of [...actions, ...followers]) settle(action, succeeded)
  }

  const userId = (action: MembershipAdd | MembershipRemove): ScimId | null =>
    action.user.id ?? (action.user.key === null ? null : (users.get(action.user.key) ?? null))
  const groupId = (action: MembershipAdd | MembershipRemove): ScimId | null =>
    action.group.id ?? (action.group.key === null ? null : (groups.get(action.group.key) ?? null))

  // Itself not async: with Bulk thousands are under way, and each function that waits for a write takes memory of its own.
  const writeSingle = (action: Exclude<Action, MembershipAdd | MembershipRemove>): Promise<void> => {
    switch (action.kind) {
      case 'user.create': {
        const { user, displayName, givenName, familyName } = action
        const joins = (startingGroups.get(user.key) ?? []).filter((join) => groupId(join) !== null)
        // As outcomes come, these go: of a first push they are as many.
        startingGroups.delete(user.key)
        const body = { key: user.key, userName: user.userName, displayName, givenName, familyName }
        const send = async (): Promise<void> => {
          users.set(
            user.key,
            await target.createUser(
              body,
              joins.map(groupId).filter((id) => id !== null),
            ),
          )
        }
        return write([action], send, { followers: joins })
      }
      case 'user.update':
        return write([action], () => target.updateUser(action.user.id, userChanges(action.changes)))
      case 'user.deactivate':
        return write([action], () => target.updateUser(action.user.id, { active: false }))
      case 'user.delete':
        return write([action], () => target.deleteUser(action.user.id))
      case 'group.create': {
        const { key, displayName } = action.group
        return write([action], async () => {
          groups.set(key, await target.createGroup({ key, displayName }))
        })
      }
      case 'group.update':
        return write([action], () => target.updateGroup(action.group.id, groupChanges(action.changes)))
      case 'group.delete':
        return write([action], () => target.deleteGroup(action.group.id))
      default:
        return assertNever(action)
    }
  }

  let fruitless = 0
  const writeBatch = async (batch: Batch): Promise<void> => {
    const { actions, change } = batch
    // One member whom the target refuses must not hold up the others, now and in every run to come.
    const refused = async (): Promise<void> => {
      for (const one of apart(batch)) await writeBatch(one)
      fruitless = actions.some((action) => outcomes.get(action)?.status === 'succeeded') ? 0 : fruitless + 1
    }
    const worthIt = actions.length > 1 && fruitless < FRUITLESS_IN_A_ROW
    await write(actions, () => target.changeMemberships(change), { refused: worthIt ? refused : null })
  }

  for (const stage of plan.stages) {
    const concurrency = Math.max(options.concurrency, target.writesAtOnce())
    if (stage.name === 'memberships') {
      const open = stage.actions
        .filter((action) => isMembership(action) && !outcomes.has(action))
        .filter(isMembership)
      const { batches, orphans } = batchMemberships(open, {
        userId,
        groupId,
        style: target.membershipStyle(),
      })
      skip(orphans, NOT_CREATED)
      await pMap(batches, writeBatch, { concurrency })
    } else {
      await pMap(stage.actions, (action) => (isMembership(action) ? undefined : writeSingle(action)), {
        concurrency,
      })
    }
  }
  return { outcomes, created: { users, groups }, fatal: breaker.fatal(), interrupted: options.stop.aborted }
}

const whyStopped = ({ reason }: AbortSignal): string =>
  reason instanceof Error ? reason.message : 'the run was asked to stop'

const isCreation = ({ kind }: Action): boolean => kind === 'user.create' || kind === 'group.create'

const isMembership = (action: Action): action is MembershipAdd | MembershipRemove =>
  action.kind === 'membership.add' || action.kind === 'membership.remove'

/** Where memberships are written through the user, a new user's go into the request that creates the user. */
const additionsOfNewUsers = (plan: Plan): Map<UserKey, readonly MembershipAdd[]> => {
  const additions = new Map<UserKey, MembershipAdd[]>()
  for (const { actions } of plan.stages) {
    for (const action of actions) {
      if (action.kind !== 'membership.add' || action.user.id !== null || action.user.key === null) continue
      const list = additions.get(action.user.key)
      if (list) list.push(action)
      else additions.set(action.user.key, [action])
    }
  }
  return additions
}
