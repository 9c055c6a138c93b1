import { sha256 } from '../lib/sha256.ts'
import { assertNever } from '../lib/assert-never.ts'
import type { Action } from './action.ts'
import type { Stage } from './order.ts'

/**
 * A fingerprint of what a plan would do, before removals are limited: equal plans have equal hashes on every machine, and any
 * other change, creation or removal gives another one. 32 hexadecimal digits.
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
      return [action.kind, user.key, user.userName, displayName, givenName, familyName]
    }
    case 'user.update':
      return [
        action.kind,
        action.user.id,
        action.changes.map(({ attribute, from, to }) => [attribute, from, to]),
      ]
    case 'user.deactivate':
    case 'user.delete':
      return [action.kind, action.user.id, action.reason]
    case 'group.create':
      return [action.kind, action.group.key, action.group.displayName]
    case 'group.update':
      return [
        action.kind,
        action.group.id,
        action.changes.map(({ attribute, from, to }) => [attribute, from, to]),
      ]
    case 'group.delete':
      return [action.kind, action.group.id, action.reason]
    case 'membership.add':
      return [action.kind, action.group.id ?? action.group.key, action.user.id ?? action.user.key]
    case 'membership.remove':
      return [action.kind, action.group.id, action.user.id]
    default:
      return assertNever(action)
  }
}
