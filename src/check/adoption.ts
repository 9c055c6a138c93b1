import { doubt, fine, type Finding } from '../model/finding.ts'
import type { ScimId } from '../model/ids.ts'
import type { Action } from '../plan/action.ts'
import { subjectOf } from '../plan/withheld.ts'
import { counted } from '../report/counted.ts'
import { phrase, someOf } from './some-of.ts'

type Update = Extract<Action, { kind: 'user.update' | 'group.update' }>

/** What a push would take up by its name: what carries no externalId yet, and what carries somebody else's. Pure. */
export const checkAdoption = (actions: readonly Action[]): readonly Finding[] => {
  const adopted: Update[] = []
  const taken: Update[] = []
  for (const action of actions) {
    if (action.kind !== 'user.update' && action.kind !== 'group.update') continue
    const change = idChange(action)
    if (change) (change.from === null ? adopted : taken).push(action)
  }
  const lost = membershipsLost(actions, [...adopted, ...taken])
  return [
    ...(adopted.length > 0 ? [adoption(adopted, lost)] : []),
    ...(taken.length > 0
      ? [
          doubt(
            'plan-takeover',
            `a push would take over, by their name, ${thingsOf(taken)}, which carry another externalId`,
          ),
        ]
      : []),
  ]
}

const idChange = ({ changes }: Update): { readonly from: string | boolean | null } | undefined =>
  // Of a union of lists only what they have in common can be called.
  [...changes].find(({ attribute }) => attribute === 'externalId')

const adoption = (adopted: readonly Update[], lost: readonly string[]): Finding => {
  const attributes = new Set(adopted.flatMap(({ changes }) => changes.map(({ attribute }) => attribute)))
  attributes.delete('externalId')
  const changed = attributes.size > 0 ? `, and change ${phrase([...attributes])} of some` : ''
  const words = `a push would adopt, by their name, ${thingsOf(adopted)}${changed}`
  return lost.length === 0
    ? fine('plan-adoption', words)
    : doubt(
        'plan-adoption',
        `${words}; it would end ${counted(lost.length, 'membership')} there: ${someOf(lost)}`,
      )
}

const thingsOf = (updates: readonly Update[]): string =>
  phrase(
    (['user.update', 'group.update'] as const).flatMap((kind) => {
      const some = updates.filter((update) => update.kind === kind)
      if (some.length === 0) return []
      const thing = kind === 'user.update' ? 'account' : 'group'
      return `${counted(some.length, thing)} (${someOf(some.map((action) => subjectOf(action).subject))})`
    }),
  )

/** What is taken out of groups that were nobody's, or another's, before. */
const membershipsLost = (actions: readonly Action[], updates: readonly Update[]): readonly string[] => {
  const groups = new Set<ScimId>(
    updates.flatMap((action) => (action.kind === 'group.update' ? [action.group.id] : [])),
  )
  return actions.flatMap((action) =>
    action.kind === 'membership.remove' && groups.has(action.group.id) ? [subjectOf(action).subject] : [],
  )
}
