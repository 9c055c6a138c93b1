import type { ActionKind } from '../plan/action.ts'
import { assertNever } from '../lib/assert-never.ts'
import { counted } from './counted.ts'
import type { ExplainedPerson, ExplainedScope, Explanation } from './explain.ts'
import { reasonWords } from './words.ts'

/**
 * What an operator wants to know first, in one sentence: whether they have access and whether that changes, whether they are in scope and
 * by what, and what the plan does or withholds. Names in it are as the directory has them.
 */
export const verdictOf = (
  person: ExplainedPerson,
  explanation: Pick<Explanation, 'scimGroups' | 'suspended' | 'dryRun'>,
): string =>
  `${person.name} ${accessWords(person, explanation)}: ${scopeWords(person, explanation.scimGroups)}; ${planWords(person)}.`

const accessWords = (
  { access: { now, next } }: ExplainedPerson,
  { suspended, dryRun }: Pick<Explanation, 'suspended' | 'dryRun'>,
): string => {
  if (now === next) return now ? 'has access' : 'has no access'
  const off = [...(suspended ? ['spec.suspend'] : []), ...(dryRun ? ['spec.dryRun'] : [])].join(' and ')
  const when = off === '' ? 'with the next push' : `with the first push without ${off}`
  return next ? `gets access ${when}` : `loses access ${when}`
}

const scopeWords = ({ source, scope }: ExplainedPerson, scimGroups: readonly string[]): string => {
  if (!source) return 'not found at the source'
  if (!scope.inScope) return outOfScopeWords(scope, scimGroups)
  const way = wayWords(scope)
  if (source.kind === 'stranger') return `${way}, but not to be read as a user: ${source.detail}`
  return source.active === false ? `${way}, but ${source.inactive.join(' and ')} at the source` : way
}

/** The ways into scope, the first one in full. */
const wayWords = ({ everyUser, named, ways }: ExplainedScope): string => {
  if (everyUser) return 'in scope as every user is'
  if (named) return 'in scope by name'
  const [first] = ways
  if (!first) return 'in scope'
  const others = ways.length > 1 ? ` and ${counted(ways.length - 1, 'other SCIM group')}` : ''
  return `in scope through ${pathWords(first)}${others}`
}

/** A path may be as long as it likes: of a long one both ends are shown. */
const MOST_STEPS = 9
const END = 4

/** `Keeper Users → Engineering → Backend`, and whether everybody is in the last one. */
export const pathWords = ({ path, everyone }: ExplainedScope['ways'][number]): string => {
  const names = path.map(({ displayName }) => displayName)
  const left = names.length - 2 * END
  const steps =
    names.length > MOST_STEPS ? [...names.slice(0, END), `… ${left} more …`, ...names.slice(-END)] : names
  return `${steps.join(' → ')}${everyone ? ', where every user is a member' : ''}`
}

const MOST_GROUPS = 3

const outOfScopeWords = (
  { closed, excludedBy, ...scope }: ExplainedScope,
  scimGroups: readonly string[],
): string => {
  const reached = scope.everyUser || scope.named || scope.ways.length > 0
  const excluded = `scope.exclude.users has ${excludedBy.join(' and ')}`
  if (excludedBy.length === 0) return unreachedWords({ closed, ...scope }, scimGroups)
  // Without the exclusion they would not be in scope either.
  return reached
    ? `not in scope, since ${excluded}`
    : `${unreachedWords({ closed, ...scope }, scimGroups)}, and ${excluded}`
}

const unreachedWords = (
  { closed, inDoubt }: Pick<ExplainedScope, 'closed' | 'inDoubt'>,
  scimGroups: readonly string[],
): string => {
  const doubt = inDoubt ? ' as far as could be read' : ''
  const [shut] = closed
  if (shut)
    return `not in scope${doubt}, since scope.exclude.groups has ${shut.pattern}, which closes the way through ${shut.group}`
  if (scimGroups.length === 0) return `not in scope${doubt}, not among the users that the source lists`
  const named = scimGroups.slice(0, MOST_GROUPS).join(', ')
  const more = scimGroups.length > MOST_GROUPS ? ` and ${scimGroups.length - MOST_GROUPS} more` : ''
  const them =
    scimGroups.length === 1 ? `not in the SCIM group ${named}` : `in none of the SCIM groups ${named}${more}`
  return `not in scope${doubt}, ${them}`
}

/** What is done and what is withheld; without either, what it is that is left as it is. */
const planWords = (person: ExplainedPerson): string => {
  const parts = [...actionWords(person), ...withheldWords(person)]
  if (parts.length > 0) return listWords(parts)
  const unmanaged =
    person.accounts.length > 0 && person.accounts.every(({ externalId }) => externalId === null)
  if (unmanaged) return 'the account is not managed and is left alone'
  return 'nothing to change'
}

/** `a`, `a and b`, `a, b and c`. */
const listWords = (parts: readonly string[]): string =>
  [parts.slice(0, -1).join(', '), parts.at(-1) ?? ''].filter((part) => part !== '').join(' and ')

const groupWords = (names: readonly string[]): string =>
  names.length > MOST_GROUPS ? counted(names.length, 'group') : listWords(names)

const actionWords = ({ actions, accounts }: ExplainedPerson): readonly string[] => {
  const groupsOf = (kind: ActionKind): readonly string[] =>
    actions.flatMap((action) => (action.kind === kind && action.group !== null ? [action.group] : []))
  const added = groupsOf('membership.add')
  const removed = groupsOf('membership.remove')
  const account = actions.flatMap(({ kind, user, reason, changes }) => {
    const which = accounts.length > 1 ? `the account ${user ?? ''}` : 'the account'
    switch (kind) {
      case 'user.create':
        return [accounts.length > 0 ? 'a new account is created' : 'the account is created']
      case 'user.update': {
        const attributes = changes.map(({ attribute }) => attribute).join(', ')
        return [`${which} is ${reason === 'changed' ? 'updated' : reason} (${attributes})`]
      }
      case 'user.deactivate':
        return [`${which} is deactivated`]
      case 'user.delete':
        return [`${which} is deleted`]
      case 'group.create':
      case 'group.update':
      case 'group.delete':
      case 'membership.add':
      case 'membership.remove':
        return []
      default:
        return assertNever(kind)
    }
  })
  return [
    ...account,
    ...(added.length > 0 ? [`added to ${groupWords(added)}`] : []),
    ...(removed.length > 0 ? [`taken out of ${groupWords(removed)}`] : []),
  ]
}

const nouns: Readonly<Record<ActionKind, string>> = {
  'user.create': 'the creation',
  'user.update': 'the update',
  'user.deactivate': 'the deactivation',
  'user.delete': 'the deletion',
  'group.create': 'the creation of the group',
  'group.update': 'the update of the group',
  'group.delete': 'the deletion of the group',
  'membership.add': 'the membership',
  'membership.remove': 'the removal',
}

const withheldWords = ({ withheld }: ExplainedPerson): readonly string[] =>
  [...Map.groupBy(withheld, ({ reason }) => reason)].map(([reason, alike]) => {
    const things = [...Map.groupBy(alike, ({ action }) => action)].flatMap(([action, entries]) => {
      if (action === null) return []
      const groups = entries.flatMap(({ group }) => group ?? [])
      return [groups.length > 0 ? `${nouns[action]} from ${groupWords(groups)}` : nouns[action]]
    })
    const held =
      things.length === 0 ? 'left alone' : `${listWords(things)} ${things.length > 1 ? 'are' : 'is'} withheld`
    return `${held} (${reasonWords(reason)})`
  })
