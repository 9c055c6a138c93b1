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
  if (draft.actions.every((action) => takes(action) === null)) return draft
  const holders = indexBy(accounts, ({ userName }) => fold(userName))
  let kept = draft
  for (;;) {
    const leaving = givingUp(kept.actions)
    const holderOf = (action: Action): TargetUser | undefined => {
      const name = takes(action)
      return name === null
        ? undefined
        : holders.get(fold(name)).find(({ id }) => !leaving.has(id) && id !== idOf(action))
    }
    // Who does not get a name does not give up theirs either.
    if (!kept.actions.some((action) => holderOf(action) !== undefined)) return kept
    const actions: Action[] = []
    const withheld: Withheld[] = [...kept.withheld]
    for (const action of kept.actions) {
      const holder = holderOf(action)
      if (holder === undefined) {
        actions.push(action)
        continue
      }
      const detail = `the userName ${takes(action) ?? ''} is held at the target by ${holder.id}, which does not give it up`
      withheld.push(withhold(action, 'conflict', detail))
      if (action.kind !== 'user.update') continue
      const changes = action.changes.filter(({ attribute }) => attribute !== 'userName')
      if (changes.length > 0) actions.push({ ...action, changes })
    }
    kept = { actions, withheld }
  }
}

/** The name that an action takes at the target; null for none. */
const takes = (action: Action): string | null => {
  if (action.kind === 'user.create') return action.user.userName
  if (action.kind !== 'user.update') return null
  return action.changes.find(({ attribute }) => attribute === 'userName')?.to.toString() ?? null
}

const idOf = (action: Action): ScimId | null => ('user' in action ? action.user.id : null)

/** Accounts that are deleted or renamed: their name is free in time. */
const givingUp = (actions: readonly Action[]): ReadonlySet<ScimId> => {
  const ids = new Set<ScimId>()
  for (const action of actions) {
    if (action.kind === 'user.delete') ids.add(action.user.id)
    if (action.kind === 'user.update' && takes(action) !== null) ids.add(action.user.id)
  }
  return ids
}
