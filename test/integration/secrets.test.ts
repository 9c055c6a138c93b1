import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { makeKeyPair, type KeyPair } from '../../src/emulators/google/service-account.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { startLdapStub } from '../fixtures/ldap-stub/server.ts'
import { program, type Ended } from '../fixtures/program.ts'
import { startRecorder, type Parrot, type Recorder } from '../fixtures/recorder.ts'
import { serving, type Serving } from '../e2e/browser/serving.ts'

// Everything that the program can say is searched for every secret that went into it, or that it got on the way.

const TOKEN = 'tok-9f31c2a77e-of-the-target'
const PUSH_PASSWORD = 'pw-55d0aa1b-of-the-pushgateway'
const READER = 'tok-0b7e41aa-of-the-readers'

let keyPair: KeyPair
let folder: string
let keeper: KeeperEmulator
let google: GoogleEmulator
let toKeeper: Recorder
let toApi: Recorder
let toToken: Recorder
let toGateway: Recorder
let gateway: KeeperEmulator
let served: Serving | null = null

beforeAll(async () => {
  keyPair = await makeKeyPair()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'))
  keeper = await startKeeperEmulator({ token: TOKEN })
  // Anything that listens will do: what is pushed is refused, and that is told.
  gateway = await startKeeperEmulator({ token: PUSH_PASSWORD })
  google = await startGoogleEmulator({ keyPair })
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  google.directory.addUser({ primaryEmail: 'ann@corp.example' })
  google.directory.addUser({ primaryEmail: 'bob@corp.example', suspended: true })
  google.directory.addGroup({ email: 'keeper@corp.example', name: 'Keeper' }, ['ann@corp.example'])
  ;[toKeeper, toApi, toToken, toGateway] = await Promise.all([
    startRecorder(),
    startRecorder(),
    startRecorder(),
    startRecorder(),
  ])
  await writeFile(join(folder, 'credentials.json'), google.credentials(), { mode: 0o600 })
})
afterEach(async () => {
  await served?.stop()
  served = null
  for (const one of [toKeeper, toApi, toToken, toGateway, keeper, gateway, google]) await one.close()
  await rm(folder, { recursive: true })
})

const settings = (): Record<string, string> => ({
  SCIM_PUSH_SOURCE_TYPE: 'google',
  SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
  SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS_FILE: join(folder, 'credentials.json'),
  SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: `${new URL(toApi.through(google.rootUrl)).origin}/`,
  // Strict about its own name, so that nothing can stand before it.
  SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
  SCIM_PUSH_SCOPE_SCIM_GROUPS: 'Keeper',
  SCIM_PUSH_TARGET_URL: toKeeper.through(keeper.url),
  SCIM_PUSH_TARGET_TOKEN: TOKEN,
  SCIM_PUSH_STATUS_SHOW_SUBJECTS: 'true',
  SCIM_PUSH_LOG_LEVEL: 'debug',
})
const pushing = (): Record<string, string> => ({
  SCIM_PUSH_PUSHGATEWAY: new URL(toGateway.through(gateway.url)).origin,
  SCIM_PUSH_PUSHGATEWAY_USERNAME: 'pusher',
  SCIM_PUSH_PUSHGATEWAY_PASSWORD: PUSH_PASSWORD,
})

/** In every form in which one could slip through. */
const secrets = (): readonly string[] => {
  const { private_key: key } = JSON.parse(google.credentials()) as { private_key: string }
  const went = [toKeeper, toApi, toToken, toGateway].flatMap((recorder) => [...recorder.secrets])
  return (
    [...went, TOKEN, PUSH_PASSWORD, READER, ...key.split('\n').filter((line) => line.length > 20)]
      .filter((secret) => secret.length > 8)
      // A message may have cut it off.
      .map((secret) => secret.slice(0, 24))
      .flatMap((secret) => [
        secret,
        encodeURIComponent(secret),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      ])
  )
}

const search = (texts: Readonly<Record<string, string>>): void => {
  const found = secrets().flatMap((secret) =>
    Object.entries(texts).flatMap(([name, text]) => {
      const at = text.indexOf(secret)
      return at < 0 ? [] : [`${name}: …${text.slice(Math.max(0, at - 80), at)}<${secret.slice(0, 12)}…>`]
    }),
  )
  expect(found).toEqual([])
}

const searchEnded = async ({ stdout, stderr }: Ended): Promise<void> => {
  const files: Record<string, string> = {}
  for (const name of await readdir(folder))
    if (name !== 'credentials.json') files[name] = await readFile(join(folder, name), 'utf8')
  search({ stdout, stderr, ...files })
}

test('the search finds what it searches for', () => {
  expect(() => search({ stderr: `it says ${TOKEN} here` })).toThrow('to deeply equal []')
  // The key alone has more than twenty lines.
  expect(secrets().length).toBeGreaterThan(60)
})

describe.each(['text', 'json'])('with logs in %s', (format) => {
  test.each([
    ['push', 'text', 0],
    ['push', 'json', 0],
    ['push', 'markdown', 0],
    ['push', 'html', 0],
    ['plan', 'json', 0],
    ['check', 'text', 0],
    ['check', 'json', 0],
    ['explain ann@corp.example', 'text', 0],
    ['explain ann@corp.example', 'json', 0],
  ])('%s as %s', async (command, output, code) => {
    const args = [
      ...command.split(' '),
      '-o',
      output,
      '--log-format',
      format,
      '--output-file',
      join(folder, 'out'),
    ]
    const ended = await program(args, { ...settings(), ...(command === 'push' && pushing()) })
    expect(ended.code, ended.stderr).toBe(code)
    expect(ended.stderr).toContain('/admin/directory/v1/users')
    expect(toKeeper.secrets.has(TOKEN)).toBe(true)
    // Access tokens.
    expect(toApi.secrets.size).toBeGreaterThanOrEqual(1)
    expect(toGateway.secrets.has(PUSH_PASSWORD)).toBe(command === 'push')
    await searchEnded(ended)
  })
})

describe('a service that gives back what it was sent', () => {
  const places: readonly (readonly [string, () => Recorder, readonly Parrot[]])[] = [
    ['the target', () => toKeeper, ['scim', 'html', 'redirect', 'challenge']],
    ['the Directory API', () => toApi, ['google', 'html', 'redirect', 'challenge']],
    ['the token endpoint', () => toToken, ['token', 'google', 'html', 'redirect', 'challenge']],
    ['the Pushgateway', () => toGateway, ['scim', 'html', 'redirect', 'challenge']],
  ]
  const cases = places.flatMap(([name, recorder, ways]) => ways.map((way) => [name, way, recorder] as const))

  test.each(cases)('%s, as %s', { timeout: 120_000 }, async (name, way, recorder) => {
    const tokenUrl = { SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: toToken.through(google.tokenUrl) }
    const env = { ...settings(), ...pushing(), ...(name === 'the token endpoint' && tokenUrl) }
    recorder().parrot(way)
    const args = ['push', '-o', 'json', '--log-format', 'json']
    const ended = await program(
      way === 'html' && name !== 'the Pushgateway' ? ['check', ...args.slice(1)] : args,
      env,
    )
    expect(ended.code === 0, ended.stderr).toBe(name === 'the Pushgateway')
    await searchEnded(ended)
  })
})

test.each(['push', 'check'])(
  'a domain controller that repeats the password, as %s hears it',
  async (command) => {
    const password = 'pw-7e21f0c9 of the directory'
    const stub = await startLdapStub({
      objects: [],
      password,
      bind: () => ({ status: 49, diagnostic: `AcceptSecurityContext error, data 52e, ${password}` }),
    })
    const ended = await program([command, '--log-format', 'json'], {
      ...settings(),
      SCIM_PUSH_SOURCE_TYPE: 'activeDirectory',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: `ldap://127.0.0.1:${stub.port}`,
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_ALLOW_INSECURE: 'true',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_USER: 'CORP\\svc',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD: password,
    }).finally(() => stub.close())
    expect(stub.binds).not.toEqual([])
    expect(ended.code, ended.stderr).toBe(command === 'push' ? 77 : 1)
    expect(ended.stdout + ended.stderr).not.toContain('7e21f0c9')
  },
)

test('nothing that is shown over HTTP has one in it', async () => {
  served = await serving(['serve', '--interval', '1h', '--log-format', 'json'], {
    ...settings(),
    SCIM_PUSH_LISTEN_TOKEN: READER,
  })
  const { url, until, stop } = served
  await until('/metrics', 'scim_push_runs_total{result="converged"} 1')
  const ask = async (path: string): Promise<string> => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${READER}` } })
    expect(answer.status, path).toBe(200)
    return answer.text()
  }
  const page = await ask('/')
  const paths = [
    '/status',
    '/metrics',
    ...[...page.matchAll(/href="(reports\/[^"]+)"/g)].map(([, href]) => `/${href}`),
  ]
  expect(paths).toHaveLength(5)
  const shown: Record<string, string> = { page }
  for (const path of paths) shown[path] = await ask(path)
  const { stderr } = await stop()
  search({ ...shown, stderr })
})
