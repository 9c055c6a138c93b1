import { h, type ComponentChild } from 'preact'
import { totalOf } from '../report/counts.ts'
import type { PastRun } from './history.ts'
import { toneOf, labelOf } from './status-page-words.ts'
import { secondsOf } from './status-json.ts'

const STEP = 14
const BAR = 10
const HEIGHT = 56
const BAND = 84

/** How long the last runs took, and what they did, the newest at the right. The table beside it has the same in numbers. */
export const plot = (runs: readonly PastRun[]): ComponentChild => {
  const width = Math.max(20, runs.length) * STEP
  const longest = Math.max(...runs.map(secondsOf), 0.001)
  const most = Math.max(...runs.map((run) => sum(run)), 1)
  const shown = runs.map((run, n) => ({ run, x: width - (runs.length - n) * STEP + (STEP - BAR) / 2 }))
  return h(
    'figure',
    { class: 'plot' },
    h(
      'svg',
      {
        viewBox: `0 0 ${width} ${2 * BAND}`,
        role: 'img',
        'aria-label': `The last ${runs.length} runs: the longest took ${longest.toFixed(1)} seconds, the busiest had ${most} changes`,
      },
      band(0, width, `Duration, up to ${longest.toFixed(1)} s`),
      shown.map(({ run, x }) =>
        bar(
          x,
          0,
          [{ size: secondsOf(run) / longest, tone: toneOf(run.result) }],
          `${at(run)}: ${labelOf(run.result)}, ${secondsOf(run).toFixed(1)} s`,
        ),
      ),
      band(BAND, width, `Changes, up to ${most}`),
      shown.map(({ run, x }) => bar(x, BAND, parts(run, most), `${at(run)}: ${run.summary}`)),
    ),
    h(
      'figcaption',
      { class: 'quiet' },
      h('span', { class: 'key done' }, 'done'),
      h('span', { class: 'key bad' }, 'failed'),
      h('span', { class: 'key notice' }, 'withheld'),
      ' — the newest at the right; in a dry run: planned.',
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

const band = (top: number, width: number, label: string): ComponentChild =>
  h(
    'g',
    null,
    h('text', { x: 0, y: top + 14, class: 'label' }, label),
    h('line', { x1: 0, x2: width, y1: base(top), y2: base(top), class: 'base' }),
  )

const base = (top: number): number => top + 20 + HEIGHT

/** What there is a little of is seen, too. */
const bar = (x: number, top: number, all: readonly Part[], title: string): ComponentChild => {
  let y = base(top)
  const rects = all
    .filter(({ size }) => size > 0)
    .map(({ size, tone }) => {
      const height = Math.max(1.5, size * HEIGHT)
      y -= height
      return h('rect', { x, y, width: BAR, height, class: `bar ${tone}` })
    })
  return h('g', null, h('title', null, title), rects)
}

const at = ({ startedAt }: PastRun): string => startedAt.toISOString().slice(0, 16).replace('T', ' ')
