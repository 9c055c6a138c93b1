import { execFile } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { openBrowser, openPage } from './browser/browser.ts'

const run = promisify(execFile)
let folder: string

beforeAll(async () => {
  await run(process.execPath, ['.ci/build.ts'])
  folder = await mkdtemp(join(tmpdir(), 'bundle-'))
  await cp('dist', join(folder, 'dist'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))

/** The bundle, where no package can be found. */
const bundle = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  run(process.execPath, [join(folder, 'dist', 'main.js'), ...args], {
    cwd: folder,
    env: { PATH: '', ...env },
  })

test('the bundle goes the whole way without any package', async () => {
  expect((await bundle(['version'])).stdout).toMatch(/^scim-push \d/)
  expect((await bundle(['demo'])).stdout).toContain('holds exactly what the source says')
})

test('the bundle loads every source', async () => {
  const keeper = await startKeeperEmulator()
  const target = { SCIM_PUSH_TARGET_URL: keeper.url, SCIM_PUSH_TARGET_TOKEN: keeper.token }
  const file = join(folder, 'people.json')
  await writeFile(file, JSON.stringify({ users: [{ id: '1', email: 'ann@corp.example' }], groups: [] }))
  const pushed = await bundle(['push'], {
    ...target,
    SCIM_PUSH_SOURCE_TYPE: 'records',
    SCIM_PUSH_SOURCE_RECORDS_FILE: file,
  })
  expect(pushed.stdout).toContain('1 user to create')
  // Nothing listens there: the error is the source's own, so its client was loaded.
  const directory = {
    SCIM_PUSH_SOURCE_TYPE: 'activeDirectory',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldaps://127.0.0.1:9',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_USER: 'CORP\\x',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD: 'x',
  }
  await expect(bundle(['push'], { ...target, ...directory })).rejects.toMatchObject({
    code: 69,
    stdout: expect.stringContaining('AD_UNREACHABLE') as string,
  })
  await keeper.close()
})

test('the page that the bundle makes runs its script, which the bundler had in its hands', async () => {
  const keeper = await startKeeperEmulator()
  const [source, page] = [join(folder, 'ann.json'), join(folder, 'report.html')]
  await writeFile(source, JSON.stringify({ users: [{ id: '1', email: 'ann@corp.example' }], groups: [] }))
  await bundle(['plan', '-o', 'html', '--output-file', page], {
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: keeper.token,
    SCIM_PUSH_SOURCE_TYPE: 'records',
    SCIM_PUSH_SOURCE_RECORDS_FILE: source,
  })
  const browser = await openBrowser()
  const { page: shown, complaints } = await openPage(browser)
  await shown.goto(pathToFileURL(page).href)
  expect(await shown.locator('#matches').innerText()).toBe('1 entry')
  expect(complaints).toEqual([])
  await browser.close()
  await keeper.close()
})
