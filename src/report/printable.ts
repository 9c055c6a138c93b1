/**
 * Text from a directory, safe for one line of a terminal or a log: control characters, line separators and the marks that turn
 * the writing direction are shown as escapes, so that a display name can neither fake a line nor colour the screen.
 */
export const printable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu,
    (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`,
  )
