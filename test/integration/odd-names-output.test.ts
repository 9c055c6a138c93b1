import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isObject } from '../../src/lib/json.ts'
import { eventOf } from '../../src/kubernetes/event.ts'
import { statusOf } from '../../src/kubernetes/status.ts'
import { terminationMessage } from '../../src/kubernetes/termination-message.ts'
import { samplesOf } from '../../src/observe/metrics-of-run.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { oddNames } from '../fixtures/odd-names.ts'
import { program } from '../fixtures/program.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { startScimStub, type ScimStub } from '../fixtures/scim-stub.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'

// Every output with every odd name, done, failed and withheld: one line is one line, and a name is never anything but a name.

const names = oddNames.map(({ text }) => text)
/** What moves a cursor, ends a line to anyone, turns the direction or hides. */
const active = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

let folder: string
let stub: ScimStub

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'odd-names-'))
  writeFileSync(
    join(folder, 'people.json'),
    JSON.stringify({
      users: [
        ...names.map((name, n) => ({
          id: `u${n}`,
          email: `${name}@corp.example`,
          full_name: name,
          first_name: name,
          last_name: name,
          groups: [`g${n}`],
        })),
        ...['one', 'two'].map((id) => ({ id, email: '=cmd|!twice\u001b[2J\n@corp.example', full_name: id })),
      ],
      groups: names.map((name, n) => ({ id: `g${n}`, name })),
    }),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(async () => {
  stub = await startScimStub()
})
afterEach(() => stub.close())

const settings = () => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
  SCIM_PUSH_TARGET_URL: stub.url,
  SCIM_PUSH_TARGET_TOKEN: stub.token,
})

/** Every other person is refused, in words that repeat the name. */
const refuseSome = (): void => {
  let posts = 0
  stub.twist(({ method, path, body }, answer) => {
    if (method !== 'POST' || path !== '/Users' || ++posts % 2 === 0) return answer
    const userName = isObject(body) ? body['userName'] : ''
    return { status: 400, body: { detail: `no ${String(userName)} here` } }
  })
}

test.each([
  ['text', 'text'],
  ['json', 'json'],
  ['markdown', 'text'],
  ['html', 'json'],
])('push -o %s with a log as %s', { timeout: 120_000 }, async (output, format) => {
  refuseSome()
  const { code, stdout, stderr } = await program(
    ['push', '-o', output, '--log-format', format, '--log-level', 'debug'],
    settings(),
  )
  expect(code).toBe(4)

  expect(stderr).not.toMatch(active)
  const lines = stderr.trimEnd().split('\n')
  const created = lines.filter((line) => line.includes('user.create'))
  // One for each, done or failed; the two of one email are withheld.
  expect(created).toHaveLength(names.length)
  for (const line of lines) {
    if (format === 'json') {
      const { level, run, msg } = JSON.parse(line) as Record<string, unknown>
      expect([typeof run, ['debug', 'info', 'warn', 'error'].includes(String(level))]).toEqual([
        'string',
        true,
      ])
      expect(msg).not.toBe('forged')
    } else expect(line).toMatch(/^\[\d\d:\d\d:\d\d\] (DEBUG|INFO|WARN|ERROR): /)
  }
  expect(lines.filter((line) => /^(\[[\d:]+\] INFO: |.*"msg":")run ended/.test(line))).toHaveLength(1)

  expect(stdout).not.toMatch(active)
  switch (output) {
    case 'json': {
      const report = JSON.parse(stdout) as { actions: { kind: string; user: string }[]; withheld: object[] }
      const users = report.actions.flatMap(({ kind, user }) => (kind === 'user.create' ? [user] : []))
      expect(users.toSorted()).toEqual(names.map((name) => `${name}@corp.example`.trim()).toSorted())
      expect(report.withheld).toMatchObject([{ reason: 'ambiguous' }, { reason: 'ambiguous' }])
      break
    }
    case 'text':
      expect(stdout.split('\n').filter((line) => /; exit \d/.test(line))).toHaveLength(1)
      break
    case 'markdown':
      // Outside a code span no name has a say; what is left is markup of ours.
      expect(stdout.replace(/`[^`\n]*`/g, '')).not.toMatch(
        /[<[](?!\/?(details|summary|!)\b)|javascript|evil|@/i,
      )
      expect(stdout).toContain("`'=cmd\\u{7c}")
      break
    case 'html':
      expect(stdout).not.toMatch(/<(img|iframe|svg onload|a href=.?javascript|script>document)/i)
      expect(stdout.match(/<script/gi)).toHaveLength(2)
  }
})

test.each(['text', 'json'])('explain -o %s', { timeout: 120_000 }, async (output) => {
  const asked = names.filter((name) => /^(zo|\*\)|<img|eve\n|\u009b|__proto__|=cmd)/.test(name))
  expect(asked).toHaveLength(7)
  for (const name of asked) {
    const { code, stdout, stderr } = await program(
      ['explain', '-o', output, '--', `${name}@corp.example`],
      settings(),
    )
    expect([name, code]).toEqual([name, 0])
    expect(`${stdout}${stderr}`).not.toMatch(active)
    if (output === 'json')
      expect(JSON.parse(stdout)).toMatchObject({
        explanations: [{ people: [{ source: { displayName: name } }] }],
      })
  }
})

test('check', { timeout: 60_000 }, async () => {
  for (const output of ['text', 'json']) {
    const { stdout, stderr } = await program(['check', '-o', output], settings())
    expect(`${stdout}${stderr}`).not.toMatch(active)
    expect(stdout.length).toBeGreaterThan(100)
  }
})

describe('in a cluster, of a thousand names of a thousand characters that all fail', () => {
  const long = Array.from({ length: 1000 }, (_, n) => `${n}`.padEnd(1000, '\u{1f480}\u202e<'))
  const push = () =>
    runOnce(
      memorySource(() =>
        snapshot(
          long.map((name) => person(name, { key: person(name.slice(0, 4)).key })),
          [team(long[0] ?? '', [])],
        ),
      ),
      scimTargetTo(stub).target,
    )

  test.each([
    ['refused', 400, 'partial'],
    ['the token is refused half-way', 401, 'credentials'],
  ])('%s', { timeout: 120_000 }, async (_, status, result) => {
    stub.twist(({ method, body }, answer) =>
      method === 'GET' ? answer : { status, body: { detail: JSON.stringify(body) } },
    )
    const report = await push()
    expect(report.result).toBe(result)
    const note = eventOf(report)?.note ?? ''
    const message = terminationMessage(report.exitCode, [report])
    const statusText = JSON.stringify(statusOf(report, { generation: 1 }, null))
    const metrics = JSON.stringify(samplesOf(report, null))
    expect(Buffer.byteLength(note)).toBeLessThanOrEqual(1024)
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(4096)
    expect(Buffer.byteLength(statusText)).toBeLessThan(16_384)
    for (const text of [note, message, statusText, metrics]) {
      expect(text).not.toMatch(/\u{1f480}|\u202e|</u)
      expect(text).not.toContain('@corp.example')
    }
  })
})
