import { clipped } from '../lib/clipped.ts'

/** As many names as fit into a sentence, and as much of one. */
const MOST = 5
const LONGEST = 100

/** `ann, bob and 3 others`. */
export const someOf = (names: readonly string[]): string => {
  // One name takes no more room than the words that would stand for it.
  const shown = names.length === MOST + 1 ? names : names.slice(0, MOST)
  const others = names.length - shown.length
  const words = shown.map((name) => clipped(name, LONGEST)).join(', ')
  return others > 0 ? `${words} and ${others} others` : words
}

/** `1 person`, `2 people`. */
export const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`)

/** `a, b and c`. */
export const phrase = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
