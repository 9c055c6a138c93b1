import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'

// What an operator reads before the first push, from the program itself.

let google: GoogleEmulator
let keeper: KeeperEmulator
let folder: string

beforeEach(async () => {
  google = await startGoogleEmulator()
  keeper = await startKeeperEmulator()
  folder = await mkdtemp(join(tmpdir(), 'scim-push-check-'))
  await writeFile(join(folder, 'key.json'), google.credentials())
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  for (const name of ['ann', 'bob', 'cat']) google.directory.addUser({ primaryEmail: `${name}@corp.example` })
  google.directory.addGroup({ email: 'sales@corp.example', name: 'Sales' }, [
    'ann@corp.example',
    'bob@corp.example',
  ])
  google.directory.addGroup({ email: 'keeper@corp.example', name: 'Keeper' }, [
    'sales@corp.example',
    'cat@corp.example',
  ])
})
afterEach(async () => {
  await Promise.all([google.close(), keeper.close()])
  await rm(folder, { recursive: true })
})

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  program([...args, '--log-level', 'error'], {
    SCIM_PUSH_SOURCE_TYPE: 'google',
    SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
    SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS_FILE: join(folder, 'key.json'),
    SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: google.rootUrl,
    SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
    SCIM_PUSH_SCOPE_SCIM_GROUPS: 'keeper@corp.example',
    SCIM_PUSH_SCOPE_GROUPS: 'all',
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: keeper.token,
    ...more,
  })

test('after a push all is well, and short', async () => {
  expect((await run(['push', '-o', 'none'])).code).toBe(0)
  const { code, stdout } = await run(['check'])
  expect(code).toBe(0)
  expect(stdout).not.toMatch(/[!✗→]/)
  expect(stdout).toContain(
    '\nplan  3 people and 1 group in scope, 3 accounts and 1 group at the target\n  ✓ plan-changes         a push would change nothing\n\n',
  )
  expect(stdout.split('\n').length).toBeLessThan(40)
})

test('a target that others filled before: told with what to do, and nothing is written', async () => {
  google.directory.addGroup({ email: 'sales2@corp.example', name: 'SALES' }, ['cat@corp.example'])
  google.directory.addMember('keeper@corp.example', { type: 'USER', email: 'guest@else.example' })
  google.directory.updateUser('cat@corp.example', { suspended: true })
  const old = keeper.state.addGroup({ displayName: 'Old', externalId: 'entra-group' })
  keeper.state.addUser({ userName: 'ann@corp.example' })
  keeper.state.addUser({ userName: 'bob@corp.example', externalId: 'entra-7' })
  keeper.state.addUser({ userName: 'owner@corp.example' })
  keeper.state.addUser({ userName: 'left@corp.example', externalId: 'entra-9', groups: new Set([old.id]) })
  const before = JSON.stringify([[...keeper.state.users.values()], [...keeper.state.groups.values()]])
  const { code, stdout } = await run(['check'], { SCIM_PUSH_POLICY_PROTECTED: 'svc-*' })
  expect(code).toBe(0)
  const lines = stdout.split('\n')
  for (const [n, text] of lines.entries()) if (text.startsWith('  !')) expect(lines[n + 1]).toMatch(/^ +→ ./)
  expect(lines.filter((text) => text.startsWith('  !')).map((text) => text.slice(4, 24).trim())).toEqual([
    'duplicate-group',
    'plan-takeover',
    'plan-removals',
    'plan-protected',
  ])
  expect(stdout).toContain('3 people in scope, 1 of them inactive (1 suspended)')
  expect(stdout).toContain('by their name, 1 account (ann@corp.example)')
  expect(stdout).toContain('by their name, 1 account (bob@corp.example), which carry another externalId')
  expect(stdout).toContain('left alone: 1 account (owner@corp.example)')
  expect(stdout).toContain('guest@else.example')
  expect(stdout).toMatch(/a push would deactivate 1 user \(left@corp\.example\) and delete 1 group \(Old\)/)
  expect(keeper.requests.every((request) => request.startsWith('GET'))).toBe(true)
  expect(JSON.stringify([[...keeper.state.users.values()], [...keeper.state.groups.values()]])).toBe(before)
})

interface Part {
  readonly description: string
  readonly findings: readonly { readonly level: string; readonly check: string; readonly message: string }[]
}

const parts = async (more: Readonly<Record<string, string>> = {}) => {
  const { code, stdout } = await run(['check', '-o', 'json'], more)
  const report = JSON.parse(stdout) as Record<'source' | 'target' | 'plan', Part>
  const names = (part: Part): readonly string[] =>
    part.findings
      .filter(({ level }) => level !== 'ok')
      .map(({ check, message }) => `${check} ${message.split(':')[0]}`)
  return {
    code,
    report,
    source: names(report.source),
    target: names(report.target),
    plan: names(report.plan),
  }
}

test('the target does not answer: the scope is looked at all the same', async () => {
  const { code, report, source, target, plan } = await parts({
    SCIM_PUSH_TARGET_URL: 'http://127.0.0.1:1/scim',
  })
  expect([code, source, target, plan]).toEqual([1, [], ['scim-reachable SCIM_UNREACHABLE'], []])
  expect(report.plan.description).toBe('not compared: the target could not be read')
  expect(report.source.findings.map(({ check }) => check)).toContain('scope-people')
})

test('the source refuses: the target is looked at all the same', async () => {
  google.setScopes([])
  const { code, report, source, plan } = await parts()
  expect([code, source, plan]).toEqual([1, Array(3).fill('google-scope GOOGLE_SCOPES_NOT_DELEGATED'), []])
  expect(report.plan.description).toBe('not compared: the source could not be read')
  expect(report.target.findings.map(({ check }) => check)).toContain('scim-paging')
})

test('a list that fails only when it is read in full', async () => {
  keeper.state.addUser({ userName: 'ann@corp.example' })
  let users = 0
  keeper.setFaults(({ path }) =>
    // The first two are of the check itself.
    path === '/Users' && ++users > 2
      ? { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
      : null,
  )
  const { code, target, plan } = await parts()
  expect([code, target, plan]).toEqual([1, [], ['plan-read SCIM_MALFORMED']])
})
