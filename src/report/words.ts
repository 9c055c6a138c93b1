import type { Change } from '../plan/action.ts'
import { counted } from './counted.ts'
import type { KindGroup } from './kinds.ts'
import { printable } from './printable.ts'
import type { ReportedAction, RunReport, SideReport } from './report.ts'

/** `left-scope` → `left scope`; the JSON report has the words with their hyphens. */
export const reasonWords = (reason: string): string => reason.replaceAll('-', ' ')

/** Why something is done and, for an update, what it changes from what to what. */
export const because = ({ changes, reason }: ReportedAction): string =>
  [reasonWords(reason), ...changes.map(changeWords)].join(', ')

/** `displayName: "Ann" → "Anna"`, one for each attribute. */
export const changesWords = ({ changes }: ReportedAction): string => changes.map(changeWords).join(', ')

const changeWords = ({ attribute, from, to }: Change): string =>
  `${attribute}: ${from === null ? 'none' : quote(from)} → ${quote(to)}`

const quote = (value: string | boolean): string =>
  typeof value === 'string' ? `"${printable(value)}"` : `${value}`

/** `12 users to delete`, and how many of them were not. */
export const kindHeading = ({ one, to, actions }: KindGroup): string => {
  const count = (status: string): number =>
    actions.filter(({ outcome }) => outcome !== null && outcome.status === status).length
  const [failed, skipped] = [count('failed'), count('skipped')]
  return [
    `${counted(actions.length, one)} to ${to}`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ].join(', ')
}

/** `3 users, 1 group, 9 memberships`; null for a side that was not read. */
export const sizeWords = ({ users, groups, memberships }: SideReport): string | null =>
  users === null
    ? null
    : [counted(users, 'user'), counted(groups ?? 0, 'group'), counted(memberships ?? 0, 'membership')].join(
        ', ',
      )

/** `Plan`, `Dry run` or `Push`. */
export const commandWords = ({ command, dryRun }: RunReport): string =>
  command === 'plan' ? 'Plan' : dryRun ? 'Dry run' : 'Push'

/** `1.5`, from the first to the last moment of the run. */
export const secondsOf = ({ startedAt, finishedAt }: RunReport): string =>
  ((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)
