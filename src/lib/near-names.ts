import { fold } from './fold.ts'
import { suggest } from './suggest.ts'

/**
 * The names that somebody who typed `query` may have meant, the likeliest first. Of addresses one half is compared, where the other is
 * the same: all of a company's addresses are near to each other by what they share. A login is also taken for the first half of an address.
 */
export const nearNames = (query: string, candidates: Iterable<string>, most: number): readonly string[] => {
  const [local, domain] = halves(query)
  const byLocal = new Map<string, Set<string>>()
  const byDomain = new Map<string, Set<string>>()
  for (const candidate of candidates) {
    const [itsLocal, itsDomain] = halves(candidate)
    if (domain === itsDomain || domain === '') note(byLocal, itsLocal, candidate)
    else if (local === itsLocal) note(byDomain, itsDomain, candidate)
  }
  return [...new Set([...nearest(local, byLocal, most), ...nearest(domain, byDomain, most)])].slice(0, most)
}

const halves = (name: string): readonly [local: string, domain: string] => {
  const folded = fold(name)
  const at = folded.lastIndexOf('@')
  return at < 0 ? [folded, ''] : [folded.slice(0, at), folded.slice(at + 1)]
}

const note = (names: Map<string, Set<string>>, word: string, name: string): void => {
  names.set(word, (names.get(word) ?? new Set()).add(name))
}

const nearest = (
  word: string,
  names: ReadonlyMap<string, ReadonlySet<string>>,
  most: number,
): readonly string[] => {
  const found: string[] = []
  const words = new Set(names.keys())
  while (found.length < most) {
    const near = suggest(word, words)
    if (near === null) break
    found.push(...(names.get(near) ?? []))
    // Whoever has the very word needs no others beside them.
    if (near === word) break
    words.delete(near)
  }
  return found
}
