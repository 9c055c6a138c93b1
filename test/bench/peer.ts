import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { groupOf } from './company.ts'
import type { Command } from './process.ts'
import type { Case } from './workload.ts'

const COMMANDER = '18.1.8'

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url))
const exec = promisify(execFile)

/** Keeper Commander from PyPI in a virtual environment under the user's cache, made once. Answers its Python. */
export const installedCommander = async (): Promise<string> => {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'scim-push-bench')
  const folder = join(cache, `commander-${COMMANDER}`)
  const done = join(folder, 'installed')
  if (!existsSync(done)) {
    process.stderr.write(`installing keepercommander ${COMMANDER} into ${folder}\n`)
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    await exec('python3', ['-m', 'venv', join(folder, 'venv')])
    const packages = [`keepercommander==${COMMANDER}`, 'google-api-python-client']
    await exec(join(folder, 'venv/bin/pip'), ['install', '--quiet', ...packages])
    // A marker that is there only when everything else is.
    await mkdir(`${done}.now`)
    await rename(`${done}.now`, done)
  }
  return join(folder, 'venv/bin/python')
}

/** One push by Commander. */
export const peerPush = (
  python: string,
  { source, size }: Case,
  recordsFile: string,
  env: Command['env'],
): Command => ({
  program: python,
  args: [SCRIPT],
  env: {
    ...env,
    BENCH_SOURCE: source,
    BENCH_RECORDS_FILE: recordsFile,
    BENCH_SCIM_GROUPS: JSON.stringify(Array.from({ length: size.groups }, (_, n) => groupOf(n).email)),
  },
})
