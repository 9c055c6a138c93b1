/**
 * The candidate that `word` most likely was meant to be, or null when none is near: at most one slip in three
 * characters (two at least), letter case not counted.
 */
export const suggest = (word: string, candidates: Iterable<string>): string | null => {
  // A long word is no typing mistake, and comparing it would be slow.
  if (word.length === 0 || word.length > 200) return null
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const candidate of candidates) {
    const slips = distance(word.toLowerCase(), candidate.toLowerCase())
    if (slips < least && slips < candidate.length) {
      best = candidate
      least = slips
    }
  }
  return best
}

/** Levenshtein's edit distance, one row at a time. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
