import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { silentLog } from '../../src/lib/log.ts'
import { noProgress } from '../../src/lib/progress.ts'
import { fileStore } from '../../src/memory/file-store.ts'
import { createMemory } from '../../src/memory/memory.ts'
import { renderText } from '../../src/report/text.ts'
import { run } from '../../src/run.ts'
import { createRecordsSource } from '../../src/source/records/records-source.ts'
import { savePeople } from '../fixtures/people.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { openPolicy } from '../fixtures/simulate.ts'
import { program } from '../fixtures/program.ts'

// Days of runs, from a file of records to the Keeper emulator, with the memory in a file.

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const START = Date.parse('2026-11-01T00:17:00Z')
let folder: string
let keeper: KeeperEmulator
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grace-'))
  keeper = await startKeeperEmulator()
})
afterEach(async () => {
  await keeper.close()
  await rm(folder, { recursive: true })
})

const memoryFile = () => join(folder, 'memory.json')
const people = (...names: readonly string[]): Promise<void> => savePeople(join(folder, 'people.json'), names)

const runAt = async (days: number, dryRun = false) => {
  const now = START + days * DAY
  const source = createRecordsSource({
    file: join(folder, 'people.json'),
    scope: { scimGroups: [], groups: 'all', exclude: { users: [], groups: [] } },
    log: silentLog,
  })
  const { target } = scimTargetTo(keeper)
  const report = await run({
    runId: 'r',
    config: 'corp',
    command: dryRun ? 'plan' : 'push',
    dryRun,
    detailedExitCode: false,
    source,
    target,
    policy: {
      ...openPolicy,
      users: {
        ...openPolicy.users,
        remove: [
          { days: 0, do: 'deactivate' },
          { days: 30, do: 'delete' },
        ],
      },
    },
    memory: createMemory(fileStore(memoryFile()), 'corp'),
    concurrency: 4,
    clock: { now: () => now, monotonic: () => 0, sleep: () => Promise.resolve() },
    stop: new AbortController().signal,
    progress: noProgress,
    onPlan: () => undefined,
    onOutcome: () => undefined,
    requests: () => ({}),
  })
  await target.close()
  const done = report.actions.map(({ kind, subject }) => `${kind} ${subject.replaceAll('@corp.example', '')}`)
  return {
    report,
    exitCode: report.exitCode,
    done,
    withheld: report.withheld.map(({ action, user, reason }) => `${reason} ${action ?? ''} ${user ?? ''}`),
  }
}

test('a leaver is deactivated, waits, and is deleted on the day; who comes back begins anew', async () => {
  await people('ann', 'bob', 'cat')
  expect((await runAt(0)).exitCode).toBe(0)
  await people('cat')
  expect((await runAt(1)).done).toEqual([
    'user.deactivate ann',
    'user.deactivate bob',
    'membership.remove ann in Dev',
    'membership.remove bob in Dev',
  ])
  for (const day of [2, 7, 12]) {
    const { exitCode, done, withheld } = await runAt(day)
    expect([exitCode, done]).toEqual([0, []])
    expect(withheld).toEqual(['grace user.delete ann@corp.example', 'grace user.delete bob@corp.example'])
  }
  const { report } = await runAt(12)
  expect(report.withheld[0]?.detail).toBe(
    'missing since 2026-11-02; policy.users.remove deletes after 30 days, on 2026-12-02',
  )
  expect(renderText(report, { colour: false })).toContain('grace')

  await people('bob', 'cat')
  expect((await runAt(13)).done).toEqual(['user.update bob', 'membership.add bob in Dev'])
  await people('cat')
  expect((await runAt(14)).done).toEqual(['user.deactivate bob', 'membership.remove bob in Dev'])
  for (const day of [20, 27]) expect((await runAt(day)).done).toEqual([])
  expect((await runAt(31 - 1 / 24)).done).toEqual([])
  // A plan says it, and changes nothing.
  const before = await readFile(memoryFile(), 'utf8')
  expect((await runAt(31, true)).done).toEqual(['user.delete ann'])
  expect(await readFile(memoryFile(), 'utf8')).toBe(before)
  expect((await runAt(31)).done).toEqual(['user.delete ann'])
  for (const day of [38, 43.9]) expect((await runAt(day)).done).toEqual([])
  expect((await runAt(44)).done).toEqual(['user.delete bob'])
  const last = await runAt(45)
  expect([last.exitCode, last.done, last.withheld]).toEqual([0, [], []])
})

test('a memory that is lost, broken or of nobody knows when makes them wait anew, and says so', async () => {
  await people('ann', 'bob')
  await runAt(0)
  await people('bob')
  await runAt(1)
  await runAt(8)
  await rm(memoryFile())
  expect((await runAt(31)).withheld).toEqual(['grace user.delete ann@corp.example'])
  await writeFile(memoryFile(), '{"version":')
  const broken = await runAt(61)
  expect([broken.exitCode, broken.done]).toEqual([0, []])
  expect(broken.report.warnings.map(({ code }) => code)).toEqual(['MEMORY_BROKEN'])
  expect(renderText(broken.report, { colour: false })).toContain('MEMORY_BROKEN')
  const stale = await runAt(99)
  expect([stale.done, stale.report.warnings.map(({ code }) => code)]).toEqual([[], ['MEMORY_STALE']])
  for (const day of [106, 113, 120, 127]) expect((await runAt(day)).done).toEqual([])
  expect((await runAt(129)).done).toEqual(['user.delete ann'])
})

test('a memory that can’t be brought up to date is not relied on, and the run says so', async () => {
  await people('ann', 'bob')
  await runAt(0)
  await people('bob')
  for (const day of [1, 8, 15, 22, 29]) await runAt(day)
  const held = await readFile(memoryFile(), 'utf8')
  await rm(memoryFile())
  // Where a directory stands nobody can write a file, whoever the tests run as.
  await mkdir(memoryFile())
  await people('bob', 'eve')
  const { exitCode, done, withheld, report } = await runAt(31)
  expect([exitCode, report.result, report.error?.code]).toEqual([1, 'error', 'MEMORY_UNWRITABLE'])
  expect(done).toEqual(['user.create eve', 'membership.add eve in Dev'])
  expect(withheld).toEqual(['grace user.delete ann@corp.example'])
  expect(report.warnings.map(({ code }) => code)).toEqual(['MEMORY_UNREADABLE'])
  await rm(memoryFile(), { recursive: true })
  await writeFile(memoryFile(), held)
  expect((await runAt(32)).done).toEqual(['user.delete ann'])
})

test(
  'the program itself: push keeps a memory, plan, check and explain read it',
  { timeout: 90_000 },
  async () => {
    await people('ann', 'bob')
    const steps = '{"after":[{"days":0,"do":"deactivate"},{"days":30,"do":"delete"}]}'
    const env = {
      SCIM_PUSH_SOURCE_TYPE: 'records',
      SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
      SCIM_PUSH_SCOPE_GROUPS: 'all',
      SCIM_PUSH_TARGET_URL: keeper.url,
      SCIM_PUSH_TARGET_TOKEN: keeper.token,
      SCIM_PUSH_POLICY_USERS_REMOVE: steps,
      SCIM_PUSH_MEMORY_FILE: memoryFile(),
    }
    expect((await program(['push'], env)).code).toBe(0)
    await people('bob')
    expect((await program(['push'], env)).code).toBe(0)
    const memory = JSON.parse(await readFile(memoryFile(), 'utf8')) as {
      missing: { externalId: string; since: string }[]
    }
    expect(memory.missing.map(({ externalId }) => externalId)).toEqual(['ann'])
    const text = await readFile(memoryFile(), 'utf8')
    const old = new Date(Date.now() - 31 * DAY).toISOString()
    await writeFile(memoryFile(), text.replaceAll(/"since":"[^"]*"/g, `"since":"${old}"`))

    const [plan, explained, checked] = await Promise.all([
      program(['plan', '--output', 'json', '--detailed-exitcode'], env),
      program(['explain', 'ann@corp.example'], env),
      program(['check'], env),
    ])
    expect([plan.code, plan.stderr]).toEqual([2, expect.not.stringContaining('"level":"warn"')])
    expect(plan.stdout).toContain('"user.delete"')
    expect(explained.stdout).toContain('delete')
    expect(checked.stdout).toContain(`who is missing is remembered in ${memoryFile()}`)
    expect(await readFile(memoryFile(), 'utf8')).toContain(old)

    await writeFile(memoryFile(), text)
    const waiting = await program(['explain', 'ann@corp.example'], env)
    expect(waiting.stdout).toMatch(/missing since .* policy\.users\.remove deletes after 30 days/)
    expect(keeper.state.users.size).toBe(2)
  },
)
