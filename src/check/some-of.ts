/** As many names as fit into a sentence. */
const MOST = 5

/** `ann, bob and 3 others`. */
export const someOf = (names: readonly string[]): string => {
  // One name takes no more room than the words that would stand for it.
  const shown = names.length === MOST + 1 ? names : names.slice(0, MOST)
  const others = names.length - shown.length
  return others > 0 ? `${shown.join(', ')} and ${others} others` : shown.join(', ')
}

/** `1 person`, `2 people`. */
export const people = (count: number): string => (count === 1 ? '1 person' : `${count} people`)

export const phrase = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`
