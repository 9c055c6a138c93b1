import type { ActionKind } from '../plan/action.ts'
import { isApprovable, needsAttention } from './attention.ts'
import type { RunReport } from './report.ts'

const removals: ReadonlySet<ActionKind | null> = new Set<ActionKind>([
  'user.deactivate',
  'user.delete',
  'group.delete',
  'membership.remove',
])

/** The removals that were held back and want a look; `approvable` when an approval of the plan's hash would let some of them pass. */
export const withheldRemovals = ({
  withheld,
}: RunReport): {
  readonly count: number
  readonly reasons: readonly string[]
  readonly approvable: boolean
} => {
  const held = withheld.filter((entry) => removals.has(entry.action) && needsAttention(entry))
  const reasons = [...new Set<string>(held.map(({ reason }) => reason))].sort()
  return {
    count: held.length,
    reasons,
    approvable: held.some(isApprovable),
  }
}
