import { h, type ComponentChild } from 'preact'
import { counted } from '../report/counted.ts'
import { timeWords } from '../report/words.ts'
import type { PastRun } from './history.ts'
import { secondsOf } from './status-json.ts'
import { table } from './status-page-table.ts'
import { labelOf, relativeTime, toneOf } from './status-page-words.ts'

/** What the plot shows, in numbers. */
export const history = (config: string, runs: readonly PastRun[], now: Date): ComponentChild =>
  h(
    'details',
    { id: `history-${config}`, open: runs.length <= 10 },
    h('summary', null, `${counted(runs.length, 'run')} in numbers`),
    table(
      ['Started', 'Result', 'Seconds', 'Users', 'Groups', 'Memberships', 'Failed', 'Withheld'],
      runs
        .toReversed()
        .map((run) => [
          h('td', { title: timeWords(run.startedAt) }, relativeTime(run.startedAt, now)),
          h(
            'td',
            { class: toneOf(run.result) },
            `${labelOf(run.result)}${run.dryRun && run.result !== 'changes' ? ' (dry run)' : ''}`,
          ),
          number(secondsOf(run).toFixed(1)),
          number(done(run, 'user')),
          number(done(run, 'group')),
          number(done(run, 'membership')),
          number(`${run.failed}`),
          number(`${run.withheld}`),
        ]),
      2,
    ),
  )

const number = (text: string): ComponentChild => h('td', { class: 'number' }, text)

const signs: Readonly<Record<string, string>> = {
  create: '+',
  add: '+',
  update: '~',
  deactivate: '−',
  delete: '−',
  remove: '−',
}

/** `+3 ~1 −2`; a dash for nothing. */
const done = ({ counts, dryRun }: PastRun, kind: keyof PastRun['counts']): string => {
  const sums = new Map<string, number>()
  for (const [action, { planned, succeeded }] of Object.entries(counts[kind])) {
    const sign = signs[action] ?? action
    sums.set(sign, (sums.get(sign) ?? 0) + (dryRun ? planned : succeeded))
  }
  const parts = [...sums].filter(([, count]) => count > 0).map(([sign, count]) => `${sign}${count}`)
  return parts.length > 0 ? parts.join(' ') : '–'
}
