/**
 * The form in which names and emails are compared: without regard to case (RFC 7643 §4.1.1: userName is case-insensitive)
 * and to how an umlaut is composed. Two names with the same fold are one name: two entries with one fold are never told apart by it.
 * Letters that only look alike (K and the Cyrillic К, ﬁ and fi), and marks that nobody sees, stay different.
 */
export const fold = (text: string): string =>
  PLAIN.test(text)
    ? text.toLowerCase()
    : text.normalize('NFC').trim().toLowerCase().replaceAll('ς', 'σ').normalize('NFC')

/** Nearly every email there is: of such a text only the case can differ. */
const PLAIN = /^[!-~]*$/

/**
 * Whether two names with the same fold are the same letters too. Unicode makes one of some that nobody takes for one: the Kelvin sign
 * and k, the Greek question mark and the semicolon. Not every directory does so, and each may be somebody's: where a name alone decides
 * whose an account is, it has to be the same letters, but for upper and lower case.
 */
export const sameLetters = (a: string, b: string): boolean => fold(distinct(a)) === fold(distinct(b))

/** Letters that another letter is made of by composing or by lower case alone, each as something that is only itself. */
const distinct = (text: string): string =>
  text.trim().replace(/[^\0-\u00ff]/gu, (letter) => {
    const lower = letter.toLowerCase()
    const alone = letter.normalize('NFC') !== letter || (lower !== letter && lower.toUpperCase() !== letter)
    return alone ? `\ue000${letter.codePointAt(0) ?? 0}\ue001` : letter
  })

/** Orders by fold, then by the text itself, the same on every machine: no locale takes part. */
export const compareText = (a: string, b: string): number => {
  const x = fold(a)
  const y = fold(b)
  if (x !== y) return x < y ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
