import { h, type ComponentChild } from 'preact'

/** @param numbersFrom the first column of numbers */
export const table = (
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
