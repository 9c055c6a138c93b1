const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const none = /[\p{Mn}\p{Me}]/u
const plain = /^[\x20-\x7e]*$/

/** How many columns of a terminal a text takes: East Asian characters and emoji take two (Unicode TR11), combining marks none. */
export const columnsOf = (text: string): number => {
  if (plain.test(text)) return text.length
  let columns = 0
  for (const mark of text) columns += none.test(mark) ? 0 : wide.test(mark) ? 2 : 1
  return columns
}

/** Spaces after it, up to so many columns. */
export const padTo = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)))

/** The widest of them in columns, but not more than `most`. */
export const widestOf = (texts: readonly string[], most: number): number =>
  texts.reduce((widest, text) => Math.max(widest, Math.min(most, columnsOf(text))), 0)
