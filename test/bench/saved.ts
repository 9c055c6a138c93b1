import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { Result } from './result.ts'
import type { Extras, Verdict } from './targets.ts'
import type { Conditions } from './workload.ts'

/** What `--json` leaves behind. */
interface Saved {
  readonly conditions: Conditions
  readonly results: readonly Result[]
  readonly extras: Extras
  readonly targets: readonly Verdict[]
}

export const saveResults = (file: string, saved: Saved): Promise<void> =>
  writeFile(file, `${JSON.stringify(saved, null, 2)}\n`)

/** The rows of earlier runs. @throws Error when one was measured under other conditions: it would be compared with these */
export const earlier = async (
  files: readonly string[],
  conditions: Conditions,
): Promise<readonly Result[]> => {
  const results: Result[] = []
  for (const file of files) {
    const saved = JSON.parse(await readFile(file, 'utf8')) as Saved
    if (!isDeepStrictEqual(saved.conditions, conditions))
      throw new Error(`${file} was measured under other conditions: ${JSON.stringify(saved.conditions)}`)
    results.push(...saved.results)
  }
  return results
}
