import type { ActionKind } from '../plan/action.ts'
import type { ReportedAction } from './report.ts'

/** How a kind of action is put into words. */
export interface KindWords {
  readonly kind: ActionKind
  readonly sign: '-' | '+' | '~'
  readonly one: string
  readonly to: string
}

/** Every kind of action in the order in which reports show them: what is taken away comes first. */
export const kindsInOrder: readonly KindWords[] = [
  { kind: 'user.delete', sign: '-', one: 'user', to: 'delete' },
  { kind: 'user.deactivate', sign: '-', one: 'user', to: 'deactivate' },
  { kind: 'group.delete', sign: '-', one: 'group', to: 'delete' },
  { kind: 'membership.remove', sign: '-', one: 'membership', to: 'remove' },
  { kind: 'user.create', sign: '+', one: 'user', to: 'create' },
  { kind: 'user.update', sign: '~', one: 'user', to: 'update' },
  { kind: 'group.create', sign: '+', one: 'group', to: 'create' },
  { kind: 'group.update', sign: '~', one: 'group', to: 'update' },
  { kind: 'membership.add', sign: '+', one: 'membership', to: 'add' },
]

/** The kinds that take something away. */
export const removalKinds: ReadonlySet<ActionKind> = new Set(
  kindsInOrder.filter(({ sign }) => sign === '-').map(({ kind }) => kind),
)

/** Actions of one kind, with its words. What failed comes first: it is what a person looks for. */
export interface KindGroup extends KindWords {
  readonly actions: readonly ReportedAction[]
}

/** The actions by kind, without the kinds of which there are none. */
export const byKind = (actions: readonly ReportedAction[]): readonly KindGroup[] => {
  const groups = Map.groupBy(actions, ({ kind }) => kind)
  return kindsInOrder.flatMap((words) => {
    const alike = groups.get(words.kind)
    if (!alike) return []
    const sorted = [...alike.filter(isUnfinished), ...alike.filter((action) => !isUnfinished(action))]
    return [{ ...words, actions: sorted }]
  })
}

export const isUnfinished = ({ outcome }: ReportedAction): boolean =>
  outcome !== null && outcome.status !== 'succeeded'

/** How many there are of each value, the most first; what is null is not counted. */
export const countBy = <T>(
  items: readonly T[],
  of: (item: T) => string | null,
): readonly (readonly [value: string, count: number])[] => {
  const counts = new Map<string, number>()
  for (const item of items) {
    const value = of(item)
    if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
}
