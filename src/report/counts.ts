import type { ActionKind, Kind } from '../plan/action.ts'
import type { Count, ReportedAction } from './report.ts'

type Counts = Record<Kind, Record<string, { -readonly [Part in keyof Count]: Count[Part] }>>

/** `user.create` → `user`, `create`. */
const names: Readonly<Record<ActionKind, readonly [Kind, string]>> = {
  'user.create': ['user', 'create'],
  'user.update': ['user', 'update'],
  'user.deactivate': ['user', 'deactivate'],
  'user.delete': ['user', 'delete'],
  'group.create': ['group', 'create'],
  'group.update': ['group', 'update'],
  'group.delete': ['group', 'delete'],
  'membership.add': ['membership', 'add'],
  'membership.remove': ['membership', 'remove'],
}

/** Counts each action once, by kind and action; all combinations are there, those that did not occur with zeros. */
export const countActions = (actions: readonly ReportedAction[]): Counts => {
  const counts: Counts = { user: {}, group: {}, membership: {} }
  for (const [kind, name] of Object.values(names))
    counts[kind][name] = { planned: 0, succeeded: 0, failed: 0, skipped: 0 }
  for (const { kind: actionKind, outcome } of actions) {
    const [kind, name] = names[actionKind]
    const count = counts[kind][name]
    if (!count) continue
    count.planned++
    if (outcome !== null) count[outcome.status]++
  }
  return counts
}

/** What all kinds and actions add up to. */
export const totalOf = (counts: Readonly<Record<Kind, Readonly<Record<string, Count>>>>): Count => {
  const total = { planned: 0, succeeded: 0, failed: 0, skipped: 0 }
  for (const count of Object.values(counts).flatMap((actions) => Object.values(actions))) {
    total.planned += count.planned
    total.succeeded += count.succeeded
    total.failed += count.failed
    total.skipped += count.skipped
  }
  return total
}
