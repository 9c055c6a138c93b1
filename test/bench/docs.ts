import { readFile, writeFile } from 'node:fs/promises'
import { format, resolveConfig } from 'prettier'
import type { Result } from './result.ts'
import { markdownTable, verdictMarkdown } from './table.ts'
import type { Verdict } from './targets.ts'

const PAGE = 'docs/performance.md'

/** Where it was measured; `load` is what else ran before it began, in processes. */
interface Machine {
  readonly cores: number
  readonly load: number
}

/** Puts the tables between the page's markers, with the command that made them, and where. */
export const writeDocs = async (
  results: readonly Result[],
  verdicts: readonly Verdict[],
  args: readonly string[],
  { cores, load }: Machine,
): Promise<void> => {
  // A path is one of this machine's.
  const told = args.map((arg, n) => (/^--(add|json)$/.test(args[n - 1] ?? '') ? 'FILE' : arg))
  const command = ['npm run bench --', ...told].join(' ')
  const added = args.includes('--add') ? ' Some rows are of runs of their own, which `--add` took in.' : ''
  const made = (table: string): string =>
    `\nMade by \`${command}\` on ${cores} cores with a load of ${load.toFixed(1)} before it began.${added}\n\n${table}\n`
  const page = between(await readFile(PAGE, 'utf8'), {
    results: made(markdownTable(results)),
    targets: made(verdictMarkdown(verdicts)),
  })
  const style = (await resolveConfig(PAGE)) ?? {}
  await writeFile(PAGE, await format(page, { ...style, filepath: PAGE }))
}

/** @throws Error when the page has no such markers */
const between = (page: string, sections: Readonly<Record<string, string>>): string =>
  Object.entries(sections).reduce((text, [name, section]) => {
    const [start, end] = [`<!-- bench ${name} -->`, `<!-- end of bench ${name} -->`]
    const [from, to] = [text.indexOf(start), text.indexOf(end)]
    if (from < 0 || to < from) throw new Error(`${PAGE} has no markers "${start}" and "${end}"`)
    return text.slice(0, from + start.length) + section + text.slice(to)
  }, page)
