import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { isObject } from '../../src/lib/json.ts'
import { savePeople } from '../fixtures/people.ts'
import { program } from '../fixtures/program.ts'

// How an operator lets removals pass: by the hash that a report names, or by a plan that was saved and looked at.

let folder: string
let keeper: KeeperEmulator
let plan: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approve-'))
  plan = join(folder, 'plan.json')
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `u${n}`)

const company = (people: readonly string[]): Promise<void> => savePeople(join(folder, 'people.json'), people)

const scimPush = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  program(args, {
    SCIM_PUSH_SOURCE_TYPE: 'records',
    SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: keeper.token,
    ...env,
  })

const json = async (args: readonly string[]) => {
  const ended = await scimPush([...args, '-o', 'json'])
  const report: unknown = JSON.parse(ended.stdout)
  if (!isObject(report)) throw new Error(ended.stdout)
  return { ...ended, report }
}

const save = (...args: readonly string[]) => scimPush(['plan', '-o', 'json', '--output-file', plan, ...args])
const active = (): number => [...keeper.state.users.values()].filter((user) => user.active).length
const hashIn = (value: unknown): string => (typeof value === 'string' ? value : '')
const writes = (): readonly string[] => keeper.requests.filter((request) => !request.startsWith('GET'))

/** A company of 20 is at the target; 15 of them left, and one came. */
const manyLeft = async (): Promise<void> => {
  const dev = keeper.state.addGroup({ displayName: 'Dev', externalId: 'g1' })
  for (const name of names(20))
    keeper.state.addUser({
      userName: `${name}@corp.example`,
      externalId: name,
      displayName: name,
      groups: new Set([dev.id]),
    })
  await company([...names(5), 'new'])
}

describe('by the hash', { timeout: 60_000 }, () => {
  test('what a push names is good for the next one, though this one has changed the target', async () => {
    await manyLeft()
    const held = await json(['push'])
    expect([held.code, active()]).toEqual([3, 21])
    const hash = hashIn(held.report['approvableHash'])
    expect(hash).toMatch(/^[0-9a-f]{32}$/)
    expect(hash).not.toBe(held.report['planHash'])
    const shown = await scimPush(['plan'])
    expect(shown.stdout).toContain(`scim-push push --approve ${hash}`)
    const approved = await json(['push', '--approve', hash])
    expect([approved.code, active()]).toEqual([0, 6])
    expect(approved.report).toMatchObject({ approved: true, planHash: hash, approvableHash: null })
  })

  test('it is good for no other plan, and that is said', async () => {
    await manyLeft()
    const { report } = await json(['push'])
    const hash = hashIn(report['approvableHash'])
    await company(names(4))
    const stale = await scimPush(['push', '--approve', hash])
    expect([stale.code, active()]).toEqual([3, 21])
    expect(stale.stdout).toContain(`1 approval (${hash}) of another plan than this one`)
    expect(stale.stderr).toContain('an approval was given for another plan')
  })

  test('an account that nobody manages and that came meanwhile voids it', async () => {
    await manyLeft()
    const { report } = await json(['plan'])
    keeper.state.addUser({ userName: 'guest@corp.example' })
    const stale = await scimPush(['push', '--approve', hashIn(report['approvableHash'])])
    expect([stale.code, active()]).toEqual([3, 22])
  })

  test.each(['abc', '', 'a'.repeat(33)])('what is no hash is refused: "%s"', async (hash) => {
    const ended = await scimPush(['push', '--approve', hash])
    expect(ended.code).toBe(78)
    expect(ended.stderr).toContain("It must be a plan's hash")
  })
})

describe('a saved plan', { timeout: 60_000 }, () => {
  test('is carried out as it stands, and only once', async () => {
    await manyLeft()
    await save()
    const applied = await json(['apply', plan])
    expect([applied.code, active()]).toEqual([3, 21])
    expect(applied.report).toMatchObject({ command: 'apply', moved: null })
    const before = writes().length
    const again = await json(['apply', plan, '--log-format', 'json'])
    expect([again.code, writes().length]).toEqual([1, before])
    expect(JSON.stringify(again.report['error'])).not.toContain('@corp.example')
    expect(again.stderr).toContain('new@corp.example')
    expect(again.report).toMatchObject({
      error: { code: 'PLAN_STALE' },
      moved: {
        source: false,
        target: true,
        added: [],
        gone: [{ kind: 'user.create' }, { kind: 'membership.add' }],
      },
    })
  })

  test('that was made with an approval removes what it shows', async () => {
    await manyLeft()
    await save()
    const saved: unknown = JSON.parse(await readFile(plan, 'utf8'))
    const hash = isObject(saved) ? hashIn(saved['approvableHash']) : ''
    expect((await save('--approve', hash)).code).toBe(0)
    expect([(await scimPush(['apply', plan])).code, active()]).toEqual([0, 6])
  })

  test('whose removals are approved as it is applied', async () => {
    await manyLeft()
    await save()
    const saved: unknown = JSON.parse(await readFile(plan, 'utf8'))
    const hash = isObject(saved) ? hashIn(saved['approvableHash']) : ''
    expect([(await scimPush(['apply', plan, '--approve', hash])).code, active()]).toEqual([0, 6])
  })

  test.each<[string, () => Promise<void> | void, readonly string[], string]>([
    [
      'somebody left at the source',
      () => company(['new', ...names(4)]),
      [],
      'new in the plan: deactivate user u4@corp.example, withheld: limit',
    ],
    [
      'a guest came to the target, of whom the plan knows nothing',
      () => void keeper.state.addUser({ userName: 'guest@corp.example' }),
      [],
      'source as it was, target changed',
    ],
    [
      'the limit was lifted, so that more would go than was looked at',
      () => undefined,
      ['--set', 'policy.maxRemovals.users=100'],
      'new in the plan: deactivate user u10@corp.example',
    ],
  ])('is refused when %s', async (_, change, flags, words) => {
    await manyLeft()
    await save()
    await change()
    const ended = await scimPush(['apply', plan, ...flags])
    expect([ended.code, writes()]).toEqual([1, []])
    expect(ended.stdout).toContain('PLAN_STALE')
    expect(ended.stdout).toContain(words)
  })

  test.each<[string, () => Promise<unknown>, string]>([
    ['a file that is not there', () => rm(plan, { force: true }), 'does not exist'],
    ['no JSON', () => writeFile(plan, '{"version": 1,}'), 'is no JSON: line 1, column 15'],
    ['a name that is there twice', () => writeFile(plan, '{"a": 1, "a": 2}'), 'line 1, column'],
    [
      'the report of a push',
      () => scimPush(['push', '-o', 'json', '--output-file', plan]),
      'another command than plan',
    ],
    [
      'the plan of another configuration',
      () => save('--config', join(folder, 'other.yaml')),
      'is of the configuration other',
    ],
  ])('%s is refused before anything is read', async (_, make, words) => {
    await company(names(2))
    await writeFile(
      join(folder, 'other.yaml'),
      'apiVersion: scim-push.io/v1alpha1\nkind: SyncConfig\nmetadata: {name: other}\nspec: {}\n',
    )
    await make()
    const before = keeper.requests.length
    const ended = await scimPush(['apply', plan])
    expect([ended.code, keeper.requests.length]).toEqual([78, before])
    expect(ended.stderr).toContain('PLAN_UNREADABLE')
    expect(ended.stderr).toContain(words)
  })
})
