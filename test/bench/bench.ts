// Times the program as its users run it, as a process: an initial push of 2,000 users, 50 groups and 8,000 memberships to the
// Keeper emulator, which takes 20 ms to answer a request, and the push after it, which changes nothing.
import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'

const USERS = 2000
const GROUPS = 50
const GROUPS_A_USER = 4
const LATENCY_MS = 20

const names = Array.from({ length: USERS }, (_, n) => `user${n}`)
const groupsOf = (n: number): readonly number[] =>
  Array.from({ length: GROUPS_A_USER }, (_, k) => (n + k * 13) % GROUPS)

const folder = await mkdtemp(join(tmpdir(), 'bench-'))
const recordsFile = join(folder, 'people.json')
await writeFile(
  recordsFile,
  JSON.stringify({
    users: names.map((name, n) => ({
      id: name,
      email: `${name}@corp.example`,
      full_name: `${name} Doe`,
      first_name: name,
      last_name: 'Doe',
      active: true,
      groups: groupsOf(n).map((group) => `g${group}`),
    })),
    groups: Array.from({ length: GROUPS }, (_, n) => ({ id: `g${n}`, name: `Group ${n}` })),
  }),
)

const google = await startGoogleEmulator({ latencyMs: LATENCY_MS })
google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
for (const name of names)
  google.directory.addUser({ primaryEmail: `${name}@corp.example`, givenName: name, familyName: 'Doe' })
for (let n = 0; n < GROUPS; n++)
  google.directory.addGroup({ email: `g${n}@corp.example`, name: `Group ${n}` })
for (const [n, name] of names.entries())
  for (const group of groupsOf(n))
    google.directory.addMember(`g${group}@corp.example`, `${name}@corp.example`)

const sources = {
  records: { SCIM_PUSH_SOURCE_TYPE: 'records', SCIM_PUSH_SOURCE_RECORDS_FILE: recordsFile },
  google: {
    SCIM_PUSH_SOURCE_TYPE: 'google',
    SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
    SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS: google.credentials(),
    SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: google.rootUrl,
    SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
    SCIM_PUSH_SCOPE_SCIM_GROUPS: Array.from({ length: GROUPS }, (_, n) => `g${n}@corp.example`).join(','),
  },
}

/** Seconds of wall time, and the report's last line. */
const push = async (
  env: Readonly<Record<string, string>>,
): Promise<{ readonly seconds: number; readonly summary: string }> => {
  const started = performance.now()
  const child = spawn(process.execPath, ['src/main.ts', 'push', '--log-level', 'warn'], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (part: Buffer) => (output += part.toString('utf8')))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`push ended with ${code}:\n${output}`)
  return { seconds: (performance.now() - started) / 1000, summary: output.trim().split('\n').at(-1) ?? '' }
}

try {
  process.stdout.write(
    `${USERS} users, ${GROUPS} groups, ${USERS * GROUPS_A_USER} memberships; ${LATENCY_MS} ms a request\n`,
  )
  for (const [name, source] of Object.entries(sources)) {
    const keeper = await startKeeperEmulator({ latencyMs: LATENCY_MS })
    const env = { ...source, SCIM_PUSH_TARGET_URL: keeper.url, SCIM_PUSH_TARGET_TOKEN: keeper.token }
    for (const what of ['initial push', 'no-change push']) {
      const { seconds, summary } = await push(env)
      process.stdout.write(
        `${name.padEnd(8)} ${what.padEnd(15)} ${seconds.toFixed(2).padStart(6)} s  ${summary}\n`,
      )
    }
    await keeper.close()
  }
} finally {
  await google.close()
  await rm(folder, { recursive: true })
}
