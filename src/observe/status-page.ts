import { h, type ComponentChild, type ComponentChildren } from 'preact'
import { renderPage } from '../lib/page.ts'
import { timeWords } from '../report/words.ts'
import type { ConfigRuns, RunningRun } from './history.ts'
import type { ProcessStatus } from './status-json.ts'
import { configSection } from './status-page-config.ts'
import { keepFresh } from './status-page-script.ts'
import { statusPageStyle } from './status-page-style.ts'
import { table } from './status-page-table.ts'
import { labelOf, relativeTime, toneOf } from './status-page-words.ts'

/** The page at `/`: whether provisioning works, what ran, what is to come. Complete without its script, which only keeps it fresh. */
export const renderStatusPage = (status: ProcessStatus, now: Date): string => {
  const { version, revision, startedAt, nextRun, running, configs } = status
  const { text, tone } = verdictOf(status)
  return renderPage({
    title: `${text} · scim-push`,
    style: statusPageStyle,
    script: keepFresh,
    asksServer: true,
    body: h(
      'main',
      null,
      h('p', { class: 'quiet' }, 'scim-push'),
      h('h1', { class: tone }, text),
      h(
        'p',
        null,
        nextRun
          ? ['Next run ', time(nextRun, now), '.']
          : running
            ? null
            : 'A round of runs is beginning, under way or ending.',
      ),
      running && runningPanel(running, now),
      configs.length > 1 && overview(configs, now),
      configs.map((one) => configSection(one, now)),
      h(
        'footer',
        { class: 'quiet' },
        h(
          'p',
          null,
          'Version ',
          h('code', null, version),
          ', commit ',
          h('code', null, revision.slice(0, 12)),
          '; started ',
          time(startedAt, now),
          '.',
        ),
        h(
          'p',
          null,
          h('a', { href: 'metrics' }, 'metrics'),
          ' · ',
          h('a', { href: 'status' }, 'status as JSON'),
          ' · this page as of ',
          timeWords(now),
          h('span', { id: 'fresh' }),
        ),
      ),
    ),
  })
}

interface Verdict {
  readonly text: string
  readonly tone: 'good' | 'notice' | 'bad' | 'quiet'
}

/** The worst of what the last runs came to. */
const verdictOf = ({ configs, running, nextRun }: ProcessStatus): Verdict => {
  if (configs.length === 0) {
    if (running) return { text: 'The first run is under way', tone: 'quiet' }
    return { text: nextRun ? 'Waiting for the first run' : 'Nothing ran yet', tone: 'quiet' }
  }
  const results = configs.map(({ report }) => report.result)
  const of = (tone: Verdict['tone']): number => results.filter((result) => toneOf(result) === tone).length
  const worst = of('bad') > 0 ? 'bad' : of('notice') > 0 ? 'notice' : 'good'
  const [only] = results
  if (results.length === 1 && only) return { text: labelOf(only), tone: worst }
  if (worst === 'good') return { text: `All ${results.length} converged`, tone: worst }
  return {
    text: `${of(worst)} of ${results.length} ${worst === 'bad' ? 'failed' : 'want a look'}`,
    tone: worst,
  }
}

const time = (date: Date, now: Date): ComponentChildren => [
  h('time', { dateTime: date.toISOString(), title: timeWords(date) }, relativeTime(date, now)),
  ` (${timeWords(date)})`,
]

const runningPanel = ({ config, phase, done, total, startedAt }: RunningRun, now: Date): ComponentChild =>
  h(
    'section',
    { class: 'panel', 'aria-label': 'The run under way' },
    h('p', null, h('strong', null, `Running now: ${config}`), ', since ', relativeTime(startedAt, now)),
    h(
      'p',
      null,
      phase === null ? 'starting' : total > 0 ? `${phase}: ${done} of ${total} ` : `${phase} …`,
      total > 0 && h('progress', { value: done, max: total, 'aria-label': 'done' }),
    ),
  )

const overview = (configs: readonly ConfigRuns[], now: Date): ComponentChild =>
  table(
    ['Configuration', 'Last run', 'When', 'What'],
    configs.map(({ report, runs }) => [
      h('th', { scope: 'row' }, h('a', { href: `#config-${report.config}` }, report.config)),
      h('td', { class: toneOf(report.result) }, labelOf(report.result)),
      h('td', null, relativeTime(report.finishedAt, now)),
      h('td', null, runs.at(-1)?.summary),
    ]),
  )
