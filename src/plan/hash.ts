import { sha256 } from '../lib/sha256.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { Action, GroupRef, UserRef } from './action.ts'
import type { Stage } from './order.ts'

/**
 * A fingerprint of what a plan would do, before removals are limited: equal plans have equal hashes on every machine, and any
 * other change, creation or removal gives another one. 32 hexadecimal digits.
 *
 * Names are in it beside the ids: they are what an operator approved, and ids that count from one mean others at another target.
 */
export const hashPlan = (stages: readonly Stage[]): string =>
  sha256(
    (function* () {
      for (const { actions } of stages)
        for (const action of actions) yield `${JSON.stringify(canonical(action))}\n`
    })(),
  ).slice(0, 32)

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
