import type { Change } from '../plan/action.ts'
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

/** `100,000`. */
export const numberWords = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+$)/g, ',')

/** `1 group`, `12,000 groups`. */
export const countWords = (count: number, one: string): string =>
  `${numberWords(count)} ${one}${count === 1 ? '' : 's'}`

/** `12 users to delete`, and how many of them were not. */
export const kindHeading = ({ one, to, actions }: KindGroup): string => {
  const count = (status: string): number =>
    actions.filter(({ outcome }) => outcome !== null && outcome.status === status).length
  const [failed, skipped] = [count('failed'), count('skipped')]
  return [
    `${countWords(actions.length, one)} to ${to}`,
    ...(failed > 0 ? [`${numberWords(failed)} failed`] : []),
    ...(skipped > 0 ? [`${numberWords(skipped)} skipped`] : []),
  ].join(', ')
}

/** `3 users, 1 group, 9 memberships`; null for a side that was not read. */
export const sizeWords = ({ users, groups, memberships }: SideReport): string | null =>
  users === null
    ? null
    : [
        countWords(users, 'user'),
        countWords(groups ?? 0, 'group'),
        countWords(memberships ?? 0, 'membership'),
      ].join(', ')

/** `Plan`, `Dry run`, `Apply` or `Push`. */
export const commandWords = ({ command, dryRun }: RunReport): string =>
  command === 'plan' ? 'Plan' : dryRun ? 'Dry run' : command === 'apply' ? 'Apply' : 'Push'

/** `1.5`, from the first to the last moment of the run. */
export const secondsOf = ({ startedAt, finishedAt }: RunReport): string =>
  ((finishedAt.getTime() - startedAt.getTime()) / 1000).toFixed(1)

/** When it was, to the second, in UTC: `2026-01-02 03:04:05 UTC`. */
export const timeWords = (time: Date): string => `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** `read 1.2 s, plan 0.1 s`; empty when it came to no phase. */
export const phasesWords = ({ phases }: RunReport): string =>
  Object.entries(phases)
    .map(([phase, seconds]) => `${phase} ${seconds.toFixed(1)} s`)
    .join(', ')

/** `12 to google, 3 to scim`; empty when none was sent. */
export const requestsWords = ({ requests }: RunReport): string =>
  Object.entries(requests)
    .map(([system, count]) => `${numberWords(count)} to ${system}`)
    .join(', ')
