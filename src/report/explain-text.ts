import { styleText } from 'node:util'
import { padTo, widestOf } from '../lib/columns.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { ActionKind } from '../plan/action.ts'
import type {
  ExplainedAccount,
  ExplainedGroup,
  ExplainedPerson,
  ExplainedSource,
  Explanation,
} from './explain.ts'
import { pathWords } from './explain-verdict.ts'
import { kindsInOrder } from './kinds.ts'
import { printable } from './printable.ts'
import { renderError } from './text.ts'
import { because, reasonWords } from './words.ts'

interface Options {
  readonly colour: boolean
  /** Whether it is one of several: then each says which configuration it is about. */
  readonly several: boolean
  /** Whether an error is shown here, and not on standard error alone. */
  readonly withError: boolean
  /** How many lines of one kind are shown before the rest is only counted. */
  readonly most?: number
}

type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow'
type Paint = (style: Style, text: string) => string

/** A label and its lines. */
type Row = readonly [label: string, lines: readonly string[]]

const LABEL = 10
const COLUMN = 40

/** An explanation for a person at a terminal: the verdict, then what each side says, the groups, and the plan. */
export const renderExplainText = (
  explanation: Explanation,
  { colour, several, withError, most = 20 }: Options,
): string => {
  const paint: Paint = (style, text) => (colour ? styleText(style, text, { validateStream: false }) : text)
  const { people, more, config } = explanation
  const lines = [
    ...(several ? [paint('bold', `── ${printable(config)}`), ''] : []),
    ...people.flatMap((person) => [...personLines(person, explanation, paint, most), '']),
    ...(explanation.error && withError ? [renderError(explanation.error, colour)] : []),
    ...(more > 0 ? [paint('dim', `… and ${more} more go by that name; ask for one of them by id.`), ''] : []),
  ]
  return lines.join('\n')
}

const personLines = (
  person: Explanation['people'][number],
  explanation: Explanation,
  paint: Paint,
  most: number,
): readonly string[] => {
  const { source, scope, accounts, groups } = person
  const section = (name: string, value: string, rows: readonly Row[]): readonly string[] => [
    `  ${paint('bold', value === '' ? name : padTo(name, LABEL + 2))}${printable(value)}`,
    ...rows.flatMap(([label, values]) =>
      bounded(values, most).map((line, n) => `    ${padTo(n === 0 ? label : '', LABEL)}${line}`),
    ),
  ]
  return [
    paint('bold', printable(person.verdict)),
    '',
    ...section('source', explanation.source, source ? sourceRows(source) : [['', ['not found']]]),
    ...(source
      ? section('scope', scope.inScope ? 'in scope' : 'not in scope', scopeRows(person, explanation))
      : []),
    ...section(
      'target',
      explanation.target,
      accounts.length > 0 ? accounts.flatMap(accountRows) : [['', ['no account']]],
    ),
    ...(groups.length > 0 ? [...section('groups', '', []), ...groupLines(groups, paint, most)] : []),
    ...section('plan', explanation.planHash ?? '', []),
    ...planLines(person, explanation, paint, most),
  ].map((line) => line.trimEnd())
}

const bounded = (lines: readonly string[], most: number): readonly string[] =>
  lines.length <= most
    ? lines
    : [...lines.slice(0, most), `… and ${lines.length - most} more; --output json has them all`]

const sourceRows = (source: ExplainedSource): readonly Row[] => {
  const { key, kind, userName, label, names, active, inactive, detail, groups, groupsUnread } = source
  const ways = (groups ?? []).map(({ path }) => printable(pathWords({ path, everyone: false })))
  return [
    ['id', [printable(key)]],
    ...(kind === 'stranger'
      ? ([
          ['name', [printable(label)]],
          ['no user', [printable(detail)]],
        ] as const)
      : ([
          ['email', [userName === null ? 'none' : printable(userName)]],
          ['also', [label === userName ? '' : label, ...names].filter(Boolean).map(printable)],
          ['name', [nameWords(source)]],
          ['state', [active === true ? 'active' : inactive.join(', ')]],
        ] as const)),
    ['groups', groups === null ? [] : ways.length > 0 ? ways : ['none']],
    ['unread', groupsUnread === null ? [] : [printable(groupsUnread)]],
  ]
}

const nameWords = ({
  displayName,
  givenName,
  familyName,
}: Pick<ExplainedSource, 'displayName' | 'givenName' | 'familyName'>): string => {
  const parts = [givenName, familyName].filter((part) => part !== '').join(' ')
  if (displayName === '' && parts === '') return 'none'
  return printable(displayName === parts || parts === '' ? displayName : `${displayName} (${parts})`)
}

const scopeRows = ({ scope }: ExplainedPerson, { scimGroups }: Explanation): readonly Row[] => [
  [
    'through',
    [
      ...(scope.everyUser ? ['every user: scope.scimGroups is empty'] : []),
      ...(scope.named ? ['scope.scimGroups, by name'] : []),
      ...scope.ways.map((way) => printable(pathWords(way))),
    ],
  ],
  ['excluded', scope.excludedBy.map((pattern) => `scope.exclude.users has ${printable(pattern)}`)],
  [
    'closed',
    scope.closed.map((way) =>
      printable(`${pathWords(way)}: scope.exclude.groups has ${way.pattern}, which means ${way.group}`),
    ),
  ],
  ['selected', scope.inScope ? [] : scimGroups.map(printable)],
]

const accountRows = (account: ExplainedAccount): readonly Row[] => {
  const { id, externalId, userName, active, protectedBy, by } = account
  return [
    ['account', [`${printable(id)}, ${active ? 'active' : 'inactive'}`]],
    [
      'managed',
      [externalId === null ? 'no, it has no externalId' : `yes, externalId ${printable(externalId)}`],
    ],
    ['theirs', by === 'userName' ? ['by its userName alone'] : []],
    ['email', [printable(userName)]],
    ['name', [nameWords(account)]],
    ['protected', protectedBy.map((pattern) => `policy.protected has ${printable(pattern)}`)],
  ]
}

const groupLines = (groups: readonly ExplainedGroup[], paint: Paint, most: number): readonly string[] => {
  const width = widestOf(
    groups.slice(0, most).map(({ displayName }) => printable(displayName)),
    COLUMN,
  )
  return bounded(
    groups.map((group) => {
      const { sign, style, text } = fateWords(group)
      const line = `    ${sign} ${padTo(printable(group.displayName), width)}  ${printable(text)}`
      return style === null ? line : paint(style, line)
    }),
    most,
  )
}

const fateWords = (
  group: ExplainedGroup,
): { readonly sign: string; readonly style: Style | null; readonly text: string } => {
  const { fate, way, detail } = group
  const direct = way?.path.length === 1 && !way.everyone
  const through = way === null ? '' : direct ? ', a direct member' : `, through ${pathWords(way)}`
  switch (fate) {
    case 'stays':
      return { sign: '=', style: null, text: `is in it${through}` }
    case 'added':
      return { sign: '+', style: 'green', text: `to be added${through}` }
    case 'removed':
      return { sign: '-', style: 'red', text: 'to be taken out: not listed at the source' }
    case 'deleted':
      return { sign: '-', style: 'red', text: 'is in it; the group is deleted' }
    case 'not-added':
      return { sign: '!', style: 'yellow', text: `shall be in it${through}; not added, ${detail}` }
    case 'kept':
      return { sign: '!', style: 'yellow', text: `left in it, ${detail}` }
    default:
      return assertNever(fate)
  }
}

const signStyles = { '-': 'red', '+': 'green', '~': 'yellow' } as const

/** The group's name follows. */
const verbs: Readonly<Record<ActionKind, string>> = {
  'user.create': 'create the account',
  'user.update': 'update the account',
  'user.deactivate': 'deactivate the account',
  'user.delete': 'delete the account',
  'group.create': 'create the group ',
  'group.update': 'update the group ',
  'group.delete': 'delete the group ',
  'membership.add': 'add to ',
  'membership.remove': 'take out of ',
}

const planLines = (
  person: ExplainedPerson,
  { planHash, otherConfig, suspended, dryRun }: Explanation,
  paint: Paint,
  most: number,
): readonly string[] => {
  const done = person.actions.map((action) => {
    const sign = kindsInOrder.find(({ kind }) => kind === action.kind)?.sign ?? '~'
    // Of several accounts it says which.
    const which = person.accounts.length > 1 ? printable(` ${action.user ?? ''}`) : ''
    const what = `${verbs[action.kind]}${printable(action.group ?? which)}`
    return paint(signStyles[sign], `    ${sign} ${what}: ${because(action)}`)
  })
  const held = person.withheld.map(({ action, group, reason, detail }) => {
    const what = action === null ? 'left alone' : `not done: ${verbs[action]}${printable(group ?? '')}`
    return paint('yellow', `    ! ${what}, ${reasonWords(reason)}: ${printable(detail)}`)
  })
  const unread = person.gaps.map(({ subject, detail }) =>
    paint('yellow', `    ! not read: ${printable(subject)}: ${printable(detail)}`),
  )
  const notes = [
    ...(person.withheld.some(({ approvable }) => approvable)
      ? [`to let these removals pass once: --approve ${planHash ?? ''}`]
      : []),
    ...(otherConfig === null ? [] : [`${printable(otherConfig)} pushed to this target last`]),
    ...(suspended ? ['spec.suspend is true: push does nothing until it is false'] : []),
    ...(dryRun ? ['spec.dryRun is true: push writes nothing until it is false'] : []),
  ].map((note) => paint('yellow', `    ! ${note}`))
  return [
    ...(done.length + held.length === 0 ? ['    nothing to change'] : []),
    ...bounded(done, most),
    ...bounded(held, most),
    ...bounded(unread, most),
    ...notes,
  ]
}
