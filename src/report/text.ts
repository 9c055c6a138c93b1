import { styleText } from 'node:util'
import type { ActionKind, Change } from '../plan/action.ts'
import type { Withheld } from '../plan/withheld.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { ReportedAction, RunReport } from './report.ts'
import type { Result } from './exit-code.ts'
import { sameCause } from './alike.ts'
import { counted } from './counted.ts'
import { totalOf } from './counts.ts'
import { printable } from './printable.ts'
import { withheldRemovals } from './withheld-removals.ts'

export interface TextOptions {
  readonly colour: boolean
  /** How many lines of one kind are shown before the rest is only counted. */
  readonly most?: number
}

/** An error that ended a command before it had a report. */
export const renderError = (error: ScimPushError, colour: boolean): string => {
  const paint = painter(colour)
  return errorSection(error, paint).join('\n')
}

const painter =
  (colour: boolean): Paint =>
  (style, text) =>
    colour ? styleText(style, text, { validateStream: false }) : text

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'

/** The report for a person at a terminal: what is done and why, what is not and why, and how it ended. */
export const renderText = (report: RunReport, { colour, most = 20 }: TextOptions): string => {
  const paint = painter(colour)
  const lines: string[] = [
    paint('bold', title(report)),
    ...(report.source.description === '' ? [] : sides(report)),
    ...(report.planHash === null ? [] : changesSection(report, most, paint)),
    ...withheldSection(report.withheld, most, paint),
    ...report.gaps.map((gap) =>
      paint('yellow', `  not read: ${printable(gap.subject)}: ${printable(gap.detail)}`),
    ),
    ...(report.error ? errorSection(report.error, paint) : []),
    ...summary(report, paint),
  ]
  return `${lines.join('\n')}\n`
}

const title = (report: RunReport): string => {
  const what = report.command === 'plan' ? 'Plan' : report.dryRun ? 'Dry run' : 'Push'
  return `${what} ${report.config}${report.planHash ? `, plan ${report.planHash}` : ''}${report.approved ? ' (approved)' : ''}`
}

const sides = ({ source, target }: RunReport): string[] => [
  `  source  ${source.description}${size(source)}`,
  `  target  ${target.description}${size(target)}`,
  '',
]

const size = ({ users, groups, memberships }: RunReport['source']): string =>
  users === null
    ? ''
    : `: ${counted(users, 'user')}, ${counted(groups ?? 0, 'group')}, ${counted(memberships ?? 0, 'membership')}`

const order: readonly {
  readonly kind: ActionKind
  readonly sign: string
  readonly one: string
  readonly to: string
  readonly style: Style
}[] = [
  { kind: 'user.delete', sign: '-', one: 'user', to: 'delete', style: 'red' },
  { kind: 'user.deactivate', sign: '-', one: 'user', to: 'deactivate', style: 'red' },
  { kind: 'group.delete', sign: '-', one: 'group', to: 'delete', style: 'red' },
  { kind: 'membership.remove', sign: '-', one: 'membership', to: 'remove', style: 'red' },
  { kind: 'user.create', sign: '+', one: 'user', to: 'create', style: 'green' },
  { kind: 'user.update', sign: '~', one: 'user', to: 'update', style: 'yellow' },
  { kind: 'group.create', sign: '+', one: 'group', to: 'create', style: 'green' },
  { kind: 'group.update', sign: '~', one: 'group', to: 'update', style: 'yellow' },
  { kind: 'membership.add', sign: '+', one: 'membership', to: 'add', style: 'green' },
]

type Paint = (style: Style, text: string) => string

const changesSection = (report: RunReport, most: number, paint: Paint): string[] => {
  const byKind = Map.groupBy(report.actions, ({ kind }) => kind)
  const lines: string[] = []
  for (const { kind, sign, one, to, style } of order) {
    const actions = byKind.get(kind)
    if (!actions) continue
    // What failed comes first: it is what a person looks for.
    const sorted = [...actions.filter(isUnfinished), ...actions.filter((action) => !isUnfinished(action))]
    const shown = sorted.slice(0, most)
    const width = Math.min(48, Math.max(...shown.map(({ subject }) => printable(subject).length)))
    lines.push(paint('bold', `  ${counted(actions.length, one)} to ${to}`))
    for (const action of shown) {
      const text = `    ${sign} ${printable(action.subject).padEnd(width)}  ${because(action)}`.trimEnd()
      lines.push(isUnfinished(action) ? paint('red', `${text}  ${ending(action)}`) : paint(style, text))
    }
    if (sorted.length > most)
      lines.push(paint('dim', `    … and ${sorted.length - most} more; --output json has them all`))
  }
  return lines.length > 0 ? [...lines, ''] : ['  nothing to change', '']
}

const isUnfinished = ({ outcome }: ReportedAction): boolean =>
  outcome !== null && outcome.status !== 'succeeded'

const ending = ({ outcome }: ReportedAction): string => {
  if (outcome?.status === 'failed')
    return `failed: ${outcome.error.code}: ${printable(outcome.error.message)}`
  if (outcome?.status === 'skipped') return `skipped: ${printable(outcome.reason)}`
  return ''
}

const because = ({ changes, reason }: ReportedAction): string =>
  [...(reason === 'changed' ? [] : [reason.replaceAll('-', ' ')]), ...changes.map(changeText)].join(', ')

const changeText = ({ attribute, from, to }: Change): string =>
  `${attribute}: ${from === null ? 'none' : quote(from)} → ${quote(to)}`

const quote = (value: string | boolean): string =>
  typeof value === 'string' ? `"${printable(value)}"` : `${value}`

const withheldSection = (withheld: readonly Withheld[], most: number, paint: Paint): string[] => {
  if (withheld.length === 0) return []
  const lines = [paint('bold', `  ${withheld.length} withheld`)]
  for (const [reason, entries] of Map.groupBy(withheld, (entry) => entry.reason)) {
    // A limit says the same of each of the hundreds that it withholds: once is enough.
    const causes = [...Map.groupBy(entries, sameCause).values()]
    for (const alike of causes.slice(0, most))
      lines.push(...causeLines(alike, most).map((line) => paint('yellow', line)))
    const rest = causes.slice(most).reduce((sum, alike) => sum + alike.length, 0)
    if (rest > 0) lines.push(paint('dim', `    … and ${rest} more withheld as ${reason}`))
  }
  return [...lines, '']
}

const causeLines = (alike: readonly Withheld[], most: number): string[] => {
  const [first] = alike
  if (!first) return []
  const { action, kind, subject, reason, detail } = first
  const cause = `${(action ?? kind).replace('.', ' ')}, ${reason}: ${printable(detail)}`
  if (alike.length === 1) return [`    ! ${printable(subject)}  ${cause}`]
  const more = alike.length - most
  return [
    `    ! ${alike.length} × ${cause}`,
    ...alike.slice(0, most).map((entry) => `        ${printable(entry.subject)}`),
    ...(more > 0 ? [`        … and ${more} more; --output json has them all`] : []),
  ]
}

const errorSection = (error: ScimPushError, paint: Paint): string[] => [
  ...error.message
    .split('\n')
    .map((line, n) => paint('red', `${n === 0 ? `  ${error.code}: ` : '    '}${printable(line)}`)),
  ...(error.where === null ? [] : [`    where   ${printable(error.where)}`]),
  ...(error.remedy === '' ? [] : [`    remedy  ${printable(error.remedy)}`]),
  '',
]

const endings: Readonly<Record<Result, { readonly style: Style; readonly text: string }>> = {
  converged: { style: 'green', text: 'Converged: the target holds what the source says.' },
  suspended: { style: 'yellow', text: 'Suspended: spec.suspend is true, so nothing was read or written.' },
  changes: { style: 'yellow', text: 'There are changes; nothing was written.' },
  withheld: { style: 'yellow', text: 'Some things were withheld; all else is as the source says.' },
  partial: { style: 'red', text: 'Some actions failed; the next run tries them again.' },
  error: { style: 'red', text: 'The run failed.' },
  unreachable: { style: 'red', text: 'Source or target unreachable; nothing was written.' },
  locked: { style: 'yellow', text: 'Another run holds the lock; nothing was written.' },
  credentials: { style: 'red', text: 'Source or target refused the credentials.' },
  config: { style: 'red', text: 'The configuration is wrong.' },
  interrupted: { style: 'yellow', text: 'Stopped before the end; the next run goes on from here.' },
}

const withheldFromPlan = {
  style: 'yellow',
  text: 'Some things would be withheld; nothing was written.',
} as const

const lockLost = {
  style: 'red',
  text: 'The lock was lost, so no further write was begun; the next run goes on from here.',
} as const

const endingOf = ({ dryRun, result, error }: RunReport): (typeof endings)[Result] => {
  if (error?.code === 'LOCK_LOST') return lockLost
  return dryRun && result === 'withheld' ? withheldFromPlan : endings[result]
}

const summary = (report: RunReport, paint: Paint): string[] => {
  const total = totalOf(report.counts)
  const done = report.dryRun
    ? `${total.planned} planned`
    : `${total.succeeded} of ${total.planned} done${total.failed > 0 ? `, ${total.failed} failed` : ''}${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`
  const seconds = (report.finishedAt.getTime() - report.startedAt.getTime()) / 1000
  const requests = Object.entries(report.requests).map(([system, count]) => `${count} to ${system}`)
  const { style, text } = endingOf(report)
  const approve =
    report.planHash !== null && withheldRemovals(report).approvable
      ? [
          `  To let these removals pass once: policy.approvedPlan (SCIM_PUSH_POLICY_APPROVED_PLAN) = ${report.planHash}`,
        ]
      : []
  return [
    ...approve,
    paint(
      style,
      `${text} ${done}, ${report.withheld.length} withheld, in ${seconds.toFixed(1)} s${requests.length > 0 ? `; requests: ${requests.join(', ')}` : ''}; exit ${report.exitCode}.`,
    ),
  ]
}
