import { styleText } from 'node:util'
import { padTo, widestOf } from '../lib/columns.ts'
import type { Withheld } from '../plan/withheld.ts'
import type { ScimPushError } from '../errors/error.ts'
import { sameCause } from './alike.ts'
import { counted } from './counted.ts'
import { totalOf } from './counts.ts'
import { endingOf, type Ending } from './ending.ts'
import { byKind, countBy, isUnfinished, type KindGroup, type KindWords } from './kinds.ts'
import { printable } from './printable.ts'
import type { ReportedAction, RunReport } from './report.ts'
import { approvalLines, movedLines } from './text-approval.ts'
import { because, commandWords, kindHeading, secondsOf, sizeWords } from './words.ts'

export interface TextOptions {
  readonly colour: boolean
  /** How many lines of one kind are shown before the rest is only counted. */
  readonly most?: number
}

/** An error that ended a command before it had a report. */
export const renderError = (error: ScimPushError, colour: boolean): string => {
  const paint = painter(colour)
  return errorSection(error, 'red', paint).join('\n')
}

const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'
type Paint = (style: Style, text: string) => string

const signStyles: Readonly<Record<KindWords['sign'], Style>> = { '-': 'red', '+': 'green', '~': 'yellow' }
const toneStyles: Readonly<Record<Ending['tone'], Style>> = { good: 'green', notice: 'yellow', bad: 'red' }

/** Longer names stand out of their column: none is cut off. */
const COLUMN = 48

/** The report for a person at a terminal: what is done and why, what is not and why, and how it ended. */
export const renderText = (report: RunReport, { colour, most = 20 }: TextOptions): string => {
  const paint = painter(colour)
  const lines: string[] = [
    paint('bold', title(report)),
    ...(report.source.description === '' ? [] : sides(report)),
    ...(report.planHash === null ? [] : changesSection(report, most, paint)),
    ...withheldSection(report.withheld, most, paint),
    ...gapsSection(report.gaps, most, paint),
    ...movedLines(report.moved, most),
    ...report.warnings.flatMap((warning) => errorSection(warning, 'yellow', paint)),
    ...(report.error ? errorSection(report.error, 'red', paint) : []),
    ...summary(report, paint),
  ]
  return `${lines.join('\n')}\n`
}

const title = (report: RunReport): string =>
  `${commandWords(report)} ${printable(report.config)}${report.planHash ? `, plan ${report.planHash}` : ''}${report.approved ? ' (approved)' : ''}`

const sides = ({ source, target }: RunReport): string[] => [
  ...(['source', 'target'] as const).map((side) => {
    const part = { source, target }[side]
    const size = sizeWords(part)
    return `  ${side}  ${printable(part.description)}${size === null ? '' : `: ${size}`}`
  }),
  '',
]

const changesSection = (report: RunReport, most: number, paint: Paint): string[] => {
  const lines: string[] = []
  for (const group of byKind(report.actions)) {
    const shown = group.actions.slice(0, most).map((action) => ({ action, name: printable(action.subject) }))
    const width = widestOf(
      shown.map(({ name }) => name),
      COLUMN,
    )
    lines.push(paint('bold', `  ${kindHeading(group)}`))
    for (const { action, name } of shown) {
      const text = `    ${group.sign} ${padTo(name, width)}  ${because(action)}`.trimEnd()
      lines.push(
        isUnfinished(action)
          ? paint('red', `${text}  ${ending(action)}`)
          : paint(signStyles[group.sign], text),
      )
    }
    if (group.actions.length > most) lines.push(...rest(group, most).map((line) => paint('dim', line)))
  }
  return lines.length > 0 ? [...lines, ''] : ['  nothing to change', '']
}

const GROUPS = 5

/** What is not shown, counted; memberships by group, since that is how they change. */
const rest = ({ kind, actions }: KindGroup, most: number): string[] => {
  const hidden = `    … and ${actions.length - most} more; --output json has them all`
  if (kind !== 'membership.add' && kind !== 'membership.remove') return [hidden]
  const groups = countBy(actions, ({ group }) => group)
  const named = groups.slice(0, GROUPS).map(([group, count]) => `${printable(group)} ${count}`)
  const others = groups.length - named.length
  return [
    hidden,
    `      by group: ${[...named, ...(others > 0 ? [counted(others, 'more group')] : [])].join(', ')}`,
  ]
}

const ending = ({ outcome }: ReportedAction): string => {
  if (outcome?.status === 'failed')
    return `failed: ${outcome.error.code}: ${printable(outcome.error.message)}`
  if (outcome?.status === 'skipped') return `skipped: ${printable(outcome.reason)}`
  return ''
}

const withheldSection = (withheld: readonly Withheld[], most: number, paint: Paint): string[] => {
  if (withheld.length === 0) return []
  const lines = [paint('bold', `  ${withheld.length} withheld`)]
  for (const [reason, entries] of Map.groupBy(withheld, (entry) => entry.reason)) {
    // A limit says the same of each of the hundreds that it withholds: once is enough.
    const causes = [...Map.groupBy(entries, sameCause).values()]
    const shown = causes.slice(0, most)
    const width = widestOf(
      shown.flatMap(([first, ...more]) => (first && more.length === 0 ? [printable(first.subject)] : [])),
      COLUMN,
    )
    for (const alike of shown)
      lines.push(...causeLines(alike, most, width).map((line) => paint('yellow', line)))
    const hidden = causes.slice(most).reduce((sum, alike) => sum + alike.length, 0)
    if (hidden > 0) lines.push(paint('dim', `    … and ${hidden} more withheld as ${reason}`))
  }
  return [...lines, '']
}

const causeLines = (alike: readonly Withheld[], most: number, width: number): string[] => {
  const [first] = alike
  if (!first) return []
  const { action, kind, subject, reason, detail } = first
  const cause = `${(action ?? kind).replace('.', ' ')}, ${reason}: ${printable(detail)}`
  if (alike.length === 1) return [`    ! ${padTo(printable(subject), width)}  ${cause}`]
  const more = alike.length - most
  return [
    `    ! ${alike.length} × ${cause}`,
    ...alike.slice(0, most).map((entry) => `        ${printable(entry.subject)}`),
    ...(more > 0 ? [`        … and ${more} more; --output json has them all`] : []),
  ]
}

const gapsSection = (gaps: RunReport['gaps'], most: number, paint: Paint): string[] => [
  ...gaps
    .slice(0, most)
    .map(({ subject, detail }) => paint('yellow', `  not read: ${printable(subject)}: ${printable(detail)}`)),
  ...(gaps.length > most
    ? [paint('dim', `  … and ${gaps.length - most} more not read; --output json has them all`)]
    : []),
]

const errorSection = (error: ScimPushError, style: Style, paint: Paint): string[] => [
  ...error.message
    .split('\n')
    .map((line, n) => paint(style, `${n === 0 ? `  ${error.code}: ` : '    '}${printable(line)}`)),
  ...(error.where === null ? [] : [`    where   ${printable(error.where)}`]),
  ...(error.remedy === '' ? [] : [`    remedy  ${printable(error.remedy)}`]),
  '',
]

const summary = (report: RunReport, paint: Paint): string[] => {
  const total = totalOf(report.counts)
  const done = report.dryRun
    ? `${total.planned} planned`
    : `${total.succeeded} of ${total.planned} done${total.failed > 0 ? `, ${total.failed} failed` : ''}${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`
  const requests = Object.entries(report.requests).map(([system, count]) => `${count} to ${system}`)
  const { tone, text } = endingOf(report)
  return [
    ...approvalLines(report),
    paint(
      toneStyles[tone],
      `${text} ${done}, ${report.withheld.length} withheld, in ${secondsOf(report)} s${requests.length > 0 ? `; requests: ${requests.join(', ')}` : ''}; exit ${report.exitCode}.`,
    ),
  ]
}
