import { hasKeys, isObject } from '../lib/json.ts'
import { ladders, type RemovalLadder, type RemovalStep } from '../plan/policy.ts'

/** The words of `policy.users.remove`. */
export type LadderWord = keyof typeof ladders

/** What `policy.users.remove` says: a word, or what happens after how many days. */
export type LadderValue = LadderWord | { readonly after: RemovalLadder }

export const LADDER_WORDS: readonly LadderWord[] = ['deactivate', 'delete', 'none']

/** Ten years: more is a slip. */
export const MOST_DAYS = 3650

/** The value of the right shape, whether its steps go together or not; null for anything else. */
export const parseLadder = (value: unknown): LadderValue | null => {
  const word = LADDER_WORDS.find((one) => one === value)
  if (word !== undefined) return word
  if (!isObject(value) || !hasKeys(value, ['after'])) return null
  const { after } = value
  if (!Array.isArray(after) || after.length === 0) return null
  const steps = after.map(parseStep).filter((step) => step !== null)
  return steps.length === after.length ? { after: steps } : null
}

const parseStep = (value: unknown): RemovalStep | null => {
  if (!isObject(value) || !hasKeys(value, ['days', 'do'])) return null
  const { days, do: what } = value
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 0 || days > MOST_DAYS) return null
  return what === 'deactivate' || what === 'delete' ? { days, do: what } : null
}

/** What is wrong with steps each of which is right, completing the setting's name; null when nothing is. */
export const ladderFault = (after: RemovalLadder): string | null => {
  if (new Set(after.map((step) => step.do)).size < after.length)
    return 'must have one step at most that deactivates and one that deletes'
  if (after.some((step, n) => step.do === 'delete' && n < after.length - 1))
    return 'must have the step that deletes as the last one: nothing can follow it'
  return after.some(({ days }, n) => n > 0 && days <= (after[n - 1]?.days ?? 0))
    ? 'must have steps whose days go up from one to the next'
    : null
}

/** A word as steps. */
export const ladderOf = (value: LadderWord | RemovalLadder): RemovalLadder =>
  typeof value === 'string' ? ladders[value] : value
