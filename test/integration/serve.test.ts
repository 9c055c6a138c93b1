import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { freePort } from '../fixtures/free-port.ts'
import { program } from '../fixtures/program.ts'

let folder: string
let keeper: KeeperEmulator
const TOKEN = 'the-token-that-nobody-may-see'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'serve-'))
  await writeFile(
    join(folder, 'people.json'),
    JSON.stringify({ users: [{ id: '1', email: 'ann@corp.example' }], groups: [] }),
  )
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: TOKEN })
})
afterEach(() => keeper.close())

const settings = () => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
  SCIM_PUSH_TARGET_URL: keeper.url,
  SCIM_PUSH_TARGET_TOKEN: TOKEN,
})

test(
  'serve runs again and again, answers meanwhile, and outlives a target that is away',
  { timeout: 60_000 },
  async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const get = async (path: string) => {
      const response = await fetch(`${url}${path}`)
      return { status: response.status, body: await response.text() }
    }
    /** Asks until the answer is as it should be; the test's time limit ends it otherwise. */
    const until = async (path: string, words: string): Promise<string> => {
      for (;;) {
        const body = await get(path).then(
          (answer) => answer.body,
          () => '',
        )
        if (body.includes(words)) return body
        await setTimeout(50)
      }
    }
    const looked = { metrics: '', status: '', failed: '', codes: [] as number[] }
    const look = async (): Promise<void> => {
      looked.metrics = await until('/metrics', 'scim_push_runs_total{result="converged"} 2')
      looked.status = await until('/status', '"result": "converged"')
      looked.codes = [
        (await get('/healthz')).status,
        (await get('/readyz')).status,
        (await get('/nothing')).status,
      ]
      keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
      looked.failed = await until('/metrics', 'scim_push_last_run_success{config="default"} 0')
    }
    let looking: Promise<void> = Promise.resolve()
    const { code, stderr, stdout } = await program(
      ['serve', '--interval', '1s', '--listen', `127.0.0.1:${port}`, '--log-format', 'json', '-o', 'none'],
      settings(),
      (send) => {
        looking = look().finally(() => send('SIGTERM'))
      },
    )
    await looking
    expect(code, stderr).toBe(143)
    expect(stdout).toBe('')
    expect(looked.codes).toEqual([200, 200, 404])
    expect(looked.metrics).toContain('scim_push_source_objects{config="default",kind="user"} 1')
    expect(looked.metrics).toMatch(/scim_push_last_success_timestamp_seconds\{config="default"\} \d/)
    expect(looked.metrics).toMatch(
      /scim_push_client_requests_total\{system="scim",method="POST",code="201"\} 1/,
    )
    expect(JSON.parse(looked.status)).toMatchObject({
      runs: [{ config: 'default', result: 'converged', summary: 'nothing to change.' }],
    })
    expect(looked.status + looked.metrics).not.toMatch(/ann@/)
    expect(looked.status + looked.metrics + stderr).not.toContain(TOKEN)
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { run: string; msg: string })
    const runs = new Set(lines.filter(({ msg }) => msg === 'run started').map(({ run }) => run))
    expect(runs.size).toBeGreaterThanOrEqual(2)
  },
)

test(
  'a document that can’t be read for a while keeps its last success, and the guess of its name goes again',
  { timeout: 60_000 },
  async () => {
    const port = await freePort()
    const file = join(folder, 'file.yaml')
    const good = 'apiVersion: scim-push.io/v1alpha1\nkind: SyncConfig\nmetadata: {name: acme}\nspec: {}\n'
    await writeFile(file, good)
    const until = async (there: string, gone: string): Promise<string> => {
      for (;;) {
        const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
          (answer) => answer.text(),
          () => '',
        )
        if (text.includes(there) && !text.includes(gone)) return text
        await setTimeout(50)
      }
    }
    const success = 'scim_push_last_success_timestamp_seconds{config="acme"}'
    const broken = 'scim_push_last_run_success{config="file.yaml"} 0'
    let metrics = ''
    const look = async (): Promise<void> => {
      await until(success, broken)
      await writeFile(file, 'spec: [')
      metrics = await until(broken, 'nothing of this')
      await writeFile(file, good)
      await until(success, broken)
    }
    let looking: Promise<void> = Promise.resolve()
    const { code } = await program(
      ['serve', '--config', file, '--interval', '1s', '--listen', `127.0.0.1:${port}`, '-o', 'none'],
      settings(),
      (send) => {
        looking = look().finally(() => send('SIGTERM'))
      },
    )
    await looking
    expect(code).toBe(143)
    // Alone it is that an alert on what is stale looks at.
    expect(metrics).toContain(success)
  },
)

test.each([
  ['without a schedule', [], 'CONFIG_MISSING'],
  ['with a wrong one', ['--schedule', 'hourly'], 'CONFIG_WRONG_VALUE'],
  ['with an interval that is none', ['--interval', '0s'], '--interval'],
  ['with an address that is none', ['--interval', '1s', '--listen', 'x:y'], '--listen'],
])('serve %s: 78', async (_, args, words) => {
  const { code, stderr } = await program(['serve', ...args], settings())
  expect([code, stderr]).toEqual([78, expect.stringContaining(words)])
  expect(keeper.requests).toEqual([])
})

test('a signal in the middle of a run: that one ends, and none is announced after it', async () => {
  keeper.setLatency(1500)
  const { code, stderr } = await program(
    ['serve', '--interval', '1s', '--log-format', 'json', '-o', 'none'],
    settings(),
    (send) => {
      const watch = async (): Promise<void> => {
        while (keeper.requests.length === 0) await setTimeout(20)
        send('SIGTERM')
      }
      void watch()
    },
  )
  expect(code, stderr).toBe(143)
  expect(stderr.match(/"msg":"run ended"/g)).toHaveLength(1)
  expect(stderr.match(/"msg":"next run"/g)).toHaveLength(1)
})

test('a port that is taken: the run does not begin', async () => {
  const { port } = new URL(keeper.url)
  const { code, stderr } = await program(['push', '--listen', `127.0.0.1:${port}`], settings())
  expect([code, stderr]).toEqual([78, expect.stringContaining('LISTEN_FAILED')])
  expect(keeper.requests).toEqual([])
})

test('--output none: the log alone', async () => {
  const { code, stdout, stderr } = await program(['push', '-o', 'none', '--log-format', 'json'], settings())
  expect([code, stdout]).toEqual([0, ''])
  expect(
    stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { msg: string }).msg),
  ).toEqual(['run started', 'planned', 'user.create ann@corp.example', 'run ended'])
})
