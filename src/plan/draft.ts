import type { Action } from './action.ts'
import { withhold, type Withheld, type WithheldReason } from './withheld.ts'

/** A plan in the making: what is still to be done, and what no longer is. */
export interface Draft {
  readonly actions: readonly Action[]
  readonly withheld: readonly Withheld[]
}

/** Why an action is held back; null to let it pass. */
export type Verdict = { readonly reason: WithheldReason; readonly detail: string } | null

/** Moves the actions that `judge` objects to from what is done to what is withheld. */
export const holdBack = (draft: Draft, judge: (action: Action) => Verdict): Draft => {
  if (!draft.actions.some((action) => judge(action) !== null)) return draft
  const actions: Action[] = []
  const withheld: Withheld[] = [...draft.withheld]
  for (const action of draft.actions) {
    const verdict = judge(action)
    if (verdict === null) actions.push(action)
    else withheld.push(withhold(action, verdict.reason, verdict.detail))
  }
  return { actions, withheld }
}
