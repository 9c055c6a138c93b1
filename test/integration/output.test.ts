import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'

// Where the result and the log go, and what happens when they can't.

let folder: string
let keeper: KeeperEmulator
const USERS = 30

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'))
  const users = Array.from({ length: USERS }, (_, n) => ({
    id: `u${n}`,
    email: `u${n}@corp.example`,
    full_name: `u${n}`,
    active: true,
    groups: [],
  }))
  await writeFile(join(folder, 'people.json'), JSON.stringify({ users, groups: [] }))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

const settings = () => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
  SCIM_PUSH_TARGET_URL: keeper.url,
  SCIM_PUSH_TARGET_TOKEN: keeper.token,
})

/** Runs it with nobody at the other end of these, or with standard output in that file. */
const unread = async (args: readonly string[], closed: string) => {
  const file = closed.startsWith('/') ? openSync(closed, 'w') : null
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    env: { PATH: process.env['PATH'], ...settings() },
    stdio: ['ignore', file ?? 'pipe', 'pipe'],
  })
  if (closed === 'stdout') child.stdout?.destroy()
  if (closed === 'stderr') child.stderr?.destroy()
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (part: Buffer) => (text += part.toString('utf8')))
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve))
  if (file !== null) closeSync(file)
  return { code, text }
}

describe('streams', () => {
  test('a log that nobody reads any more does not end a push half-way', async () => {
    const { code, text } = await unread(['push'], 'stderr')
    expect([code, keeper.state.users.size]).toEqual([0, USERS])
    expect(text).toContain('Converged')
  })

  test('a reader that has seen enough is no error', async () => {
    const { code, text } = await unread(['push'], 'stdout')
    expect([code, keeper.state.users.size]).toEqual([0, USERS])
    expect(text).not.toContain('EPIPE')
    expect((await unread(['--help'], 'stdout')).text).toBe('')
  })

  test.runIf(existsSync('/dev/full'))('a result that does not fit on the disk is no success', async () => {
    const { code, text } = await unread(['plan'], '/dev/full')
    expect(code).toBe(1)
    expect(text).toContain('the result could not be written')
    expect(text).not.toMatch(/^ +at /m)
  })
})

describe('--output-file', () => {
  test.each(['text', 'json'])('a push whose report has nowhere to go does not begin: %s', async (output) => {
    const file = join(folder, 'nowhere', 'report')
    const { code, stdout, stderr } = await program(['push', '-o', output, '--output-file', file], settings())
    expect([code, keeper.requests]).toEqual([78, []])
    expect(stderr).toContain('OUTPUT_UNWRITABLE')
    expect(stderr).toContain('its directory does not exist')
    expect(stderr).not.toMatch(/^ +at /m)
    if (output === 'json')
      expect(JSON.parse(stdout)).toMatchObject({ exitCode: 78, error: { code: 'OUTPUT_UNWRITABLE' } })
  })

  test.each(['text', 'json'])('what an earlier run left is not taken for this one: %s', async (output) => {
    const file = join(folder, `report.${output}`)
    await writeFile(file, 'Converged')
    const { code } = await program(['push', '-o', output, '--output-file', file, '-c', '/nowhere.yaml'])
    expect(code).toBe(78)
    const report = await readFile(file, 'utf8')
    expect(report).toContain('CONFIG_DOCUMENT_UNREADABLE')
    expect(report).not.toContain('Converged')
  })
})

describe('Markdown and HTML', () => {
  test.each([
    ['markdown', /^## ⚠️ Plan of `.+`: changes \(exit 0\)\n/],
    ['html', /^<!doctype html>\n<html lang="en">[^]*<\/html>\n$/],
  ])('%s: the report of a plan, and nothing else on standard output', async (output, document) => {
    const { code, stdout } = await program(['plan', '-o', output], settings())
    expect(code).toBe(0)
    expect(stdout).toMatch(document)
    expect(stdout).toContain('30 users to create')
    expect(stdout).not.toContain(keeper.token)
  })

  test.each([
    ['markdown', /^## ❌ Push: wrong configuration \(exit 78\)\n[^]*CONFIG_DOCUMENT_UNREADABLE/],
    ['html', /^<!doctype html>\n[^]*Push: wrong configuration[^]*CONFIG_DOCUMENT_UNREADABLE[^]*<\/html>\n$/],
  ])('%s: of a run that did not begin', async (output, document) => {
    const file = join(folder, `broken.${output}`)
    const { code } = await program(['push', '-o', output, '--output-file', file, '-c', '/nowhere.yaml'])
    expect(code).toBe(78)
    expect(await readFile(file, 'utf8')).toMatch(document)
  })

  test.each([
    ['push', true],
    ['plan', true],
    ['check', false],
    ['list', false],
    ['serve', false],
    ['explain', false],
  ])('%s: its help says which it takes, and it takes no other', async (command, takes) => {
    const { stdout } = await program([command, '--help'])
    const [choices] = /\(choices: "text",[^)]*/.exec(stdout.replace(/\s+/g, ' ')) ?? []
    expect(choices).toBe(
      `(choices: "text", "json", ${takes ? '"markdown", "html", ' : ''}"none", default: "text"`,
    )
    if (takes) return
    const refused = await program([command, ...(command === 'explain' ? ['ann'] : []), '-o', 'html'])
    expect([refused.code, refused.stdout]).toEqual([78, ''])
    expect(refused.stderr).toContain('Allowed choices are text, json, none.')
  })
})

describe('the log says what went wrong, wherever the result goes', () => {
  const wrong = { SCIM_PUSH_TARGET_TOKEN: 'wrong' }
  test('of a run', async () => {
    const { code, stderr } = await program(['push', '-o', 'json'], { ...settings(), ...wrong })
    expect(code).toBe(77)
    expect(stderr).toMatch(/ERROR: push failed .*SCIM_UNAUTHORIZED/)
  })

  test('of a configuration', async () => {
    const { stderr } = await program(['plan', '-o', 'json', '-c', '/nowhere.yaml'])
    expect(stderr).toContain('CONFIG_DOCUMENT_UNREADABLE')
  })

  test('as JSON alone, with --log-format json', async () => {
    for (const args of [['push'], ['check'], ['push', '-o', 'json']]) {
      const { stderr } = await program([...args, '--log-format', 'json'])
      const lines = stderr.trim().split('\n')
      expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toContain('error')
    }
  })

  test('a check that could not begin is a document like any other', async () => {
    const { stdout } = await program(['check', '-o', 'json'])
    expect(JSON.parse(stdout)).toMatchObject({
      version: 'scim-push.io/check/v1',
      exitCode: 78,
      error: { code: 'CONFIG_MISSING' },
    })
  })

  test('withheld: a line for each cause, not for each entry', async () => {
    await program(['push'], settings())
    await writeFile(join(folder, 'none.json'), JSON.stringify({ users: [], groups: [] }))
    const env = { ...settings(), SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'none.json') }
    const { code, stderr } = await program(['push', '--log-level', 'warn'], env)
    expect(code).toBe(3)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(stderr).toMatch(/WARN: withheld .*"count":30/)
  })
})
