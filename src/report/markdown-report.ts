import { causesOf, failuresOf, type Cause, type Failure } from './causes.ts'
import { staleWords, waysToApprove } from './approving.ts'
import { countRows } from './count-rows.ts'
import { endingOf, type Ending } from './ending.ts'
import { byKind, removalKinds, type KindGroup } from './kinds.ts'
import { actionsBlocks } from './markdown-actions.ts'
import { fence, span, table } from './markdown-text.ts'
import { failureBlocks, gapsBlocks, withheldBlocks } from './markdown-undone.ts'
import type { RunReport, SideReport } from './report.ts'
import {
  commandWords,
  numberWords,
  phasesWords,
  requestsWords,
  secondsOf,
  sizeWords,
  timeWords,
} from './words.ts'

/** A report, sorted once for all the lengths at which it may be written. */
export interface Sorted {
  readonly report: RunReport
  readonly kinds: readonly KindGroup[]
  readonly causes: readonly Cause[]
  readonly failures: readonly Failure[]
}

export const sorted = (report: RunReport): Sorted => ({
  report,
  kinds: byKind(report.actions),
  causes: causesOf(report.withheld),
  failures: failuresOf(report),
})

export const toneSigns: Readonly<Record<Ending['tone'], string>> = { good: '✅', notice: '⚠️', bad: '❌' }

/**
 * A report as blocks of Markdown, each of which can stand alone.
 * @param most how many rows a list has before the rest is only counted
 * @param heading what its title begins with: `##`
 */
export const reportBlocks = (
  { report, kinds, causes, failures }: Sorted,
  most: number,
  heading: string,
): readonly string[] => {
  const section = (title: string, blocks: readonly string[]): readonly string[] =>
    blocks.length === 0 ? [] : [`${heading}# ${title}`, ...blocks]
  const ofKinds = (removals: boolean): readonly string[] =>
    kinds
      .filter(({ kind }) => removalKinds.has(kind) === removals)
      .flatMap((group) => actionsBlocks(group, most))
  const removals = ofKinds(true)
  const { error, source, planHash, withheld, gaps, warnings } = report
  return [
    ...titleBlocks(report, heading),
    ...[...(error === null ? [] : [error]), ...warnings].map(errorBlock),
    ...(source.description === '' ? [] : [factsBlock(report)]),
    ...(planHash === null ? [] : [countsBlock(report)]),
    ...(planHash === null
      ? []
      : section('Removals', removals.length === 0 ? ['Nothing is removed.'] : removals)),
    ...section(
      `Withheld: ${numberWords(withheld.length)}`,
      withheldBlocks(causes, { ways: waysToApprove(report), stale: staleWords(report) }, most),
    ),
    ...section('Not done', failureBlocks(failures, most)),
    ...section(`Not read: ${numberWords(gaps.length)}`, gapsBlocks(gaps, most)),
    ...section('Other changes', ofKinds(false)),
  ]
}

const titleBlocks = (report: RunReport, heading: string): readonly string[] => {
  const { tone, title, text } = endingOf(report)
  const of = report.config === '' ? '' : ` of ${span(report.config, 100)}`
  return [
    `${heading} ${toneSigns[tone]} ${commandWords(report)}${of}: ${title} (exit ${report.exitCode})`,
    text,
  ]
}

const errorBlock = ({ code, message, where, remedy }: NonNullable<RunReport['error']>): string =>
  fence([
    `${code}: ${message}`,
    ...(where === null ? [] : [`where   ${where}`]),
    ...(remedy === '' ? [] : [`remedy  ${remedy}`]),
  ])

const factsBlock = (report: RunReport): string => {
  const { source, target, planHash, approved, runId, startedAt } = report
  const phases = phasesWords(report)
  const requests = requestsWords(report)
  return [
    `- Source: ${side(source)}`,
    `- Target: ${side(target)}`,
    ...(planHash === null ? [] : [`- Plan: ${span(planHash)}${approved ? ' (approved)' : ''}`]),
    `- Run: ${span(runId)}, ${timeWords(startedAt)}, ${secondsOf(report)} s${phases === '' ? '' : ` (${phases})`}${requests === '' ? '' : `; requests: ${requests}`}`,
  ].join('\n')
}

const side = (part: SideReport): string =>
  `${span(part.description)}${part.users === null ? ', not read' : `: ${sizeWords(part) ?? ''}`}`

const countsBlock = (report: RunReport): string => {
  const rows = countRows(report)
  if (rows.length === 0) return 'Nothing to change.'
  const columns = report.dryRun
    ? (['planned', 'withheld'] as const)
    : (['planned', 'succeeded', 'failed', 'skipped', 'withheld'] as const)
  return table(
    ['Change', ...columns.map((name) => `${name}:`)],
    rows.map((row) => [row.label, ...columns.map((name) => numberWords(row[name]))]),
  )
}
