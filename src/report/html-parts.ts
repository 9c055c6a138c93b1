import { h, type ComponentChildren } from 'preact'
import { clipped } from '../lib/clipped.ts'
import { inCell, printable } from './printable.ts'

/** How much of a name or a message a page shows: the JSON report has them whole. */
const NAME = 300
const MESSAGE = 2000

/** What a directory or a server says, with its control and direction marks shown, and no formula to whoever pastes it. */
export const shown = (text: string): string => inCell(printable(clipped(text, NAME)))

/** A name that keeps its own writing direction to itself. */
export const name = (text: string): ComponentChildren => h('bdi', null, shown(text))

/** A message, line by line. */
export const lines = (text: string): ComponentChildren =>
  clipped(text, MESSAGE)
    .split('\n')
    .map((line) => h('p', null, h('bdi', null, printable(line))))

/** Words of ours, in which what stands between backticks is to be typed. */
export const prose = (text: string): ComponentChildren =>
  clipped(text, MESSAGE)
    .split(/`([^`\n]+)`/)
    .map((part, n) => (n % 2 === 0 ? h('bdi', null, printable(part)) : h('code', null, printable(part))))

/** Level 2 under the page's title, level 3 under that of one report of several. */
export type Level = 2 | 3

export const heading = (level: number, text: ComponentChildren, id?: string): ComponentChildren =>
  h(`h${level}`, id === undefined ? null : { id }, text)

/** A section with a heading; null when there is nothing to show in it. */
export const section = (level: Level, title: string, content: ComponentChildren): ComponentChildren =>
  h('section', null, heading(level, title), content)

export interface Column {
  readonly title: string
  readonly number?: boolean
  /** Stands before the title. */
  readonly mark?: ComponentChildren
}

/**
 * A table whose first column names the row. A narrow screen shows each row as a block, with the titles beside its cells; the roles say
 * that it is a table still.
 */
export const table = (
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly ComponentChildren[])[],
): ComponentChildren =>
  h('table', { class: 'stacked', role: 'table', 'aria-label': label }, head(columns), body(columns, rows))

/** A table of figures, which a narrow screen shows as it is, to be moved sideways. */
export const figures = (
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly ComponentChildren[])[],
  className = '',
): ComponentChildren =>
  h(
    'div',
    // Who has no pointer moves it with the keyboard.
    { class: 'wide', role: 'region', tabIndex: 0, 'aria-label': label },
    h('table', { class: `figures ${className}`, 'aria-label': label }, head(columns), body(columns, rows)),
  )

export const head = (columns: readonly Column[]): ComponentChildren =>
  h(
    'thead',
    { role: 'rowgroup' },
    h(
      'tr',
      { role: 'row' },
      columns.map(({ title, mark, number = false }) =>
        h('th', { scope: 'col', role: 'columnheader', ...numeric(number) }, mark, title),
      ),
    ),
  )

const body = (
  columns: readonly Column[],
  rows: readonly (readonly ComponentChildren[])[],
): ComponentChildren =>
  h(
    'tbody',
    { role: 'rowgroup' },
    rows.map((cells) =>
      h(
        'tr',
        { role: 'row' },
        cells.map((cell, n) => {
          const { title = '', number = false } = columns[n] ?? {}
          const content = h('div', null, cell)
          return n === 0
            ? h('th', { scope: 'row', role: 'rowheader', class: 'row', 'data-label': title }, content)
            : h('td', { role: 'cell', 'data-label': title, ...numeric(number) }, content)
        }),
      ),
    ),
  )

const numeric = (number: boolean): { readonly class?: string } => (number ? { class: 'number' } : {})

/** A term and what is said of it. */
export const fact = (term: string, content: ComponentChildren): ComponentChildren =>
  h('div', null, h('dt', null, term), h('dd', null, content))
