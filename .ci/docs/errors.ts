import { catalogue } from '../../src/errors/catalogue.ts'
import type { CatalogueEntry } from '../../src/errors/catalogue/entry.ts'
import { exitCodeOf, exitCodes, resultOfFailure } from '../../src/report/exit-code.ts'
import { generated, table } from './markdown.ts'

/** docs/errors.md */
export const errorsPage = (): string => {
  const entries: [string, CatalogueEntry][] = Object.entries(catalogue)
  const rows = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, { failure, onlyWarned, meaning, remedy }]) => [
      `\`${code}\``,
      onlyWarned ? '—' : String(exitCodeOf(resultOfFailure(failure))),
      meaning,
      remedy,
    ])
  return `${generated}

# Errors

Every error has a code that does not change. The exit code is the one that a command ends with when the error ends it;
[exit-codes.md](exit-codes.md) has all of them. An error without one is only ever a warning in the log.

${table(['Code', 'Exit', 'Meaning', 'What to do'], rows)}
`
}

/** docs/exit-codes.md */
export const exitCodesPage = (): string => `${generated}

# Exit codes

${table(
  ['Exit code', 'Meaning'],
  exitCodes.map(({ code, meaning }) => [String(code), meaning]),
)}
`
