import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { memorySource } from '../test/fixtures/memory-source.ts'
import { memoryTarget } from '../test/fixtures/memory-target.ts'
import { account, openPolicy, person, snapshot, team } from '../test/fixtures/simulate.ts'
import { ScimPushError } from './errors/error.ts'
import { systemClock } from './lib/clock.ts'
import { noProgress } from './lib/progress.ts'
import { renderJson } from './report/json.ts'
import { renderText } from './report/text.ts'
import { run, type RunOptions } from './run.ts'

const company = snapshot([person('ann'), person('bob')], [team('Dev', ['ann', 'bob'])])

const go = (more: Partial<RunOptions>) =>
  run({
    runId: 'r1',
    config: 'corp',
    command: 'push',
    dryRun: false,
    detailedExitCode: false,
    source: memorySource(() => company),
    target: memoryTarget(),
    policy: openPolicy,
    concurrency: 4,
    clock: systemClock,
    stop: new AbortController().signal,
    progress: noProgress,
    onPlan: () => undefined,
    onOutcome: () => undefined,
    requests: () => ({ scim: 7 }),
    ...more,
  })

const failing = (failure: 'credentials' | 'unreachable') =>
  new ScimPushError(failure === 'credentials' ? 'SCIM_UNAUTHORIZED' : 'SCIM_UNREACHABLE', { message: 'no' })

const schema = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(new URL('../docs/report.schema.json', import.meta.url), 'utf8')) as object,
)

describe('run', () => {
  test('pushes, and a second run finds nothing to do', async () => {
    const target = memoryTarget({ side: 'user' })
    const first = await go({ target })
    expect(first).toMatchObject({
      result: 'converged',
      exitCode: 0,
      source: { users: 2, groups: 1, memberships: 2 },
    })
    expect(first.counts).toMatchObject({
      user: { create: { planned: 2, succeeded: 2, failed: 0, skipped: 0 }, delete: { planned: 0 } },
      group: { create: { planned: 1, succeeded: 1 } },
      membership: { add: { planned: 2, succeeded: 2 } },
    })
    const second = await go({ target })
    expect(second).toMatchObject({ result: 'converged', actions: [] })
    expect(target.calls.filter((call) => call !== 'read')).toHaveLength(3)
  })

  test('a dry run shows the plan of a real run, and writes nothing (S:478)', async () => {
    const target = memoryTarget()
    const dry = await go({ target, dryRun: true })
    expect(dry).toMatchObject({ result: 'changes', exitCode: 0 })
    expect(target.calls).toEqual(['read'])
    const real = await go({ target })
    expect(real.planHash).toBe(dry.planHash)
    expect(real.actions.map(({ kind, subject }) => [kind, subject])).toEqual(
      dry.actions.map(({ kind, subject }) => [kind, subject]),
    )
  })

  test.each<[string, Partial<RunOptions>, string, number]>([
    [
      'plan with --detailed-exitcode',
      { command: 'plan', dryRun: true, detailedExitCode: true },
      'changes',
      2,
    ],
    [
      'no credentials at the source',
      { source: memorySource(() => Promise.reject(failing('credentials'))) },
      'credentials',
      77,
    ],
    [
      'target unreachable',
      { target: { ...memoryTarget(), read: () => Promise.reject(failing('unreachable')) } },
      'unreachable',
      69,
    ],
    [
      'an unread group',
      {
        source: memorySource(() => ({
          ...company,
          gaps: [{ kind: 'members-unread', subject: 'Dev', detail: '503' }],
        })),
      },
      'withheld',
      3,
    ],
    [
      'an empty source',
      { source: memorySource(() => snapshot([], [])), target: memoryTarget({ users: [account('ann')] }) },
      'withheld',
      3,
    ],
    [
      'a protected leaver is no news',
      {
        source: memorySource(() => snapshot([person('bob')], null)),
        target: memoryTarget({ users: [account('ann'), account('bob')] }),
        policy: { ...openPolicy, protected: ['ann@*'] },
      },
      'converged',
      0,
    ],
    [
      'every write fails (S:767)',
      {
        target: memoryTarget({
          before: (call) => {
            if (call !== 'read') throw new ScimPushError('INTERNAL', { message: 'no' })
          },
        }),
      },
      'partial',
      4,
    ],
    [
      'credentials revoked half-way',
      {
        target: memoryTarget({
          before: (call) => {
            if (call.startsWith('createUser')) throw failing('credentials')
          },
        }),
      },
      'credentials',
      77,
    ],
    ['stopped by SIGTERM', { stop: AbortSignal.abort('SIGTERM') }, 'interrupted', 143],
    ['stopped by SIGINT', { stop: AbortSignal.abort('SIGINT') }, 'interrupted', 130],
  ])('%s', async (_, options, result, exitCode) => {
    const report = await go(options)
    expect([report.result, report.exitCode]).toEqual([result, exitCode])
    expect(schema(JSON.parse(renderJson(report))), JSON.stringify(schema.errors)).toBe(true)
    expect(renderText(report, { colour: false })).toContain(`exit ${exitCode}`)
  })

  test('the error of a change that ends the run names nobody: whom the target quotes is with the change', async () => {
    const message = 'refused: ann@corp.example is not of this tenant'
    const where = 'PATCH https://scim.example/v2/Users/ann@corp.example'
    const report = await go({
      target: memoryTarget({
        before: (call) => {
          if (call !== 'read') throw new ScimPushError('SCIM_UNAUTHORIZED', { message, where })
        },
      }),
    })
    expect(report.error).toMatchObject({
      code: 'SCIM_UNAUTHORIZED',
      message: 'The endpoint refused the token, at a change of this run',
      where: 'PATCH https://scim.example/v2/Users',
    })
    const failed = report.actions.flatMap(({ outcome }) =>
      outcome?.status === 'failed' ? [outcome.error] : [],
    )
    expect(failed[0]?.message).toBe(message)
  })

  test('the first error is the one that counts, not the stop that it caused', async () => {
    const report = await go({
      source: {
        ...memorySource(() => company),
        read: (signal) =>
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      },
      target: { ...memoryTarget(), read: () => Promise.reject(failing('unreachable')) },
    })
    expect(report.result).toBe('unreachable')
  })

  test('a target that vanishes after the first write is partial: something was written', async () => {
    const report = await go({
      target: memoryTarget({
        before: (call) => {
          if (call.startsWith('createUser') || call.startsWith('change')) throw failing('unreachable')
        },
      }),
      concurrency: 1,
    })
    expect(report.exitCode).toBe(4)
  })
})

describe('a lock that is lost', () => {
  const lost = new ScimPushError('LOCK_LOST', { message: 'the lock is gone' })

  test('before both sides were read: nothing is written', async () => {
    const target = memoryTarget()
    const source = memorySource(() => company)
    const reading = { ...source, read: (signal: AbortSignal) => Promise.reject(signal.reason as Error) }
    const report = await go({ target, source: reading, stop: AbortSignal.abort(lost) })
    expect(report).toMatchObject({ result: 'locked', exitCode: 75, error: lost, planHash: null })
    expect(target.calls.filter((call) => call !== 'read')).toEqual([])
  })

  test('in the middle: what is done is done, no further write is begun, and each of them says why', async () => {
    const halt = new AbortController()
    const report = await go({
      stop: halt.signal,
      concurrency: 1,
      onOutcome: (_, { status }) => {
        if (status === 'succeeded') halt.abort(lost)
      },
    })
    expect(report).toMatchObject({ result: 'locked', exitCode: 75, error: lost })
    const outcomes = report.actions.map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome?.status === 'succeeded').length).toBeGreaterThan(0)
    expect(outcomes).toContainEqual({ status: 'skipped', reason: 'the lock is gone' })
  })

  test('while the last write was under way: it may have met another run’s, so it is said', async () => {
    const halt = new AbortController()
    let left = 0
    const report = await go({
      stop: halt.signal,
      onPlan: ({ stages }) => (left = stages.reduce((sum, { actions }) => sum + actions.length, 0)),
      onOutcome: () => {
        if (--left === 0) halt.abort(lost)
      },
    })
    expect(report).toMatchObject({ result: 'locked', exitCode: 75, error: lost })
    expect(report.actions.every(({ outcome }) => outcome?.status === 'succeeded')).toBe(true)
  })
})
