/** The beginning of a text that may be as long as it likes. */
export const clipped = (text: string, most: number): string =>
  // Half a surrogate pair is no character.
  text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}…`
