import { h, type ComponentChild } from 'preact'
import { totalOf } from '../report/counts.ts'
import type { PastRun } from './history.ts'
import { toneOf, labelOf } from './status-page-words.ts'
import { secondsOf } from './status-json.ts'

const STEP = 14
const BAR = 10
const HEIGHT = 56
/** So many runs are as wide as the plot is. */
const SLOTS = 48

/** How long the last runs took, and what they did, the newest at the right. The table beside it has the same in numbers. */
export const plot = (runs: readonly PastRun[]): ComponentChild => {
  const shown = runs.slice(-SLOTS)
  const longest = Math.max(...shown.map(secondsOf), 0.001)
  const most = Math.max(...shown.map(sum), 1)
  return h(
    'figure',
    { class: 'plot' },
    band(
      `Duration, up to ${longest.toFixed(1)} s`,
      shown.map((run) => ({
        title: `${at(run)}: ${labelOf(run.result)}, ${secondsOf(run).toFixed(1)} s`,
        parts: [{ size: secondsOf(run) / longest, tone: toneOf(run.result) }],
      })),
    ),
    band(
      `Changes, up to ${most}`,
      shown.map((run) => ({ title: `${at(run)}: ${run.summary}`, parts: parts(run, most) })),
    ),
    h(
      'figcaption',
      { class: 'quiet' },
      h('span', { class: 'key done' }, 'done'),
      h('span', { class: 'key bad' }, 'failed'),
      h('span', { class: 'key notice' }, 'withheld'),
      ' The newest run is at the right; of a dry run it is what was planned.',
    ),
  )
}

interface Part {
  /** Of the whole height. */
  readonly size: number
  readonly tone: 'good' | 'notice' | 'bad' | 'done'
}

const doneIn = ({ counts, dryRun }: PastRun): number => {
  const { planned, succeeded } = totalOf(counts)
  return dryRun ? planned : succeeded
}

const sum = (run: PastRun): number => doneIn(run) + run.failed + run.withheld

const parts = (run: PastRun, most: number): readonly Part[] => [
  { size: doneIn(run) / most, tone: 'done' },
  { size: run.failed / most, tone: 'bad' },
  { size: run.withheld / most, tone: 'notice' },
]

interface Bar {
  readonly title: string
  readonly parts: readonly Part[]
}

const band = (label: string, bars: readonly Bar[]): ComponentChild => [
  h('p', { class: 'quiet' }, label),
  h(
    'svg',
    {
      viewBox: `0 0 ${SLOTS * STEP} ${HEIGHT + 1}`,
      role: 'img',
      'aria-label': `${label}, over the last ${bars.length} runs`,
    },
    h('line', { x1: 0, x2: SLOTS * STEP, y1: HEIGHT + 0.5, y2: HEIGHT + 0.5, class: 'base' }),
    bars.map((one, n) => bar(one, (SLOTS - bars.length + n) * STEP + (STEP - BAR) / 2)),
  ),
]

const bar = ({ title, parts: all }: Bar, x: number): ComponentChild => {
  let y = HEIGHT
  const rects = all
    .filter(({ size }) => size > 0)
    .map(({ size, tone }) => {
      // What there is a little of is seen, too.
      const height = Math.max(1.5, size * HEIGHT)
      y -= height
      return h('rect', { x, y, width: BAR, height, class: `bar ${tone}` })
    })
  return h('g', null, h('title', null, title), rects)
}

const at = ({ startedAt }: PastRun): string => startedAt.toISOString().slice(0, 16).replace('T', ' ')
