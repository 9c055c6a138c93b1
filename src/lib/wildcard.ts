import { fold } from './fold.ts'

/** A test for names against patterns, without regard to case; `*` stands for any run of characters, everything else for itself. */
export const matcher = (patterns: readonly string[]): ((name: string) => boolean) => {
  const exact = new Set<string>()
  const wild: string[][] = []
  for (const pattern of patterns.map(fold).filter(Boolean)) {
    if (pattern.includes('*')) wild.push(pattern.split('*'))
    else exact.add(pattern)
  }
  if (exact.size === 0 && wild.length === 0) return () => false
  return (name) => {
    const text = fold(name)
    return exact.has(text) || wild.some((parts) => fits(text, parts))
  }
}

/** The patterns that none of the names fits. Names are folded once, and looked up: there may be thousands of both. */
export const unmatched = (patterns: readonly string[], names: readonly string[]): readonly string[] => {
  if (patterns.length === 0) return []
  const folded = new Set(names.map(fold))
  const isMet = (pattern: string): boolean => {
    if (!pattern.includes('*')) return pattern !== '' && folded.has(pattern)
    const parts = pattern.split('*')
    for (const name of folded) if (fits(name, parts)) return true
    return false
  }
  return patterns.filter((pattern) => !isMet(fold(pattern)))
}

/** Greedy from the left is enough for `*`, and is linear where a regular expression could blow up on hostile names. */
const fits = (text: string, parts: readonly string[]): boolean => {
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false
  const end = text.length - last.length
  let at = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}
