import type { RunReport } from './report.ts'

/** Who comes to a group, goes, or changes over. */
export interface Movement {
  /** Null for people whom the plan puts into no group, and takes out of none. */
  readonly group: string | null
  /** New, or active again: membership.add of a user whom the plan creates or reactivates. */
  readonly joiners: number
  /** Added, of those who stay. */
  readonly moversIn: number
  /** Taken out, of those who stay. */
  readonly moversOut: number
  /** Taken out, of those whom the plan deactivates or deletes. */
  readonly leavers: number
}

type Counter = { -readonly [Key in keyof Movement]: Movement[Key] }

/**
 * What a plan means for people, by group, the most moved first, and those without a group last. Users are told apart by their name at
 * the target, which is unique there (RFC 7643 §4.1.1).
 */
export const movementsOf = ({ actions }: Pick<RunReport, 'actions'>): readonly Movement[] => {
  const arriving = new Set<string>()
  const departing = new Set<string>()
  for (const { kind, user, reason } of actions) {
    if (user === null) continue
    if (kind === 'user.create' || reason === 'reactivated') arriving.add(user)
    if (kind === 'user.deactivate' || kind === 'user.delete') departing.add(user)
  }
  const movements = new Map<string, Counter>()
  const placed = { arriving: new Set<string>(), departing: new Set<string>() }
  for (const { kind, user, group } of actions) {
    if (user === null || group === null) continue
    const movement = movements.get(group) ?? none(group)
    movements.set(group, movement)
    if (kind === 'membership.add') {
      if (arriving.has(user)) {
        movement.joiners++
        placed.arriving.add(user)
      } else movement.moversIn++
    } else if (kind === 'membership.remove') {
      if (departing.has(user)) {
        movement.leavers++
        placed.departing.add(user)
      } else movement.moversOut++
    }
  }
  const groupless = none(null)
  groupless.joiners = arriving.size - placed.arriving.size
  groupless.leavers = departing.size - placed.departing.size
  return [
    ...[...movements.values()].sort(
      (a, b) => totalMoved(b) - totalMoved(a) || ((a.group ?? '') < (b.group ?? '') ? -1 : 1),
    ),
    ...(totalMoved(groupless) > 0 ? [groupless] : []),
  ]
}

export const totalMoved = ({ joiners, moversIn, moversOut, leavers }: Movement): number =>
  joiners + moversIn + moversOut + leavers

const none = (group: string | null): Counter => ({ group, joiners: 0, moversIn: 0, moversOut: 0, leavers: 0 })
