import { h, type ComponentChild, type ComponentChildren } from 'preact'
import { isApprovable, needsAttention } from '../report/attention.ts'
import { counted } from '../report/counted.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import type { ConfigRuns, PastRun } from './history.ts'
import { secondsOf } from './status-json.ts'
import { plot } from './status-page-plot.ts'
import { labelOf, relativeTime, timeText, toneOf } from './status-page-words.ts'

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
    runs.length > 0 && [h('h3', null, 'The last runs'), plot(runs), history(runs, now)],
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
        ? `${relativeTime(lastSuccess, now)} (${timeText(lastSuccess)})`
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

const removalNames: Partial<Record<RunReport['actions'][number]['kind'], string>> = {
  'user.deactivate': 'Deactivate users',
  'user.delete': 'Delete users',
  'group.delete': 'Delete groups',
  'membership.remove': 'Remove memberships',
}

/** How many names a page can bear; the report has all of them. */
const MOST = 100

const removals = ({ report, showSubjects }: ConfigRuns): ComponentChildren => {
  if (report.planHash === null) return null
  const found = Object.entries(removalNames).flatMap(([kind, name]) => {
    const actions = report.actions.filter((action) => action.kind === kind)
    return actions.length === 0 ? [] : [{ name, actions }]
  })
  return [
    h('h3', null, report.dryRun ? 'Removals that the plan would make' : 'Removals of the last run'),
    found.length === 0
      ? h('p', null, 'None.')
      : found.map(({ name, actions }) => {
          const failed = actions.filter(
            ({ outcome }) => outcome !== null && outcome.status !== 'succeeded',
          ).length
          return [
            h(
              'p',
              null,
              `${name}: ${actions.length}`,
              failed > 0 && h('span', { class: 'bad' }, `, ${failed} not done`),
            ),
            showSubjects && subjects(actions.map(({ subject }) => subject)),
          ]
        }),
  ]
}

const withheld = ({ report, showSubjects }: ConfigRuns): ComponentChildren => {
  const held = report.withheld
  if (held.length === 0) return null
  const causes = [
    ...Map.groupBy(held, ({ action, kind, reason }) => `${(action ?? kind).replace('.', ' ')}, ${reason}`),
  ]
  return [
    h('h3', null, `Withheld: ${held.length}`),
    causes.map(([cause, alike]) => [
      h('p', { class: alike.some(needsAttention) ? 'notice' : '' }, `${cause}: ${alike.length}`),
      showSubjects && subjects(alike.map(({ subject }) => subject)),
    ]),
    report.planHash !== null &&
      held.some(isApprovable) &&
      h(
        'p',
        null,
        'To let this plan pass once: set ',
        h('code', null, 'policy.approvedPlan'),
        ' to ',
        h('code', null, report.planHash),
        '.',
      ),
    !showSubjects &&
      h(
        'p',
        { class: 'quiet' },
        'Names are not shown here: ',
        h('code', null, 'spec.status.showSubjects'),
        ' is off. ',
        h('code', null, 'scim-push plan'),
        ' shows them.',
      ),
  ]
}

const subjects = (names: readonly string[]): ComponentChild =>
  h(
    'ul',
    { class: 'subjects' },
    names.slice(0, MOST).map((name) => h('li', null, printable(name))),
    names.length > MOST &&
      h('li', { class: 'quiet' }, `and ${names.length - MOST} more; the report has them all`),
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

const history = (runs: readonly PastRun[], now: Date): ComponentChild =>
  h(
    'details',
    { id: `history-${runs.at(-1)?.runId ?? ''}`, open: runs.length <= 10 },
    h('summary', null, `${counted(runs.length, 'run')} in numbers`),
    table(
      [
        'Started',
        'Result',
        'Seconds',
        'Users + ~ −',
        'Groups + ~ −',
        'Memberships + −',
        'Failed',
        'Withheld',
      ],
      runs
        .toReversed()
        .map((run) => [
          h('td', { title: timeText(run.startedAt) }, relativeTime(run.startedAt, now)),
          h(
            'td',
            { class: toneOf(run.result) },
            `${labelOf(run.result)}${run.dryRun && run.result !== 'changes' ? ' (dry run)' : ''}`,
          ),
          number(secondsOf(run).toFixed(1)),
          number(done(run, 'user', [['create'], ['update'], ['deactivate', 'delete']])),
          number(done(run, 'group', [['create'], ['update'], ['delete']])),
          number(done(run, 'membership', [['add'], ['remove']])),
          number(`${run.failed}`),
          number(`${run.withheld}`),
        ]),
      2,
    ),
  )

const number = (text: string): ComponentChild => h('td', { class: 'number' }, text)

const done = (
  { counts, dryRun }: PastRun,
  kind: keyof PastRun['counts'],
  columns: readonly (readonly string[])[],
): string =>
  columns
    .map((actions) =>
      actions.reduce((sum, action) => {
        const count = counts[kind][action]
        return sum + ((dryRun ? count?.planned : count?.succeeded) ?? 0)
      }, 0),
    )
    .join(' ')

/** @param numbersFrom the first column of numbers */
const table = (
  heads: readonly string[],
  rows: readonly (readonly ComponentChild[])[],
  numbersFrom = heads.length,
): ComponentChild =>
  h(
    'div',
    { class: 'wide' },
    h(
      'table',
      null,
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          heads.map((head, n) => h('th', { scope: 'col', class: n < numbersFrom ? '' : 'number' }, head)),
        ),
      ),
      h(
        'tbody',
        null,
        rows.map((row) => h('tr', null, row)),
      ),
    ),
  )
