import { numberWords } from './words.ts'
import { clipped } from '../lib/clipped.ts'
import { inCell, printable } from './printable.ts'

/**
 * Text that may hold anything, as a code span: in one nothing is a mention, a link, an image, an issue's number, HTML or emphasis
 * (CommonMark §6.1, GitHub's filters). What could end the span, its cell (a pipe, even there: GFM §4.10) or its line is shown as an
 * escape, so that no renderer's reading of backslashes and longer fences matters.
 */
export const span = (text: string, most = 160): string =>
  text === '' ? '(empty)' : `\`${inert(text, most)}\``

/** The same for text of several lines, as a block of code: there only a line of three backticks ends it. */
export const fence = (lines: readonly string[], most = 2000): string =>
  [
    '```text',
    ...clipped(lines.join('\n'), most)
      .split('\n')
      .map((line) => printable(line).replace(/`{3,}/g, (run) => '\\u{60}'.repeat(run.length))),
    '```',
  ].join('\n')

const inert = (text: string, most: number): string =>
  inCell(printable(clipped(text, most)))
    .replaceAll('`', '\\u{60}')
    .replaceAll('|', '\\u{7c}')
    // A renderer takes them off.
    .replace(/^ | $/g, '\\u{20}')

/** Cells must be markup of ours or spans. A heading that ends with a colon is one of numbers. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    row(head.map((name) => name.replace(/:$/, ''))),
    row(head.map((name) => (name.endsWith(':') ? '--:' : '---'))),
    ...rows.map(row),
  ].join('\n')

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

/** Folded until somebody asks for it. The summary must be of ours. */
export const details = (summary: string, content: string): string =>
  `<details>\n<summary>${summary}</summary>\n\n${content}\n\n</details>`

/** The first of them as spans, and how many more there are. */
export const named = (names: readonly string[], most: number): string => {
  const shown = names.slice(0, most).map((name) => span(name))
  const rest = names.length - shown.length
  return [...shown, ...(rest > 0 ? [`${numberWords(rest)} more`] : [])].join(', ')
}

/** Where all is that a shortened list leaves out. */
export const elsewhere = '`--output json` and `--output html` have them all'
