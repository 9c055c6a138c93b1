import { createServer, type RequestListener, type Server } from 'node:http'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { without } from '../fixtures/config.ts'
import { freePort } from '../fixtures/free-port.ts'
import { program } from '../fixtures/program.ts'

// What a Pushgateway that does not do its part costs a run: one warning. The real one is in test/e2e/pushgateway.test.ts.

let folder: string
let keeper: KeeperEmulator
let gateway: Server
let url: string
let answer: RequestListener
let got: { readonly url: string; readonly authorization: string | undefined; readonly body: string }[]
const TOKEN = 'the-token-that-nobody-may-see'
const PUSH_TOKEN = 'the-token-of-the-gateway'

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pushing-'))
  await writeFile(
    join(folder, 'people.json'),
    JSON.stringify({ users: [{ id: '1', email: 'ann@corp.example' }], groups: [] }),
  )
  gateway = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      got.push({ url: request.url ?? '', authorization: request.headers.authorization, body })
      answer(request, response)
    })
  })
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`
})
afterAll(async () => {
  gateway.closeAllConnections()
  gateway.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  got = []
  keeper = await startKeeperEmulator({ token: TOKEN })
})
afterEach(() => keeper.close())

const settings = () => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
  SCIM_PUSH_TARGET_URL: keeper.url,
  SCIM_PUSH_TARGET_TOKEN: TOKEN,
  SCIM_PUSH_PUSHGATEWAY_TOKEN: PUSH_TOKEN,
})
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end()
const warningsIn = (stderr: string): readonly string[] => stderr.match(/WARN: .*/g) ?? []

test.each<[string, RequestListener, string, number]>([
  [
    'a redirect',
    (_, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end(),
    'PUSHGATEWAY_REDIRECT',
    1,
  ],
  ['401', status(401), 'PUSHGATEWAY_UNAUTHORIZED', 1],
  ['400', status(400), 'PUSHGATEWAY_REFUSED', 1],
  ['500', status(500), 'PUSHGATEWAY_UNAVAILABLE', 3],
  ['a page', status(200, { 'content-type': 'text/html' }), 'PUSHGATEWAY_REFUSED', 1],
  ['a connection that breaks', (request) => request.socket.destroy(), 'PUSHGATEWAY_UNREACHABLE', 3],
])('%s: one warning with code and place, and the exit code stays', async (_, how, code, tries) => {
  answer = how
  const {
    code: exitCode,
    stdout,
    stderr,
  } = await program(['push', '--pushgateway', url, '--log-level', 'debug'], settings())
  expect(exitCode).toBe(0)
  expect(warningsIn(stderr)).toEqual([expect.stringContaining(`"code":"${code}"`)])
  expect(stderr).toContain(`"where":"POST ${url}/metrics/job/scim-push/config/default"`)
  expect(got.map((one) => one.url)).toEqual(Array(tries).fill('/metrics/job/scim-push/config/default'))
  expect(got[0]!.authorization).toBe(`Bearer ${PUSH_TOKEN}`)
  expect(stdout + stderr).not.toContain(PUSH_TOKEN)
})

test.each([
  ['nobody there', async () => `http://127.0.0.1:${await freePort()}`],
  ['no such host', () => Promise.resolve('https://nobody.invalid')],
])('%s: a run that fails ends as it would have', async (_, where) => {
  keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
  const { code, stderr } = await program(['push', '--pushgateway', await where()], settings())
  expect(code).toBe(77)
  expect(warningsIn(stderr)).toEqual([expect.stringContaining('PUSHGATEWAY_UNREACHABLE')])
})

test('what is wrong with the flags is told before the run begins, with 78', async () => {
  const { code, stderr } = await program(['push', '--pushgateway', 'http://gateway.example:9091'], settings())
  expect([code, stderr]).toEqual([
    78,
    expect.stringContaining('CONFIG_INSECURE: --pushgateway would send cred'),
  ])
  expect(keeper.requests).toEqual([])
})

describe('who pushes no metrics says so', () => {
  test.each<[string, readonly string[], Readonly<Record<string, string>>, RegExp]>([
    ['plan', ['plan', '--pushgateway', 'http://u:hush@x'], {}, /--pushgateway is for push: plan/],
    [
      'serve',
      ['serve', '--interval', '1h', '--pushgateway', 'http://u:hush@x'],
      {},
      /scraped, with --listen/,
    ],
    [
      'serve, by the environment',
      ['serve', '--interval', '1h'],
      { SCIM_PUSH_PUSHGATEWAY: 'http://u:hush@x' },
      /scraped/,
    ],
    ['check', ['check', '--pushgateway', 'http://u:hush@x'], {}, /unknown option '--pushgateway'/],
  ])('%s', async (_, args, env, words) => {
    const { code, stdout, stderr } = await program(args, { ...settings(), ...env })
    expect([code, stdout]).toEqual([78, ''])
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('hush')
  })

  test('plan, by the environment: the variables are there for push', async () => {
    const { code } = await program(['plan'], { ...settings(), SCIM_PUSH_PUSHGATEWAY: url })
    expect([code, got]).toEqual([0, []])
  })
})

/** Documents of a name each, with a target of its own that nobody may read. */
const documents = async (names: readonly string[]): Promise<readonly string[]> => {
  const { port } = new URL(keeper.url)
  await Promise.all(
    names.map((name) =>
      writeFile(
        join(folder, `${name}.yaml`),
        `apiVersion: scim-push.io/v1alpha1\nkind: SyncConfig\nmetadata: {name: ${name}}\nspec: {target: {url: 'http://127.0.0.1:${port}/${name}'}}\n`,
      ),
    ),
  )
  return names.flatMap((name) => ['--config', join(folder, `${name}.yaml`)])
}
const several = () => without(settings(), 'SCIM_PUSH_TARGET_URL')

/** Pushes, and is told to stop when the gateway is asked for the first time; a second signal would end it at once. */
const stoppedByFirstPush = async (args: readonly string[], then: RequestListener) => {
  let stop: () => void = () => undefined
  answer = (request, response) => {
    stop()
    then(request, response)
  }
  return program(['push', '--pushgateway', url, ...args], several(), (send) => {
    stop = () => {
      stop = () => undefined
      send('SIGTERM')
    }
  })
}

test(
  'a gateway that says nothing: a run that is told to stop does not wait for it again and again',
  { timeout: 60_000 },
  async () => {
    const args = await documents(['one', 'two', 'three', 'four'])
    const { code, stderr } = await stoppedByFirstPush(args, () => undefined)
    expect(code, stderr).toBe(143)
    expect(warningsIn(stderr)).toEqual(Array(4).fill(expect.stringContaining('PUSHGATEWAY_UNREACHABLE')))
    // The time for all of them is up with the first one.
    expect(new Set(got.map((one) => one.url))).toEqual(new Set(['/metrics/job/scim-push/config/one']))
  },
)

test('a gateway that works: runs that a signal kept from beginning are told of as well', async () => {
  const args = await documents(['one', 'two'])
  const { code, stderr } = await stoppedByFirstPush(args, status(200))
  expect(code, stderr).toBe(143)
  expect(got.map((one) => one.url)).toEqual(
    ['one', 'two'].map((name) => `/metrics/job/scim-push/config/${name}`),
  )
  for (const { body } of got) expect(body).toMatch(/scim_push_last_run_success\{config="\w+"\} 0/)
})
