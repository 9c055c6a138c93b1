import { totalOf } from './counts.ts'
import { endingOf } from './ending.ts'
import { reportBlocks, sorted, toneSigns, type Sorted } from './markdown-report.ts'
import { elsewhere, span, table } from './markdown-text.ts'
import type { RunReport } from './report.ts'
import { countWords, numberWords } from './words.ts'

/** What a whole document has at most, in characters: GitHub takes 65,536 in a comment. */
const MOST_CHARACTERS = 60_000

/** The report for a pull request or a job's summary: bounded, and no name in it is more than text. */
export const renderMarkdown = (report: RunReport): string => {
  const one = sorted(report)
  return `${fitted(one, MOST_CHARACTERS - 1, '##') ?? shortest(one, '##')}\n`
}

/** The reports of several runs as one document, just as bounded. */
export const renderReportsMarkdown = (reports: readonly RunReport[], exitCode: number): string => {
  // What wants a look is what must not be left out.
  const wants = ({ exitCode: code }: RunReport): boolean => code !== 0 && code !== 2
  const inOrder = [...reports.filter(wants), ...reports.filter((report) => !wants(report))]
  const head = overview(inOrder, exitCode)
  return `${[...head, ...inTurn(inOrder, MOST_CHARACTERS - head.join(GAP).length - GAP.length)].join(GAP)}\n`
}

const GAP = '\n\n'

/** Rows of a list, from many to none. */
const LENGTHS = [200, 100, 50, 25, 12, 6, 3, 1, 0] as const

/** As much of a report as there is room for; null when there is too little for any. */
const fitted = (report: Sorted, room: number, heading: string): string | null => {
  for (const most of LENGTHS) {
    const text = reportBlocks(report, most, heading).join(GAP)
    if (text.length <= room) return text
  }
  return null
}

/** The counts alone; bounded, since every text in it is cut to a length. */
const shortest = (report: Sorted, heading: string): string => reportBlocks(report, 0, heading).join(GAP)

/** Room for the sentence that says how many there was none for. */
const RESERVED = 200

/** The first of the reports, as many as there is room for, each with its share of what is left. */
const inTurn = (reports: readonly RunReport[], room: number): readonly string[] => {
  const chosen: { readonly report: Sorted; readonly needs: number }[] = []
  let spare = room - RESERVED
  for (const one of reports) {
    const report = sorted(one)
    const needs = shortest(report, '###').length + GAP.length
    if (needs > spare) break
    spare -= needs
    chosen.push({ report, needs })
  }
  const texts = chosen.map(({ report, needs }, n) => {
    const share = needs + Math.floor(spare / (chosen.length - n))
    const text = fitted(report, share - GAP.length, '###') ?? shortest(report, '###')
    spare -= text.length + GAP.length - needs
    return text
  })
  const rest = reports.length - chosen.length
  return rest === 0
    ? texts
    : [...texts, `There is no room here for ${countWords(rest, 'more report')}; ${elsewhere}.`]
}

/** Rows of the overview. */
const ROWS = 100

/** All of them at a glance. */
const overview = (reports: readonly RunReport[], exitCode: number): readonly string[] => {
  const rest = reports.length - ROWS
  return [
    `## ${countWords(reports.length, 'SyncConfig')} (exit ${exitCode})`,
    table(
      ['SyncConfig', 'Result', 'Exit:', 'Planned:', 'Not done:', 'Withheld:', 'Not read:'],
      reports.slice(0, ROWS).map((report) => {
        const { planned, failed, skipped } = totalOf(report.counts)
        const { tone, title } = endingOf(report)
        return [
          span(report.config, 60),
          `${toneSigns[tone]} ${title}`,
          `${report.exitCode}`,
          ...[planned, failed + skipped, report.withheld.length, report.gaps.length].map(numberWords),
        ]
      }),
    ),
    ...(rest > 0 ? [`… and ${numberWords(rest)} more; ${elsewhere}.`] : []),
  ]
}
