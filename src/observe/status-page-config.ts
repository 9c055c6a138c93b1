import { h, type ComponentChild, type ComponentChildren } from 'preact'
import { counted } from '../report/counted.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import { timeWords } from '../report/words.ts'
import type { ConfigRuns } from './history.ts'
import { secondsOf } from './status-json.ts'
import { removals, withheld } from './status-page-changes.ts'
import { history } from './status-page-history.ts'
import { plot } from './status-page-plot.ts'
import { table } from './status-page-table.ts'
import { labelOf, relativeTime, toneOf } from './status-page-words.ts'

/** All that is known of one configuration. */
export const configSection = (one: ConfigRuns, now: Date): ComponentChild => {
  const { report, runs } = one
  return h(
    'section',
    { id: `config-${report.config}` },
    h('h2', null, report.config),
    lastRun(one, now),
    report.error && errorPanel(report.error),
    removals(one),
    withheld(one),
    conditions(one),
    runs.length > 0 && [h('h3', null, 'The last runs'), plot(runs), history(report.config, runs, now)],
  )
}

const lastRun = ({ report, runs, lastSuccess, showSubjects }: ConfigRuns, now: Date): ComponentChild =>
  h(
    'dl',
    null,
    entry(
      'Last run',
      h('span', { class: toneOf(report.result) }, labelOf(report.result)),
      ` (exit ${report.exitCode}), `,
      relativeTime(report.finishedAt, now),
      `, took ${secondsOf(report).toFixed(1)} s`,
    ),
    entry('What it did', runs.at(-1)?.summary),
    entry(
      'Last success',
      lastSuccess
        ? `${relativeTime(lastSuccess, now)} (${timeWords(lastSuccess)})`
        : 'none since this process started',
    ),
    report.source.description !== '' && [
      entry('Source', printable(report.source.description), size(report.source)),
      entry('Target', printable(report.target.description), size(report.target)),
    ],
    report.planHash !== null && entry('Plan', h('code', null, report.planHash)),
    entry('Run', h('code', null, report.runId)),
    showSubjects && entry('Report', reportLinks(report)),
  )

const entry = (name: string, ...value: readonly ComponentChildren[]): ComponentChildren => [
  h('dt', null, name),
  h('dd', null, ...value),
]

const size = ({ users, groups, memberships }: RunReport['source']): string =>
  users === null
    ? ''
    : `: ${counted(users, 'user')}, ${counted(groups ?? 0, 'group')}, ${counted(memberships ?? 0, 'membership')}`

const reportLinks = ({ runId }: RunReport): ComponentChildren =>
  (['html', 'md', 'json'] as const).flatMap((ending, n) => [
    n > 0 ? ' · ' : '',
    h('a', { href: `reports/${runId}.${ending}` }, { html: 'page', md: 'Markdown', json: 'JSON' }[ending]),
  ])

const errorPanel = ({ code, message, where, remedy }: NonNullable<RunReport['error']>): ComponentChild =>
  h(
    'div',
    { class: 'panel' },
    h('p', { class: 'bad' }, h('strong', null, code), `: ${printable(message)}`),
    where !== null && h('p', null, `Where: ${printable(where)}`),
    remedy !== '' && h('p', null, `What to do: ${printable(remedy)}`),
  )

const conditionTones = { True: 'good', False: 'bad', Unknown: 'quiet' } as const

const conditions = ({ conditions: all }: ConfigRuns): ComponentChildren =>
  all.length > 0 && [
    h('h3', null, 'Conditions'),
    table(
      ['Condition', 'Status', 'Reason', 'Message'],
      all.map(({ type, status, reason, message }) => [
        h('th', { scope: 'row' }, type),
        // Here alone it is good when it is not so.
        h(
          'td',
          {
            class:
              type === 'RemovalsWithheld'
                ? { True: 'notice', False: 'good', Unknown: 'quiet' }[status]
                : conditionTones[status],
          },
          status,
        ),
        h('td', null, reason),
        h('td', null, printable(message)),
      ]),
    ),
  ]
