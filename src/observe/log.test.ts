import { describe, expect, test } from 'vitest'
import { Secret } from '../lib/secret.ts'
import { createLog } from './log.ts'
import type { LogFormat, LogLevel } from './log-options.ts'

const logged = (level: LogLevel, format: LogFormat) => {
  const lines: string[] = []
  const log = createLog({ level, format, runId: 'r1', colour: false, write: (text) => lines.push(text) })
  log.error('broken', { code: 'X' })
  log.warn('look')
  log.info('planned', { actions: 3 })
  log.debug('GET /Users', { status: 200, token: new Secret('hush').toString() })
  return lines
}

describe('log', () => {
  test('JSON: one object a line, with the run id and the level in words', () => {
    const [first] = logged('info', 'json').map((line) => JSON.parse(line) as object)
    expect(first).toMatchObject({
      level: 'error',
      run: 'r1',
      code: 'X',
      msg: 'broken',
      time: expect.any(String) as string,
    })
  })

  test.each<[LogLevel, number]>([
    ['error', 1],
    ['warn', 2],
    ['info', 3],
    ['debug', 4],
  ])('level %s lets %i through', (level, count) => {
    expect(logged(level, 'json')).toHaveLength(count)
  })

  test('text: a line for a person, and no secret', () => {
    const text = logged('debug', 'text').join('')
    expect(text).toMatch(/INFO.*planned.*"actions":3/)
    expect(text).not.toContain('hush')
    expect(text).toContain('[secret]')
    expect(text.trim().split('\n')).toHaveLength(4)
  })

  test('text: a name can neither fake a line nor colour the terminal', () => {
    const lines: string[] = []
    const log = createLog({
      level: 'info',
      format: 'text',
      runId: 'r1',
      colour: false,
      write: (text) => lines.push(text),
    })
    log.info('user.create eve\n[00:00:00] INFO: all is well\u001b[2J', {
      subject: 'a\u202eb',
      subjects: ['c\u009bd'],
    })
    expect(lines.join('')).toContain('eve\\u{a}[00:00:00] INFO: all is well\\u{1b}[2J')
    expect(lines.join('').trim()).not.toMatch(/[\p{Cc}\u202e]/u)
  })

  test('JSON: a name ends no line, not to anyone, and colours no terminal', () => {
    const lines: string[] = []
    const log = createLog({
      ...{ level: 'info', format: 'json', runId: 'r1', colour: false },
      write: (text) => lines.push(text),
    })
    const name = 'eve\n\u0085\u2028{"level":"info"}\u009b31m\u001b[2J\u202e\ud800'
    log.info(`user.create ${name}`, { subjects: [name], ['__proto__x']: name })
    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*\n$/u)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'info', subjects: [name] })
  })

  test.each(['text', 'json'] as const)('%s: a line is bounded, however long a name is', (format) => {
    const lines: string[] = []
    const log = createLog({
      ...{ level: 'info', format, runId: 'r1', colour: false },
      write: (text) => lines.push(text),
    })
    const name = 'x'.repeat(1_000_000)
    log.info(name, { detail: name })
    expect(lines.join('').length).toBeLessThan(10_000)
  })
})
