import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startKeeperEmulator,
  type KeeperEmulator,
  type KeeperEmulatorOptions,
} from '../../src/emulators/keeper/keeper-emulator.ts'
import { savePeople } from '../fixtures/people.ts'
import { program } from '../fixtures/program.ts'

const TOKEN = 'the-token-that-nobody-may-see'
let folder: string
let keeper: KeeperEmulator
const records = () => join(folder, 'people.json')

const save = (names: readonly string[]): Promise<void> => savePeople(records(), names)

const restart = async (options: KeeperEmulatorOptions): Promise<void> => {
  await keeper.close()
  keeper = await startKeeperEmulator({ token: TOKEN, ...options })
}

const settings = () => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: records(),
  SCIM_PUSH_TARGET_URL: keeper.url,
  SCIM_PUSH_TARGET_TOKEN: TOKEN,
})

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'program-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: TOKEN })
  await save(['ann', 'bob'])
})
afterEach(() => keeper.close())

describe('the program', () => {
  test('pushes by environment alone; the result on standard output, the log on standard error', async () => {
    const { code, stdout, stderr } = await program(['push'], settings())
    expect(code, stderr).toBe(0)
    expect(keeper.state.summary()).toEqual({
      users: ['ann@corp.example', 'bob@corp.example'],
      groups: { Dev: ['ann@corp.example', 'bob@corp.example'] },
    })
    expect(stdout).toContain('2 users to create')
    expect(stdout).toContain('Converged')
    expect(stderr).toContain('user.create ann@corp.example')
    const again = await program([], settings())
    expect([again.code, again.stdout.includes('nothing to change')]).toEqual([0, true])
  })

  test('document < environment < flags, with a document beside a token file', async () => {
    const token = join(folder, 'token')
    await writeFile(token, `${TOKEN}\n`, { mode: 0o600 })
    const document = join(folder, 'sync.yaml')
    await writeFile(
      document,
      `apiVersion: scim-push.io/v1alpha1
kind: SyncConfig
metadata: {name: from-the-document}
spec:
  dryRun: true
  source: {type: records, records: {file: ${records()}}}
  target: {url: "http://127.0.0.1:1/wrong", token: {file: ${token}}}
`,
    )
    const { code, stdout, stderr } = await program(
      ['push', '-c', document, '--set', 'dryRun=false', '-o', 'json'],
      { SCIM_PUSH_TARGET_URL: keeper.url },
    )
    expect(code, stderr).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      config: 'from-the-document',
      dryRun: false,
      result: 'converged',
    })
    expect(keeper.state.users.size).toBe(2)
  })

  test('plan and a dry run write nothing', async () => {
    const file = join(folder, 'report.json')
    const plan = await program(
      ['plan', '--detailed-exitcode', '-o', 'json', '--output-file', file],
      settings(),
    )
    const dry = await program(['push', '--dry-run', '-o', 'json'], settings())
    expect([plan.code, plan.stdout, dry.code]).toEqual([2, '', 0])
    const hash = (text: string): unknown => (JSON.parse(text) as { planHash: unknown }).planHash
    expect(hash(await readFile(file, 'utf8'))).toBe(hash(dry.stdout))
    expect(keeper.requests.filter((request) => !request.startsWith('GET'))).toEqual([])
  })

  test('suspended: checked, and nothing read or written', async () => {
    const { code, stdout } = await program(['push', '-o', 'json'], {
      ...settings(),
      SCIM_PUSH_SUSPEND: 'true',
    })
    expect([code, keeper.requests.length]).toEqual([0, 0])
    expect(JSON.parse(stdout)).toMatchObject({ result: 'suspended', version: 'scim-push.io/report/v1' })
  })

  test('a wrong configuration is reported in the same JSON', async () => {
    const { code, stdout } = await program(['push', '-o', 'json'], {
      ...settings(),
      SCIM_PUSH_TARGET_URL: 'nonsense',
    })
    expect(code).toBe(78)
    expect(JSON.parse(stdout)).toMatchObject({
      result: 'config',
      exitCode: 78,
      error: { message: expect.stringContaining('spec.target.url') as string },
    })
  })

  test('version', async () => {
    const { code, stdout } = await program(['version'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^scim-push \d+\.\d+\.\d+ \(Node\.js v\d+/)])
  })

  test('check tries everything and writes nothing', async () => {
    const { code, stdout } = await program(['check'], settings())
    expect(code).toBe(0)
    expect(stdout).toContain('scim-users')
    expect(keeper.requests.every((request) => request.startsWith('GET'))).toBe(true)
    const wrong = await program(['check', '-o', 'json'], { ...settings(), SCIM_PUSH_TARGET_TOKEN: 'wrong' })
    expect(wrong.code).toBe(1)
    expect(JSON.parse(wrong.stdout)).toMatchObject({ exitCode: 1 })
  })
})

describe('exit codes', () => {
  const rows: readonly (readonly [
    string,
    number,
    () => Promise<Readonly<Record<string, string>>>,
    string,
  ])[] = [
    [
      '77 for a wrong token',
      77,
      () => Promise.resolve({ SCIM_PUSH_TARGET_TOKEN: 'wrong' }),
      'SCIM_UNAUTHORIZED',
    ],
    [
      '69 for a target that is not there',
      69,
      () => Promise.resolve({ SCIM_PUSH_TARGET_URL: 'http://127.0.0.1:1/scim' }),
      'SCIM_UNREACHABLE',
    ],
    [
      '78 for a setting that does not exist',
      78,
      () => Promise.resolve({ SCIM_PUSH_TARGET_ULR: 'x' }),
      'SCIM_PUSH_TARGET_URL',
    ],
    [
      '78 for a file that is not there',
      78,
      () => Promise.resolve({ SCIM_PUSH_SOURCE_RECORDS_FILE: '/nowhere.json' }),
      '/nowhere.json',
    ],
    ['4 without seats', 4, () => restart({ seats: 1 }).then(() => ({})), 'SCIM_NO_SEATS'],
    [
      '3 when the source is suddenly empty',
      3,
      async () => {
        await program(['push'], settings())
        await save([])
        return {}
      },
      'empty-source',
    ],
  ]
  test.each(rows)('%s', { timeout: 60_000 }, async (_, expected, prepare, words) => {
    const changed = await prepare()
    const { code, stdout, stderr } = await program(['push', '--log-level', 'debug'], {
      ...settings(),
      ...changed,
    })
    expect(code, stderr).toBe(expected)
    expect(stdout + stderr).toContain(words)
    expect(stdout + stderr).not.toContain(TOKEN)
  })

  test('78 for a wrong command line', async () => {
    const { code, stderr } = await program(['push', '--nonsense'], settings())
    expect(code).toBe(78)
    expect(stderr).toContain('--nonsense')
  })

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)(
    '%s: what is in flight finishes, the report is printed, the next run goes on',
    async (signal, expected) => {
      await restart({ latencyMs: 30 })
      await save(Array.from({ length: 200 }, (_, n) => `user${n}`))
      const { code, stdout, stderr } = await program(
        ['push', '-o', 'json', '--set', 'target.maxConcurrency=4', '--log-level', 'warn'],
        settings(),
        (send) => {
          const timer = setInterval(() => {
            if (keeper.state.users.size < 10) return
            clearInterval(timer)
            send(signal)
          }, 5)
        },
      )
      expect(code).toBe(expected)
      const report = JSON.parse(stdout) as {
        result: string
        counts: { user: { create: { succeeded: number; skipped: number; failed: number } } }
      }
      expect(report.result).toBe('interrupted')
      const { succeeded, skipped, failed } = report.counts.user.create
      // Every write that reached the target is in the report as done, and no other.
      expect({ succeeded, failed, all: succeeded + skipped }).toEqual({
        succeeded: keeper.state.users.size,
        failed: 0,
        all: 200,
      })
      expect(skipped).toBeGreaterThan(0)
      expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/WARN: \d+ actions skipped/)])
      keeper.setLatency(0)
      expect((await program(['push'], settings())).code).toBe(0)
      expect(keeper.state.users.size).toBe(200)
    },
  )
})

test('check: a signal is no finding', async () => {
  await restart({ latencyMs: 3000 })
  const { code } = await program(['check'], settings(), (send) => {
    const timer = setInterval(() => {
      if (keeper.requests.length === 0) return
      clearInterval(timer)
      send('SIGTERM')
    }, 5)
  })
  expect(code).toBe(143)
})

test('the demo ends with the target holding what the source says', async () => {
  const { code, stdout, stderr } = await program(['demo'])
  expect(code, stderr).toBe(0)
  expect(stdout.trim().split('\n').at(-1)).toBe(
    'The Keeper emulator holds exactly what the source says: 201 users, 19 groups, 350 memberships.',
  )
})
