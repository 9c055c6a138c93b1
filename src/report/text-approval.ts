import { staleWords, waysToApprove } from './approving.ts'
import { kindsInOrder } from './kinds.ts'
import type { Moved, PlannedAction } from './moved.ts'
import { printable } from './printable.ts'
import type { RunReport } from './report.ts'

/** How to let withheld removals pass; no line where an approval helps nothing. */
export const approvalLines = (report: RunReport): readonly string[] => {
  const ways = waysToApprove(report)
  const stale = staleWords(report)
  return [
    ...(stale === '' ? [] : [`  ${printable(stale)}`]),
    ...(ways.length === 0
      ? []
      : [
          '  To let these removals pass once, if they are meant; it is good for this plan only:',
          ...ways.map((way, n) => `    ${n === 0 ? '' : 'or '}${way}`),
        ]),
  ]
}

/** What a saved plan no longer is. @param most how many lines each way */
export const movedLines = (moved: Moved | null, most: number): readonly string[] =>
  moved === null
    ? []
    : [
        '  Since the plan was saved',
        `    source ${moved.source ? 'changed' : 'as it was'}, target ${moved.target ? 'changed' : 'as it was'}`,
        ...actionLines('new in the plan', moved.added, most),
        ...actionLines('no longer planned', moved.gone, most),
        '',
      ]

const actionLines = (title: string, actions: readonly PlannedAction[], most: number): readonly string[] => [
  ...actions.slice(0, most).map(({ kind, subject, reason, withheld }) => {
    const words = kindsInOrder.find((one) => one.kind === kind)
    return `    ${title}: ${words?.to ?? ''} ${words?.one ?? ''} ${printable(subject)}${withheld ? `, withheld: ${reason}` : ''}`
  }),
  ...(actions.length > most
    ? [`    ${title}: ${actions.length - most} more; --output json has them all`]
    : []),
]
