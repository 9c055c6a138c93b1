/**
 * The form in which names and emails are compared: without regard to case (RFC 7643 §4.1.1: userName is case-insensitive)
 * and to how an umlaut is composed. Two names with the same fold are one name.
 */
export const fold = (text: string): string => text.normalize('NFC').trim().toLowerCase().normalize('NFC')

/** Orders by fold, then by the text itself, the same on every machine: no locale takes part. */
export const compareText = (a: string, b: string): number => {
  const x = fold(a)
  const y = fold(b)
  if (x !== y) return x < y ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
