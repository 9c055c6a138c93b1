import { digestOf } from '../lib/sha256.ts'
import { assertNever } from '../lib/assert-never.ts'
import { isRemoval, type Action, type GroupRef, type UserRef } from './action.ts'
import type { Fingerprints } from './fingerprint.ts'
import type { Stage } from './order.ts'

/**
 * A fingerprint of what a plan would do, before removals are limited: equal plans have equal hashes on every machine, and any
 * other change, creation or removal gives another one. 32 hexadecimal digits.
 *
 * Names are in it beside the ids: they are what an operator approved, and ids that count from one mean others at another target.
 * A plan that removes anything is bound to both sides as they were read, too: who approves a removal has looked at that state, and whatever
 * moves since, be it only one more member of a group that is to be deleted, is for them to see first.
 *
 * @param sides asked only where there is a removal: it takes a while for a large company
 */
export const hashPlan = (stages: readonly Stage[], sides: () => Fingerprints): string =>
  digestOf(
    (function* () {
      for (const { actions } of stages) for (const action of actions) yield JSON.stringify(canonical(action))
      if (stages.some(({ actions }) => actions.some(isRemoval))) {
        const { source, target } = sides()
        yield `${source} ${target}`
      }
    })(),
  )

const canonical = (action: Action): readonly unknown[] => {
  switch (action.kind) {
    case 'user.create': {
      const { user, displayName, givenName, familyName } = action
      return [action.kind, ...who(user), displayName, givenName, familyName]
    }
    case 'user.update':
      return [
        action.kind,
        ...who(action.user),
        action.changes.map(({ attribute, from, to }) => [attribute, from, to]),
      ]
    case 'user.deactivate':
    case 'user.delete':
      return [action.kind, ...who(action.user), action.reason]
    case 'group.create':
      return [action.kind, ...which(action.group)]
    case 'group.update':
      return [
        action.kind,
        ...which(action.group),
        action.changes.map(({ attribute, from, to }) => [attribute, from, to]),
      ]
    case 'group.delete':
      return [action.kind, ...which(action.group), action.reason]
    case 'membership.add':
    case 'membership.remove':
      return [action.kind, ...which(action.group), ...who(action.user)]
    default:
      return assertNever(action)
  }
}

const who = ({ id, key, userName }: UserRef): readonly unknown[] => [id, key, userName]
const which = ({ id, key, displayName }: GroupRef): readonly unknown[] => [id, key, displayName]
