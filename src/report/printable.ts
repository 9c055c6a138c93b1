/**
 * Text from a directory, safe for one line of a terminal or a log: control characters, line separators, and whatever is invisible or
 * turns the writing direction are shown as escapes, so that a display name can neither fake a line nor colour the screen.
 */
export const printable = (text: string): string =>
  text.replace(
    // Also letters that show nothing: fillers and the blank of Braille. What picks the look of an emoji stays.
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u2800]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu,
    (mark) => `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`,
  )

/** The beginning of a text that may be as long as it likes. */
export const clipped = (text: string, most: number): string =>
  // Half a surrogate pair is no character.
  text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`
