import { isUnfinished, type KindGroup } from './kinds.ts'
import { details, elsewhere, named, span, table } from './markdown-text.ts'
import type { ReportedAction } from './report.ts'
import { changesWords, countWords, kindHeading, numberWords, reasonWords } from './words.ts'

/** Longer lists are folded. */
const OPEN = 10

/** How many of a group's members are named. */
const MEMBERS = 10

/** All actions of a kind, memberships by group. @param most how many rows there are before the rest is only counted */
export const actionsBlocks = (group: KindGroup, most: number): readonly string[] => {
  const ofGroups = group.kind === 'membership.add' || group.kind === 'membership.remove'
  const { head, rows, rest } = ofGroups ? memberships(group, most) : subjects(group, most)
  const heading = kindHeading(group)
  const hidden = rest === null ? [] : [`… and ${rest}; ${elsewhere}.`]
  if (rows.length === 0) return [`**${heading}**`, ...hidden]
  const content = [table(head, rows), ...hidden].join('\n\n')
  return rows.length > OPEN ? [details(heading, content)] : [`**${heading}**`, content]
}

interface Listed {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What is left out; null for nothing. */
  readonly rest: string | null
}

const subjects = ({ actions }: KindGroup, most: number): Listed => {
  const shown = actions.slice(0, most)
  const unfinished = shown.some(isUnfinished)
  const rest = actions.length - shown.length
  return {
    head: ['Whom', 'Why', ...(unfinished ? ['Not done'] : [])],
    rows: shown.map((action) => [span(action.subject), why(action), ...(unfinished ? [undone(action)] : [])]),
    rest: rest > 0 ? `${numberWords(rest)} more` : null,
  }
}

const why = (action: ReportedAction): string => {
  const changes = changesWords(action)
  return `${reasonWords(action.reason)}${changes === '' ? '' : `: ${span(changes, 300)}`}`
}

const undone = ({ outcome }: ReportedAction): string => {
  switch (outcome?.status) {
    case undefined:
    case 'succeeded':
      return ''
    case 'failed':
      return `failed: ${span(outcome.error.code)}`
    case 'skipped':
      return 'skipped'
  }
}

const memberships = ({ actions }: KindGroup, most: number): Listed => {
  const groups = [...Map.groupBy(actions, ({ group }) => group ?? '')].sort(
    ([a, m], [b, n]) => n.length - m.length || (a < b ? -1 : 1),
  )
  const hidden = groups.slice(most)
  const count = hidden.reduce((sum, [, alike]) => sum + alike.length, 0)
  return {
    head: ['Group', 'How many:', 'Why', 'Whom'],
    rows: groups.slice(0, most).map(([group, alike]) => [
      span(group),
      numberWords(alike.length),
      [...new Set(alike.map(({ reason }) => reasonWords(reason)))].join(', '),
      named(
        alike.map(({ user }) => user ?? ''),
        Math.min(MEMBERS, most),
      ),
    ]),
    rest: count > 0 ? `${numberWords(count)} more in ${countWords(hidden.length, 'group')}` : null,
  }
}
