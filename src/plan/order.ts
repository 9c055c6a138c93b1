import { compareText, fold } from '../lib/fold.ts'
import type { ScimId } from '../model/ids.ts'
import type { Action, GroupRef, UserRef } from './action.ts'

/**
 * What happens in a stage: groups first, because users are created into them; then who leaves, so that offboarding waits for
 * nobody; then who changes, which frees names; then who joins; memberships; and last the groups that go.
 */
type StageName = 'groups' | 'departures' | 'updates' | 'arrivals' | 'memberships' | 'deletions'

/** Actions that depend on nothing in their own stage, and may run in any order. */
export interface Stage {
  readonly name: StageName
  readonly actions: readonly Action[]
}

interface Waves {
  readonly users: ReadonlyMap<ScimId, number>
  readonly groups: ReadonlyMap<ScimId, number>
}

/** Sorts actions into stages, and inside a stage by name, the same for any order of the input. */
export const inStages = (actions: readonly Action[], waves: Waves): readonly Stage[] => {
  const users = ranks(
    actions.map((action) => ('user' in action ? action.user : null)),
    (user) => user.userName,
  )
  const groups = ranks(
    actions.map((action) => ('group' in action ? action.group : null)),
    (group) => group.displayName,
  )
  /** By group, and inside it by user, as one number: a membership is compared with others some twenty times. */
  const place = (action: Action): number =>
    ('group' in action ? (groups.get(action.group) ?? 0) : 0) * Math.max(users.size, 1) +
    ('user' in action ? (users.get(action.user) ?? 0) : 0)

  const stages = new Map<
    string,
    { readonly name: StageName; readonly order: number; readonly actions: Action[] }
  >()
  for (const action of actions) {
    const { name, order } = stageOf(action, waves)
    const stage = stages.get(`${order}`)
    if (stage) stage.actions.push(action)
    else stages.set(`${order}`, { name, order, actions: [action] })
  }
  return [...stages.values()]
    .sort((a, b) => a.order - b.order)
    .map(({ name, actions: members }) => ({
      name,
      actions: members
        .map((action) => ({ action, at: place(action) }))
        .sort((a, b) => a.at - b.at || compareCodes(a.action.kind, b.action.kind))
        .map(({ action }) => action),
    }))
}

const compareCodes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Names are compared once a user or group, not once an action: memberships are many. */
const ranks = <R extends UserRef | GroupRef>(
  refs: readonly (R | null)[],
  nameOf: (ref: R) => string,
): ReadonlyMap<R, number> => {
  const sorted = [...new Set(refs.filter((ref) => ref !== null))]
    .map((ref) => ({ ref, name: nameOf(ref), folded: fold(nameOf(ref)) }))
    .sort(
      (a, b) =>
        compareCodes(a.folded, b.folded) ||
        compareCodes(a.name, b.name) ||
        compareText(a.ref.id ?? '', b.ref.id ?? '') ||
        compareText(a.ref.key ?? '', b.ref.key ?? ''),
    )
  return new Map(sorted.map(({ ref }, rank) => [ref, rank]))
}

/** Room for waves between two stages. */
const WAVES = 1e6

const stageOf = (action: Action, waves: Waves): { readonly name: StageName; readonly order: number } => {
  switch (action.kind) {
    case 'group.update':
      return { name: 'groups', order: Math.min(waves.groups.get(action.group.id) ?? 0, WAVES - 2) }
    case 'group.create':
      return { name: 'groups', order: WAVES - 1 }
    case 'user.deactivate':
    case 'user.delete':
      return { name: 'departures', order: WAVES }
    case 'user.update':
      return { name: 'updates', order: 2 * WAVES + (waves.users.get(action.user.id) ?? 0) }
    case 'user.create':
      return { name: 'arrivals', order: 4 * WAVES }
    case 'membership.add':
    case 'membership.remove':
      return { name: 'memberships', order: 5 * WAVES }
    case 'group.delete':
      return { name: 'deletions', order: 6 * WAVES }
  }
}
