import { digestOf } from '../lib/sha256.ts'
import { assertNever } from '../lib/assert-never.ts'
import {
  isRemoval,
  type Action,
  type Change,
  type GroupAttribute,
  type GroupRef,
  type UserRef,
} from './action.ts'
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
      const canonical = createCanonical()
      for (const { actions } of stages) for (const action of actions) yield canonical(action)
      if (stages.some(({ actions }) => actions.some(isRemoval))) {
        const { source, target } = sides()
        yield `${source} ${target}`
      }
    })(),
  )

/** A line an action. A user or group is written out in the first that names it; from then on it goes by its number. */
const createCanonical = (): ((action: Action) => string) => {
  const who = numbered<UserRef>(({ id, key, userName }) => [id, key, userName])
  const which = numbered<GroupRef>(({ id, key, displayName }) => [id, key, displayName])
  return (action) => {
    switch (action.kind) {
      case 'user.create': {
        const { user, displayName, givenName, familyName } = action
        return line(action, who(user), [displayName, givenName, familyName])
      }
      case 'user.update':
        return line(action, who(action.user), [changed(action.changes)])
      case 'user.deactivate':
      case 'user.delete':
        return line(action, who(action.user), [action.reason])
      case 'group.create':
        return line(action, which(action.group), [])
      case 'group.update':
        return line(action, which(action.group), [changed(action.changes)])
      case 'group.delete':
        return line(action, which(action.group), [action.reason])
      case 'membership.add':
      case 'membership.remove':
        return line(action, `${which(action.group)},${who(action.user)}`, [])
      default:
        return assertNever(action)
    }
  }
}

const line = ({ kind }: Action, whom: string, more: readonly unknown[]): string =>
  `["${kind}",${whom}${more.map((part) => `,${JSON.stringify(part)}`).join('')}]`

const changed = (changes: readonly (Change | Change<GroupAttribute>)[]): readonly unknown[] =>
  changes.map(({ attribute, from, to }) => [attribute, from, to])

const numbered = <Ref extends object>(parts: (ref: Ref) => readonly unknown[]): ((ref: Ref) => string) => {
  const numbers = new Map<Ref, string>()
  return (ref) => {
    const before = numbers.get(ref)
    if (before !== undefined) return before
    numbers.set(ref, `${numbers.size}`)
    return JSON.stringify(parts(ref))
  }
}
