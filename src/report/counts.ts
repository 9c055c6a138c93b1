import type { Action, Kind } from '../plan/action.ts'
import type { Count, ReportedAction } from './report.ts'

type Counts = Record<Kind, Record<string, Count>>

const splitKind = (kind: Action['kind']): readonly [Kind, string] => {
  switch (kind) {
    case 'user.create':
      return ['user', 'create']
    case 'user.update':
      return ['user', 'update']
    case 'user.deactivate':
      return ['user', 'deactivate']
    case 'user.delete':
      return ['user', 'delete']
    case 'group.create':
      return ['group', 'create']
    case 'group.update':
      return ['group', 'update']
    case 'group.delete':
      return ['group', 'delete']
    case 'membership.add':
      return ['membership', 'add']
    case 'membership.remove':
      return ['membership', 'remove']
  }
}

const none: Count = { planned: 0, succeeded: 0, failed: 0, skipped: 0 }

/** Counts each action once, by kind and action; all combinations are there, those that did not occur with zeros. */
export const countActions = (actions: readonly ReportedAction[]): Counts => {
  const counts: Counts = {
    user: { create: none, update: none, deactivate: none, delete: none },
    group: { create: none, update: none, delete: none },
    membership: { add: none, remove: none },
  }
  for (const { action, outcome } of actions) {
    const [kind, name] = splitKind(action.kind)
    const count = counts[kind][name] ?? none
    counts[kind][name] = {
      ...count,
      planned: count.planned + 1,
      ...(outcome === null ? {} : { [outcome.status]: count[outcome.status] + 1 }),
    }
  }
  return counts
}
