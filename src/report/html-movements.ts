import { h, type ComponentChildren } from 'preact'
import { figures, name, section, type Level } from './html-parts.ts'
import { movementsOf, totalMoved, type Movement } from './movements.ts'
import type { RunReport } from './report.ts'
import { countWords, numberWords } from './words.ts'

const parts = [
  { key: 'leavers', title: 'Leavers', side: -1 },
  { key: 'moversOut', title: 'Movers out', side: -1 },
  { key: 'joiners', title: 'Joiners', side: 1 },
  { key: 'moversIn', title: 'Movers in', side: 1 },
] as const

/** Who comes and who goes, by group: numbers in a table, and for the eye a bar to each side. */
export const movementsSection = (report: RunReport, most: number, level: Level): ComponentChildren => {
  const movements = movementsOf(report)
  if (movements.length === 0) return null
  const shown = movements.slice(0, most)
  const rest = movements.slice(most)
  const longest = shown.reduce(
    (max, { joiners, moversIn, moversOut, leavers }) =>
      Math.max(max, joiners + moversIn, moversOut + leavers),
    1,
  )
  return section(level, 'Joiners, movers, leavers', [
    h(
      'p',
      { class: 'quiet' },
      'As planned, by group. Joiners get an account or get theirs back, leavers lose it; movers stay and change groups.',
    ),
    figures(
      'Joiners, movers and leavers by group',
      [
        { title: 'Group' },
        { title: 'As a picture' },
        ...parts.map(({ key, title }) => ({ title, mark: swatch(key), number: true })),
      ],
      shown.map((movement) => [
        movement.group === null ? h('span', { class: 'quiet' }, 'no group') : name(movement.group),
        bar(movement, longest),
        ...parts.map(({ key }) => numberWords(movement[key])),
      ]),
      'movements',
    ),
    rest.length === 0
      ? null
      : h(
          'p',
          { class: 'quiet' },
          `… and ${countWords(
            rest.reduce((sum, movement) => sum + totalMoved(movement), 0),
            'move',
          )} in ${countWords(rest.length, 'more group')}.`,
        ),
  ])
}

const HALF = 100

/** Those who go to the left of the middle, those who come to the right. */
const bar = (movement: Movement, longest: number): ComponentChildren => {
  const rects: ComponentChildren[] = []
  const ends = { '-1': HALF, '1': HALF }
  for (const { key, side } of [...parts].reverse()) {
    if (movement[key] === 0) continue
    const width = Math.max(1, (movement[key] / longest) * (HALF - 2))
    const from = ends[side]
    const x = side < 0 ? from - width : from
    ends[side] = side < 0 ? x : from + width
    rects.push(h('rect', { class: key, x: round(x), y: 1, width: round(width), height: 10 }))
  }
  return h(
    'svg',
    { viewBox: `0 0 ${2 * HALF} 12`, preserveAspectRatio: 'none', 'aria-hidden': true, class: 'bar' },
    rects,
    h('line', { x1: HALF, x2: HALF, y1: 0, y2: 12 }),
  )
}

const swatch = (key: string): ComponentChildren =>
  h(
    'svg',
    { viewBox: '0 0 10 10', 'aria-hidden': true, class: 'swatch' },
    h('rect', { class: key, width: 10, height: 10 }),
  )

const round = (value: number): number => Math.round(value * 100) / 100
