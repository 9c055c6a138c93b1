import { h, type ComponentChildren } from 'preact'
import { head, heading } from './html-parts.ts'
import type { Choice, Choices } from './html-data.ts'
import { numberWords } from './words.ts'

/** The table of all changes and its filters, shown and filled by the page's script. */
export const explorer = (choices: Choices): ComponentChildren => {
  const several = choices.configs.length > 1
  return h(
    'section',
    { id: 'explorer', hidden: true },
    heading(2, 'All changes'),
    h(
      'div',
      { class: 'filters', role: 'search' },
      field(
        'search',
        'Search for a user, a group or a detail',
        h('input', { id: 'search', type: 'search', autocomplete: 'off', spellcheck: false }),
        'search',
      ),
      several ? filter('config', 'SyncConfig', choices.configs, null) : null,
      filter(
        'kind',
        'Change',
        choices.kinds,
        choices.removals > 0
          ? h('option', { value: 'removals' }, `all removals (${numberWords(choices.removals)})`)
          : null,
      ),
      filter('reason', 'Why', choices.reasons, null),
      filter('status', 'Status', choices.statuses, null),
      h('button', { id: 'clear', type: 'button' }, 'Clear'),
    ),
    h('p', { id: 'matches', 'aria-live': 'polite' }),
    h(
      'table',
      { class: 'stacked entries', role: 'table', 'aria-label': 'All changes' },
      head(
        [...(several ? ['SyncConfig'] : []), 'Change', 'User', 'Group', 'Why', 'Status'].map((title) => ({
          title,
        })),
      ),
      h('tbody', { id: 'rows', role: 'rowgroup' }),
    ),
    h(
      'nav',
      { id: 'pager', 'aria-label': 'Pages of changes' },
      h('button', { id: 'previous', type: 'button' }, 'Previous'),
      h('span', { id: 'page' }),
      h('button', { id: 'next', type: 'button' }, 'Next'),
    ),
  )
}

const filter = (
  id: string,
  label: string,
  choices: readonly Choice[],
  more: ComponentChildren,
): ComponentChildren =>
  field(
    id,
    label,
    h(
      'select',
      { id },
      h('option', { value: '' }, 'all'),
      more,
      choices.map(({ value, text, count }) =>
        h('option', { value: String(value) }, `${text} (${numberWords(count)})`),
      ),
    ),
  )

const field = (id: string, label: string, input: ComponentChildren, className = ''): ComponentChildren =>
  h('div', { class: `field ${className}` }, h('label', { for: id }, label), input)
