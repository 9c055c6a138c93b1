import { withheldRemedies, type Cause, type Failure } from './causes.ts'
import { details, elsewhere, named, span, table } from './markdown-text.ts'
import type { RunReport } from './report.ts'
import { numberWords } from './words.ts'

/** How many of those whom a cause hits are named beside it. */
const BESIDE = 5

/** What was withheld, by cause, and how to let removals pass. @param approval what to type; none where nothing helps */
export const withheldBlocks = (
  causes: readonly Cause[],
  approval: { readonly ways: readonly string[]; readonly stale: string },
  most: number,
): readonly string[] => {
  const shown = causes.slice(0, most)
  const subjects = ({ entries }: Cause): readonly string[] => entries.map(({ subject }) => subject)
  const what = ({ action, kind, entries }: Cause): string =>
    `${numberWords(entries.length)} × ${(action ?? kind).replace('.', ' ')}`
  return [
    ...(approval.stale === '' ? [] : [`**${span(approval.stale)}**`]),
    ...(approval.ways.length === 0
      ? []
      : [
          `To let these removals pass once, if they are meant: ${approval.ways.map((way) => span(way, 500)).join(', or ')}. It is good for this plan only.`,
        ]),
    ...rows(
      ['What', 'Why', 'Whom', 'What to do'],
      shown.map((cause) => [
        what(cause),
        `${cause.reason}: ${span(cause.detail, 300)}`,
        named(subjects(cause), Math.min(BESIDE, most)),
        withheldRemedies[cause.reason],
      ]),
    ),
    ...shown
      .filter(({ entries }) => entries.length > BESIDE && most > BESIDE)
      .map((cause) => {
        const hidden = cause.entries.length > most ? `; ${elsewhere}.` : ''
        return details(`Whom: ${what(cause)}, ${cause.reason}`, `${named(subjects(cause), most)}${hidden}`)
      }),
    ...rest(
      causes.slice(most).map(({ entries }) => entries.length),
      'withheld',
    ),
  ]
}

/** What failed or was skipped, by cause. */
export const failureBlocks = (failures: readonly Failure[], most: number): readonly string[] => [
  ...rows(
    ['What', 'Why', 'Whom'],
    failures.slice(0, most).map(({ kind, status, code, message, actions }) => [
      `${numberWords(actions.length)} × ${kind.replace('.', ' ')}, ${status}`,
      `${code === null ? '' : `${span(code)} `}${span(message, 500)}`,
      named(
        actions.map(({ subject }) => subject),
        Math.min(BESIDE, most),
      ),
    ]),
  ),
  ...rest(
    failures.slice(most).map(({ actions }) => actions.length),
    'not done',
  ),
]

/** What could not be read. */
export const gapsBlocks = (gaps: RunReport['gaps'], most: number): readonly string[] => [
  ...rows(
    ['What', 'Why'],
    gaps.slice(0, most).map(({ subject, detail }) => [span(subject), span(detail, 500)]),
  ),
  ...rest(
    gaps.slice(most).map(() => 1),
    'not read',
  ),
]

const rows = (head: readonly string[], cells: readonly (readonly string[])[]): readonly string[] =>
  cells.length === 0 ? [] : [table(head, cells)]

const rest = (counts: readonly number[], what: string): readonly string[] => {
  const sum = counts.reduce((all, count) => all + count, 0)
  return sum === 0 ? [] : [`… and ${numberWords(sum)} more ${what}; ${elsewhere}.`]
}
