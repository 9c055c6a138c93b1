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
  const places = placesOf(actions)
  const stages = new Map<number, { readonly name: StageName; readonly members: number[] }>()
  actions.forEach((action, n) => {
    const { name, order } = stageOf(action, waves)
    const stage = stages.get(order)
    if (stage) stage.members.push(n)
    else stages.set(order, { name, members: [n] })
  })
  const byPlace = (a: number, b: number): number =>
    (places[a] ?? 0) - (places[b] ?? 0) || compareCodes(actions[a]?.kind ?? '', actions[b]?.kind ?? '')
  return [...stages]
    .sort(([a], [b]) => a - b)
    .map(([, { name, members }]) => ({
      name,
      actions: members.sort(byPlace).flatMap((n) => actions[n] ?? []),
    }))
}

/** Where each action belongs by its group, and inside it by its user, as one number: a membership is compared some twenty times. */
const placesOf = (actions: readonly Action[]): Float64Array => {
  const users = ranksOf<UserRef>(
    actions,
    (action) => ('user' in action ? action.user : null),
    (user) => user.userName,
  )
  const groups = ranksOf<GroupRef>(
    actions,
    (action) => ('group' in action ? action.group : null),
    (group) => group.displayName,
  )
  return Float64Array.from(groups, (group, n) => group * (actions.length + 1) + (users[n] ?? 0))
}

const compareCodes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/**
 * For each action the rank by name of its user or group, from 1; 0 for none. Names are compared once a user or group, not once an
 * action, of which most are memberships.
 */
const ranksOf = <R extends UserRef | GroupRef>(
  actions: readonly Action[],
  refOf: (action: Action) => R | null,
  nameOf: (ref: R) => string,
): Uint32Array => {
  const numbers = new Map<R, number>()
  const numbered = Uint32Array.from(actions, (action) => {
    const ref = refOf(action)
    if (ref === null) return 0
    const before = numbers.get(ref)
    if (before !== undefined) return before
    numbers.set(ref, numbers.size + 1)
    return numbers.size
  })
  const ranks = new Uint32Array(numbers.size + 1)
  ;[...numbers]
    .map(([ref, number]) => ({ ref, number, name: nameOf(ref), folded: fold(nameOf(ref)) }))
    .sort(
      (a, b) =>
        compareCodes(a.folded, b.folded) ||
        compareCodes(a.name, b.name) ||
        compareText(a.ref.id ?? '', b.ref.id ?? '') ||
        compareText(a.ref.key ?? '', b.ref.key ?? ''),
    )
    .forEach(({ number }, rank) => (ranks[number] = rank + 1))
  return numbered.map((number) => ranks[number] ?? 0)
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
