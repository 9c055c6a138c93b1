import { isApprovable, needsAttention } from './attention.ts'
import { removalKinds } from './kinds.ts'
import type { RunReport } from './report.ts'

/** The removals that were held back and want a look; `approvable` when an approval of the plan's hash would let some of them pass. */
export const withheldRemovals = ({
  withheld,
}: RunReport): {
  readonly count: number
  readonly reasons: readonly string[]
  readonly approvable: boolean
} => {
  const held = withheld.filter(
    (entry) => entry.action !== null && removalKinds.has(entry.action) && needsAttention(entry),
  )
  const reasons = [...new Set<string>(held.map(({ reason }) => reason))].sort()
  return {
    count: held.length,
    reasons,
    approvable: held.some(isApprovable),
  }
}

/** The hash that lets the withheld removals pass in the next run; null where an approval would let none pass. */
export const approvableHash = (report: RunReport): string | null =>
  withheldRemovals(report).approvable ? (report.nextPlanHash ?? report.planHash) : null
