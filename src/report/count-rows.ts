import { kindsInOrder, type KindWords } from './kinds.ts'
import type { Count, RunReport } from './report.ts'

/** What there is of one kind of action, and how much of it was withheld. */
export interface CountRow extends Count {
  /** `users to delete` */
  readonly label: string
  readonly sign: KindWords['sign'] | ''
  readonly withheld: number
}

/** The counts by kind and action, without those that are all zero; what could not even be compared comes last. */
export const countRows = ({ actions, withheld }: RunReport): readonly CountRow[] => {
  const counts = new Map<string, { -readonly [Key in keyof CountRow]: CountRow[Key] }>()
  for (const { kind, sign, one, to } of kindsInOrder)
    counts.set(kind, { label: `${one}s to ${to}`, sign, ...zero })
  for (const one of ['user', 'group', 'membership'])
    counts.set(one, { label: `${one}s not compared`, sign: '', ...zero })
  for (const { kind, outcome } of actions) {
    const row = counts.get(kind)
    if (!row) continue
    row.planned++
    if (outcome !== null) row[outcome.status]++
  }
  for (const { kind, action } of withheld) {
    const row = counts.get(action ?? kind)
    if (row) row.withheld++
  }
  return [...counts.values()].filter((row) => row.planned > 0 || row.withheld > 0)
}

const zero = { planned: 0, succeeded: 0, failed: 0, skipped: 0, withheld: 0 }
