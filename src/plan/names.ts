import { fold } from '../lib/fold.ts'
import type { ScimId } from '../model/ids.ts'
import type { TargetUser } from '../model/target-state.ts'
import type { Action } from './action.ts'
import type { Draft } from './draft.ts'
import { indexBy } from './index-by.ts'
import { withhold, type Withheld } from './withheld.ts'

/**
 * Holds back who would take the name of an account that keeps it after all, because its removal or its own change of name is held
 * back: the target would refuse the name. Of a change of several attributes only the name is held back.
 */
export const keepTaken = (draft: Draft, accounts: readonly TargetUser[]): Draft => {
  const taking = draft.actions.filter((action) => takes(action) !== null)
  if (taking.length === 0) return draft
  const holders = indexBy(accounts, ({ userName }) => fold(userName))
  const takers = Map.groupBy(taking, (action) => fold(takes(action) ?? ''))
  const { leaving, deleted } = givingUp(draft.actions)
  const holderOf = (action: Action): TargetUser | undefined =>
    holders.get(fold(takes(action) ?? '')).find(({ id }) => !leaving.has(id) && id !== idOf(action))

  const held = new Set<Action>()
  const hold = (some: readonly Action[]): void => {
    for (const action of some) if (holderOf(action) !== undefined) held.add(action)
  }
  hold(taking)
  // Who does not get a name does not give up theirs either, and so on: a Set takes in what is added while it is walked.
  for (const action of held) {
    if (action.kind !== 'user.update' || deleted.has(action.user.id)) continue
    leaving.delete(action.user.id)
    hold(takers.get(fold(action.user.userName)) ?? [])
  }
  if (held.size === 0) return draft

  const actions: Action[] = []
  const withheld: Withheld[] = [...draft.withheld]
  for (const action of draft.actions) {
    if (!held.has(action)) {
      actions.push(action)
      continue
    }
    const detail = `the userName ${takes(action) ?? ''} is held at the target by ${holderOf(action)?.id ?? ''}, which does not give it up`
    withheld.push(withhold(action, 'conflict', detail))
    if (action.kind !== 'user.update') continue
    const changes = action.changes.filter(({ attribute }) => attribute !== 'userName')
    if (changes.length > 0) actions.push({ ...action, changes })
  }
  return { actions, withheld }
}

/** The name that an action takes at the target; null for none. */
const takes = (action: Action): string | null => {
  if (action.kind === 'user.create') return action.user.userName
  if (action.kind !== 'user.update') return null
  return action.changes.find(({ attribute }) => attribute === 'userName')?.to.toString() ?? null
}

const idOf = (action: Action): ScimId | null => ('user' in action ? action.user.id : null)

/** Accounts that are deleted or renamed: their name is free in time. */
const givingUp = (
  actions: readonly Action[],
): { readonly leaving: Set<ScimId>; readonly deleted: ReadonlySet<ScimId> } => {
  const leaving = new Set<ScimId>()
  const deleted = new Set<ScimId>()
  for (const action of actions) {
    if (action.kind === 'user.delete') deleted.add(action.user.id)
    if (action.kind === 'user.delete' || (action.kind === 'user.update' && takes(action) !== null))
      leaving.add(action.user.id)
  }
  return { leaving, deleted }
}
