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

/**
 * JSON text with the same marks as escapes. To a program it is the same; shown as it is, a C1 control still colours some terminals, and
 * some readers of lines end one at U+2028.
 */
export const printableJson = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\u2800]|(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}/gu,
    (mark) => mark.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )

/**
 * Text for a cell of a table that may be pasted into a spreadsheet: what a spreadsheet would work out gets the apostrophe before it by
 * which they know text. A name that only begins with `@` or `+` is left as it is.
 */
export const inCell = (text: string): string => (/^\s*(?:=|[+\-@][^]*[(|!])/u.test(text) ? `'${text}` : text)
