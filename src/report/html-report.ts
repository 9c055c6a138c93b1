import { h, type ComponentChildren } from 'preact'
import { countRows } from './count-rows.ts'
import { endingOf } from './ending.ts'
import { otherChangesSection, removalsSection } from './html-actions.ts'
import { movementsSection } from './html-movements.ts'
import { fact, figures, heading, name, section, table, type Level } from './html-parts.ts'
import { errorPanel, failuresSection, gapsSection, withheldSection } from './html-undone.ts'
import { removalKinds } from './kinds.ts'
import type { RunReport, SideReport } from './report.ts'
import {
  commandWords,
  countWords,
  numberWords,
  phasesWords,
  requestsWords,
  secondsOf,
  timeWords,
} from './words.ts'

/** How many rows lists have. */
export interface Bounds {
  /** Of the removals, and of each kind where there is no JavaScript. */
  readonly rows: number
  /** Of the groups in the picture. */
  readonly groups: number
}

/** One report: what came of it, what is taken away, what was not done, who moves, and all else. */
export const reportPart = (
  report: RunReport,
  level: Level,
  bounds: Bounds,
  id: string,
): ComponentChildren => {
  const { tone, title, text } = endingOf(report)
  const planned = report.planHash !== null
  return h(
    'article',
    { 'aria-labelledby': id },
    heading(
      level - 1,
      [commandWords(report), report.config === '' ? '' : [' of ', name(report.config)], `: ${title}`],
      id,
    ),
    h('p', { class: `ending ${tone}` }, h('strong', null, `exit ${report.exitCode}`), ' ', text),
    planned ? tiles(report) : null,
    errorPanel(report.error, level),
    report.warnings.map((warning) => errorPanel(warning, level, 'approval')),
    runPart(report, level),
    planned ? removalsSection(report, bounds.rows, level) : null,
    withheldSection(report, bounds.rows, level),
    failuresSection(report, bounds.rows, level),
    gapsSection(report, bounds.rows, level),
    movementsSection(report, bounds.groups, level),
    countsSection(report, level),
    otherChangesSection(report, bounds.rows, level),
  )
}

interface Tile {
  readonly count: number
  readonly title: string
  readonly tone: 'bad' | 'notice' | ''
  /** Shown though it is none: that there is none is what a reader wants to know. */
  readonly always?: boolean
}

/** What a reader wants to know first, in figures. */
const tiles = ({ actions, withheld, gaps }: RunReport): ComponentChildren => {
  const counts = { removals: 0, additions: 0, updates: 0, failed: 0, skipped: 0 }
  for (const { kind, outcome } of actions) {
    if (removalKinds.has(kind)) counts.removals++
    else if (kind === 'user.update' || kind === 'group.update') counts.updates++
    else counts.additions++
    if (outcome?.status === 'failed') counts.failed++
    if (outcome?.status === 'skipped') counts.skipped++
  }
  const all: readonly Tile[] = [
    { count: counts.removals, title: 'removals', tone: 'bad', always: true },
    { count: withheld.length, title: 'withheld', tone: 'notice', always: true },
    { count: counts.additions, title: 'additions', tone: '', always: true },
    { count: counts.updates, title: 'updates', tone: '', always: true },
    { count: counts.failed, title: 'failed', tone: 'bad' },
    { count: counts.skipped, title: 'skipped', tone: 'notice' },
    { count: gaps.length, title: 'not read', tone: 'notice' },
  ]
  return h(
    'ul',
    { class: 'tiles' },
    all
      .filter(({ count, always = false }) => always || count > 0)
      .map(({ count, title, tone }) =>
        h(
          'li',
          { class: 'panel' },
          h('strong', { class: count > 0 ? tone : 'quiet' }, numberWords(count)),
          ' ',
          title,
        ),
      ),
  )
}

const runPart = (report: RunReport, level: Level): ComponentChildren => {
  const { source, target, planHash, approved, runId, startedAt, finishedAt } = report
  const phases = phasesWords(report)
  const requests = requestsWords(report)
  const size = (count: number | null): string => (count === null ? '–' : numberWords(count))
  const side = (title: string, part: SideReport): readonly ComponentChildren[] => [
    title,
    [name(part.description), part.users === null ? h('div', { class: 'notice' }, 'not read') : null],
    ...[part.users, part.groups, part.memberships].map(size),
  ]
  const number = true
  return section(level, 'The run', [
    source.description === ''
      ? null
      : table(
          'Both sides',
          [
            { title: 'Side' },
            { title: 'What' },
            { title: 'Users', number },
            { title: 'Groups', number },
            { title: 'Memberships', number },
          ],
          [side('Source', source), side('Target', target)],
        ),
    h(
      'dl',
      { class: 'facts' },
      planHash === null
        ? null
        : fact('Plan', [
            h('code', null, planHash),
            approved ? h('span', { class: 'notice' }, ' approved') : null,
          ]),
      fact('Run', h('code', null, name(runId))),
      fact('Began', time(startedAt)),
      fact('Ended', [time(finishedAt), `, after ${secondsOf(report)} s`]),
      phases === '' ? null : fact('Phases', phases),
      requests === '' ? null : fact('Requests', requests),
    ),
  ])
}

const time = (at: Date): ComponentChildren => h('time', { dateTime: at.toISOString() }, timeWords(at))

const countsSection = (report: RunReport, level: Level): ComponentChildren => {
  const rows = countRows(report)
  if (rows.length === 0) return null
  const columns = report.dryRun
    ? (['planned', 'withheld'] as const)
    : (['planned', 'succeeded', 'failed', 'skipped', 'withheld'] as const)
  return section(
    level,
    'Counts',
    figures(
      'Counts by kind and action',
      [{ title: 'Change' }, ...columns.map((title) => ({ title, number: true }))],
      rows.map((row) => [row.label, ...columns.map((column) => numberWords(row[column]))]),
    ),
  )
}

/** Several reports at a glance, each with a link to its part. */
export const overview = (
  reports: readonly RunReport[],
  exitCode: number,
  idOf: (n: number) => string,
): ComponentChildren => [
  h('h1', null, `${countWords(reports.length, 'SyncConfig')}: exit ${exitCode}`),
  table(
    'SyncConfigs',
    [
      { title: 'SyncConfig' },
      { title: 'Result' },
      ...['Exit', 'Removals', 'Changes', 'Withheld'].map((title) => ({ title, number: true })),
    ],
    reports.map((report, n) => {
      const { tone, title } = endingOf(report)
      const removals = report.actions.filter(({ kind }) => removalKinds.has(kind)).length
      return [
        h('a', { href: `#${idOf(n)}` }, name(report.config)),
        h('span', { class: tone }, title),
        ...[report.exitCode, removals, report.actions.length, report.withheld.length].map(numberWords),
      ]
    }),
  ),
]
