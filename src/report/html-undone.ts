import { h, type ComponentChildren } from 'preact'
import type { ScimPushError } from '../errors/error.ts'
import { staleWords, waysToApprove } from './approving.ts'
import { causesOf, failuresOf, withheldRemedies, type Cause } from './causes.ts'
import { fact, heading, lines, name, prose, section, shown, table, type Level } from './html-parts.ts'
import type { RunReport } from './report.ts'
import { numberWords } from './words.ts'

/** What ended the run; with another look, what it went on with. */
export const errorPanel = (
  error: ScimPushError | null,
  level: Level,
  look: 'problem' | 'approval' = 'problem',
): ComponentChildren =>
  error === null
    ? null
    : h(
        'section',
        { class: `panel ${look}` },
        heading(level, h('code', null, error.code)),
        lines(error.message),
        h(
          'dl',
          { class: 'facts' },
          error.where === null ? null : fact('Where', name(error.where)),
          error.remedy === '' ? null : fact('What to do', prose(error.remedy)),
        ),
      )

/** What was not done though it could have been, and why, and how an operator lets it pass. */
export const withheldSection = (report: RunReport, most: number, level: Level): ComponentChildren => {
  const { withheld } = report
  if (withheld.length === 0) return null
  const causes = causesOf(withheld)
  const ways = waysToApprove(report)
  const stale = staleWords(report)
  return section(level, `Withheld: ${numberWords(withheld.length)}`, [
    stale === '' ? null : h('p', { class: 'notice' }, shown(stale)),
    ways.length === 0 ? null : approval(ways),
    table(
      'Withheld',
      [{ title: 'What' }, { title: 'Why' }, { title: 'Whom' }, { title: 'What to do' }],
      causes.slice(0, most).map((cause) => [
        whatOf(cause),
        [h('div', null, cause.reason), h('div', { class: 'quiet' }, name(cause.detail))],
        names(
          cause.entries.map(({ subject }) => subject),
          most,
        ),
        withheldRemedies[cause.reason],
      ]),
    ),
    more(
      causes.slice(most).map(({ entries }) => entries.length),
      'withheld',
    ),
  ])
}

const whatOf = ({ action, kind, entries }: Cause): string =>
  `${numberWords(entries.length)} × ${(action ?? kind).replace('.', ' ')}`

const approval = (ways: readonly string[]): ComponentChildren =>
  h(
    'div',
    { class: 'panel approval' },
    h(
      'p',
      null,
      'To let these removals pass once, if they are meant, approve the plan’s hash in one of these ways. It is good for this plan only; any change on either side makes another one.',
    ),
    ways.map((way) => h('pre', null, h('code', null, way))),
  )

/** What failed or was skipped, by cause. */
export const failuresSection = (report: RunReport, most: number, level: Level): ComponentChildren => {
  const failures = failuresOf(report)
  if (failures.length === 0) return null
  const count = failures.reduce((sum, { actions }) => sum + actions.length, 0)
  return section(level, `Not done: ${numberWords(count)}`, [
    table(
      'Not done',
      [{ title: 'What' }, { title: 'Why' }, { title: 'Whom' }, { title: 'What to do' }],
      failures.slice(0, most).map(({ kind, status, code, message, remedy, actions }) => [
        `${numberWords(actions.length)} × ${kind.replace('.', ' ')}, ${status}`,
        [code === null ? null : h('code', null, code), lines(message)],
        names(
          actions.map(({ subject }) => subject),
          most,
        ),
        remedy === '' ? null : prose(remedy),
      ]),
    ),
    more(
      failures.slice(most).map(({ actions }) => actions.length),
      'not done',
    ),
  ])
}

/** What could not be read. */
export const gapsSection = ({ gaps }: RunReport, most: number, level: Level): ComponentChildren =>
  gaps.length === 0
    ? null
    : section(level, `Not read: ${numberWords(gaps.length)}`, [
        h('p', { class: 'quiet' }, 'While anything is unread, nothing is removed on the strength of it.'),
        table(
          'Not read',
          [{ title: 'What' }, { title: 'Why' }],
          gaps.slice(0, most).map(({ subject, detail }) => [name(subject), lines(detail)]),
        ),
        more(
          gaps.slice(most).map(() => 1),
          'not read',
        ),
      ])

/** A few names stand open, the rest is folded. */
const OPEN = 5

const names = (subjects: readonly string[], most: number): ComponentChildren => {
  const [first = ''] = subjects
  if (subjects.length === 1) return name(first)
  const rest = subjects.length - most
  const list = h('ul', { class: 'names' }, [
    ...subjects.slice(0, most).map((subject) => h('li', null, name(subject))),
    ...(rest > 0 ? [h('li', { class: 'quiet' }, `and ${numberWords(rest)} more`)] : []),
  ])
  if (subjects.length <= OPEN) return list
  return h(
    'details',
    null,
    h('summary', null, h('bdi', null, shown(first)), ` and ${numberWords(subjects.length - 1)} more`),
    list,
  )
}

const more = (counts: readonly number[], what: string): ComponentChildren => {
  const sum = counts.reduce((all, count) => all + count, 0)
  return sum === 0 ? null : h('p', { class: 'quiet' }, `… and ${numberWords(sum)} more ${what}.`)
}
