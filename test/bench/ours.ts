import { execFile } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { promisify } from 'node:util'
import { reportsUsage, type Command } from './process.ts'
import type { SourceName } from './workload.ts'

const MAIN = 'dist/main.js'

/** The program as it is shipped, built anew when a source is younger. */
export const builtProgram = async (): Promise<string> => {
  const built = statSync(MAIN, { throwIfNoEntry: false })?.mtimeMs ?? 0
  const inputs = [
    'package-lock.json',
    '.ci/build.ts',
    '.ci/precompiled-schema.ts',
    ...globSync('src/**/*.ts'),
  ]
  if (inputs.some((file) => statSync(file).mtimeMs > built))
    await promisify(execFile)(process.execPath, ['.ci/build.ts'])
  return MAIN
}

/** `scim-push` with these arguments, as its users run it. */
export const oursWith = (main: string, args: readonly string[], env: Command['env']): Command => ({
  program: process.execPath,
  args: ['--import', reportsUsage, main, ...args],
  // As the image has it (Dockerfile).
  env: { MALLOC_MMAP_THRESHOLD_: '65536', ...env },
})

/** `scim-push push` of everything that the source has. */
export const ourPush = (
  main: string,
  source: SourceName,
  recordsFile: string,
  env: Command['env'],
): Command =>
  oursWith(main, ['push', '--log-level', 'warn'], {
    ...env,
    SCIM_PUSH_SOURCE_TYPE: source,
    ...(source === 'records'
      ? { SCIM_PUSH_SOURCE_RECORDS_FILE: recordsFile }
      : { SCIM_PUSH_SCOPE_GROUPS: 'all' }),
  })
