import { h, type ComponentChildren } from 'preact'
import { clipped, printable } from './printable.ts'

/** How much of a name or a message a page shows: the JSON report has them whole. */
const NAME = 300
const MESSAGE = 2000

/** What a directory or a server says, with its control and direction marks shown. */
export const shown = (text: string): string => printable(clipped(text, NAME))

/** A name that keeps its own writing direction to itself. */
export const name = (text: string): ComponentChildren => h('bdi', null, shown(text))

/** A message, line by line. */
export const lines = (text: string): ComponentChildren =>
  clipped(text, MESSAGE)
    .split('\n')
    .map((line) => h('p', null, h('bdi', null, printable(line))))

/** Level 2 under the page's title, level 3 under that of one report of several. */
export type Level = 2 | 3

export const heading = (level: number, text: ComponentChildren, id?: string): ComponentChildren =>
  h(`h${level}`, id === undefined ? null : { id }, text)

/** A section with a heading; null when there is nothing to show in it. */
export const section = (level: Level, title: string, content: ComponentChildren): ComponentChildren =>
  h('section', null, heading(level, title), content)

export interface Column {
  readonly title: ComponentChildren
  readonly number?: boolean
}

/** A table whose first column names the row. */
export const table = (
  caption: ComponentChildren,
  columns: readonly Column[],
  rows: readonly (readonly ComponentChildren[])[],
  className = '',
): ComponentChildren =>
  h(
    'table',
    { class: className },
    caption === null ? null : h('caption', null, caption),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        columns.map(({ title, number = false }) => h('th', { scope: 'col', ...numeric(number) }, title)),
      ),
    ),
    h(
      'tbody',
      null,
      rows.map((cells) =>
        h(
          'tr',
          null,
          cells.map((cell, n) =>
            n === 0
              ? h('th', { scope: 'row', class: 'row' }, cell)
              : h('td', numeric(columns[n]?.number ?? false), cell),
          ),
        ),
      ),
    ),
  )

const numeric = (number: boolean): { readonly class?: string } => (number ? { class: 'number' } : {})

/** A term and what is said of it. */
export const fact = (term: string, content: ComponentChildren): ComponentChildren =>
  h('div', null, h('dt', null, term), h('dd', null, content))
