import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { terminationError, terminationMessage, writeTerminationMessage } from './termination-message.ts'

const parse = (text: string): unknown => {
  expect(text.endsWith('\n')).toBe(true)
  expect(text.trimEnd()).not.toContain('\n')
  expect(Buffer.byteLength(text)).toBeLessThan(4096)
  return JSON.parse(text) as unknown
}

describe('the termination message', () => {
  test('of one run', () => {
    const report = reportOf({ result: 'withheld', actions: [reported()], withheld: [heldBack()] })
    expect(parse(terminationMessage(3, [report]))).toEqual({
      exitCode: 3,
      config: 'corp',
      result: 'withheld',
      runId: 'r1',
      planHash: 'abc',
      done: 1,
      failed: 0,
      skipped: 0,
      withheld: 1,
    })
  })

  test('of a run that failed: the error, cut', () => {
    const error = new ScimPushError('SCIM_REFUSED', { message: 'é'.repeat(5000) })
    const text = terminationMessage(1, [reportOf({ planHash: null, result: 'error', error })])
    expect(parse(text)).toMatchObject({ error: { code: 'SCIM_REFUSED', message: 'é'.repeat(500) } })
  })

  test('of a command that came to no run', () => {
    const error = new ScimPushError('KUBERNETES_NO_MATCH', { message: 'nothing' })
    expect(parse(terminationError(78, error))).toEqual({
      exitCode: 78,
      error: { code: 'KUBERNETES_NO_MATCH', message: 'nothing' },
    })
  })

  test('of many runs: those that failed first, the rest counted', () => {
    const error = new ScimPushError('SCIM_REFUSED', { message: 'x'.repeat(900) })
    const reports = Array.from({ length: 60 }, (_, n) =>
      n % 10 === 9
        ? reportOf({ config: `bad-${n}`, exitCode: 1, result: 'error', error })
        : reportOf({ config: `good-${n}` }),
    )
    const { runs, omitted } = parse(terminationMessage(1, reports)) as {
      runs: { config: string }[]
      omitted: number
    }
    expect(runs.length + omitted).toBe(60)
    expect(runs[0]?.config).toBe('bad-9')
    expect(omitted).toBeGreaterThan(0)
  })

  test('of a few runs: all of them', () => {
    expect(parse(terminationMessage(0, [reportOf(), reportOf()]))).toMatchObject({
      runs: [{ config: 'corp' }, { config: 'corp' }],
    })
  })
})

describe('writing it', () => {
  test('replaces what is there; makes no file where there is none', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'termination-'))
    const path = join(folder, 'log')
    await writeTerminationMessage(path, 'x\n')
    await expect(access(path)).rejects.toThrow('ENOENT')
    await writeFile(path, 'what an earlier one left, and longer')
    await writeTerminationMessage(path, 'x\n')
    expect(await readFile(path, 'utf8')).toBe('x\n')
    await expect(writeTerminationMessage(folder, 'x\n')).rejects.toThrow('EISDIR')
    await rm(folder, { recursive: true })
  })
})
