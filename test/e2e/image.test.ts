import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startGoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { buildImage, inspectImage, runImage, stopContainer } from './image/container.ts'

let folder: string
beforeAll(async () => {
  await buildImage()
  folder = await mkdtemp(join(tmpdir(), 'image-test-'))
  await chmod(folder, 0o755)
})
afterAll(() => rm(folder, { recursive: true }))

test('runs as nobody in particular, with its labels, and adds less than 10 MB', async () => {
  const [image] = (await inspectImage()) as readonly [
    { User: string; Labels: Record<string, string>; Config: { Entrypoint: string[] } },
  ]
  expect(image.User).toBe('65532:65532')
  expect(image.Labels).toMatchObject({
    'org.opencontainers.image.version': '1.2.3',
    'org.opencontainers.image.revision': 'abc',
    'org.opencontainers.image.licenses': 'Apache-2.0',
  })
  const size = await runImage(
    ['--entrypoint', '/nodejs/bin/node'],
    [
      '-e',
      "const fs=require('fs');console.log(JSON.stringify({bytes:fs.readdirSync('/app').reduce((n,f)=>n+fs.statSync('/app/'+f).size,0),shell:fs.existsSync('/bin/sh'),modules:fs.existsSync('/app/node_modules'),uid:process.getuid()}))",
    ],
  )
  const found = JSON.parse(size.stdout) as { bytes: number; shell: boolean; modules: boolean; uid: number }
  expect(found).toMatchObject({ shell: false, modules: false, uid: 65532 })
  expect(found.bytes).toBeLessThan(10_000_000)
})

test('demo', async () => {
  const { code, stdout, stderr } = await runImage([], ['demo'])
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('holds exactly what the source says')
})

test('push, as a CI pipeline calls it', async () => {
  const google = await startGoogleEmulator()
  const keeper = await startKeeperEmulator()
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  for (let n = 0; n < 50; n++) google.directory.addUser({ primaryEmail: `user${n}@corp.example` })
  google.directory.addGroup(
    { email: 'team@corp.example', name: 'Team' },
    Array.from({ length: 50 }, (_, n) => `user${n}@corp.example`),
  )
  const credentials = join(folder, 'credentials.json')
  await writeFile(credentials, google.credentials(), { mode: 0o444 })
  const settings = {
    SOURCE_TYPE: 'google',
    SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
    SOURCE_GOOGLE_CREDENTIALS_FILE: '/secrets/credentials.json',
    SOURCE_GOOGLE_ROOT_URL: google.rootUrl,
    SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
    SCOPE_SCIM_GROUPS: 'team@corp.example',
    TARGET_URL: keeper.url,
    TARGET_TOKEN: keeper.token,
  }
  const options = [
    '-v',
    `${credentials}:/secrets/credentials.json:ro`,
    ...Object.entries(settings).flatMap(([name, value]) => ['-e', `SCIM_PUSH_${name}=${value}`]),
  ]
  const first = await runImage(options, ['push'])
  expect(first.code, first.stderr).toBe(0)
  expect(keeper.state.summary().groups['Team']).toHaveLength(50)
  const second = await runImage(options, ['plan', '--detailed-exitcode'])
  expect(second.code, second.stderr).toBe(0)
  await Promise.all([google.close(), keeper.close()])
})

test('SIGTERM to process 1: what is in flight finishes, and it says so', async () => {
  const keeper = await startKeeperEmulator({ latencyMs: 50 })
  const file = join(folder, 'people.json')
  await writeFile(
    file,
    JSON.stringify({
      users: Array.from({ length: 300 }, (_, n) => ({ id: `${n}`, email: `u${n}@corp.example` })),
      groups: [],
    }),
    { mode: 0o444 },
  )
  const name = `scim-push-e2e-${process.pid}`
  const env = {
    SOURCE_TYPE: 'records',
    SOURCE_RECORDS_FILE: '/in/people.json',
    TARGET_URL: keeper.url,
    TARGET_TOKEN: keeper.token,
    TARGET_MAX_CONCURRENCY: '4',
  }
  const { code, stdout } = await runImage(
    [
      '--name',
      name,
      '-v',
      `${file}:/in/people.json:ro`,
      ...Object.entries(env).flatMap(([key, value]) => ['-e', `SCIM_PUSH_${key}=${value}`]),
    ],
    ['push', '--output', 'json'],
    () => {
      const timer = setInterval(() => {
        if (keeper.state.users.size < 10) return
        clearInterval(timer)
        void stopContainer(name)
      }, 20)
    },
  )
  expect(code).toBe(143)
  const report = JSON.parse(stdout) as { result: string; counts: { user: { create: { succeeded: number } } } }
  expect([report.result, report.counts.user.create.succeeded]).toEqual([
    'interrupted',
    keeper.state.users.size,
  ])
  await keeper.close()
})
