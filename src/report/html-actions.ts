import { h, type ComponentChildren } from 'preact'
import { heading, name, section, table, type Level } from './html-parts.ts'
import { byKind, isUnfinished, removalKinds, type KindGroup } from './kinds.ts'
import type { ReportedAction, RunReport } from './report.ts'
import { because, kindHeading, numberWords } from './words.ts'

/** Who and what goes, named up to a bound. */
export const removalsSection = (report: RunReport, most: number, level: Level): ComponentChildren => {
  const kinds = byKind(report.actions).filter(({ kind }) => removalKinds.has(kind))
  const count = kinds.reduce((sum, { actions }) => sum + actions.length, 0)
  return section(
    level,
    `Removals: ${numberWords(count)}`,
    count === 0 ? h('p', null, 'Nothing is removed.') : kinds.map((group) => kindPart(group, most, level)),
  )
}

/** All else that is done, for readers without JavaScript; with it the table of all changes takes its place. */
export const otherChangesSection = (report: RunReport, most: number, level: Level): ComponentChildren => {
  const kinds = byKind(report.actions).filter(({ kind }) => !removalKinds.has(kind))
  if (kinds.length === 0) return null
  return h(
    'div',
    { 'data-without-script': true },
    section(
      level,
      'Other changes',
      kinds.map((group) => kindPart(group, most, level)),
    ),
  )
}

/** A few stand open, so that the next kind is in sight. */
const OPEN = 10

const kindPart = (group: KindGroup, most: number, level: Level): ComponentChildren => {
  const { actions } = group
  const title = kindHeading(group)
  const shown = actions.slice(0, most)
  const unfinished = shown.some(isUnfinished)
  const rest = actions.length - shown.length
  const list = (some: readonly ReportedAction[]): ComponentChildren =>
    table(
      title,
      [{ title: 'Whom' }, { title: 'Why' }, ...(unfinished ? [{ title: 'Status' }] : [])],
      some.map((action) => [
        name(action.subject),
        name(because(action)),
        ...(unfinished ? [status(action)] : []),
      ]),
    )
  const folded = shown.slice(OPEN)
  return [
    heading(level + 1, title),
    list(shown.slice(0, OPEN)),
    folded.length === 0
      ? null
      : h('details', null, h('summary', null, `${numberWords(folded.length)} more`), list(folded)),
    rest === 0
      ? null
      : h(
          'p',
          { class: 'quiet' },
          `… and ${numberWords(rest)} more; the table of all changes and --output json have them.`,
        ),
  ]
}

const status = ({ outcome }: ReportedAction): ComponentChildren => {
  switch (outcome?.status) {
    case undefined:
      return 'planned'
    case 'succeeded':
      return h('span', { class: 'good' }, 'succeeded')
    case 'failed':
      return h('span', { class: 'bad' }, `failed: ${outcome.error.code}`)
    case 'skipped':
      return h('span', { class: 'notice' }, 'skipped')
  }
}
