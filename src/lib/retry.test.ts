import { describe, expect, test } from 'vitest'
import type { Clock } from './clock.ts'
import { retry, retryAfterMs, type RetryDecision } from './retry.ts'

const policy = { attempts: 4, baseMs: 100, capMs: 1000, totalMs: 10_000 }

const fakeClock = () => {
  const sleeps: number[] = []
  let time = 0
  const clock: Clock = {
    now: () => time,
    monotonic: () => time,
    sleep: (ms, signal) => {
      signal?.throwIfAborted()
      sleeps.push(ms)
      time += ms
      return Promise.resolve()
    },
  }
  return { clock, sleeps }
}

const failing = (times: number) => {
  let calls = 0
  return {
    attempt: (n: number) => {
      calls = n
      return n <= times ? Promise.reject(new Error(`try ${n}`)) : Promise.resolve('done')
    },
    calls: () => calls,
  }
}

const again =
  (afterMs: number | null = null) =>
  (): RetryDecision => ({ retry: true, afterMs })

describe('retry', () => {
  test('backs off with full jitter, doubling', async () => {
    const { clock, sleeps } = fakeClock()
    const { attempt } = failing(3)
    await expect(retry(attempt, again(), { clock, random: () => 0.5, policy })).resolves.toBe('done')
    expect(sleeps).toEqual([50, 100, 200])
  })

  test('throws the last error after the last try', async () => {
    const { clock } = fakeClock()
    const { attempt, calls } = failing(99)
    await expect(retry(attempt, again(), { clock, random: () => 0, policy })).rejects.toThrow('try 4')
    expect(calls()).toBe(4)
  })

  test('obeys a Retry-After that is longer than the back-off', async () => {
    const { clock, sleeps } = fakeClock()
    await retry(failing(1).attempt, again(3000), { clock, random: () => 0.9, policy })
    expect(sleeps).toEqual([3000])
  })

  test('gives up at once when Retry-After goes past the total time', async () => {
    const { clock, sleeps } = fakeClock()
    await expect(
      retry(failing(1).attempt, again(60_000), { clock, random: () => 0, policy }),
    ).rejects.toThrow('try 1')
    expect(sleeps).toEqual([])
  })

  test('does not repeat what must not be repeated', async () => {
    const { clock } = fakeClock()
    const { attempt, calls } = failing(1)
    await expect(
      retry(attempt, () => ({ retry: false }), { clock, random: () => 0, policy }),
    ).rejects.toThrow('try 1')
    expect(calls()).toBe(1)
  })

  test('a signal ends the waiting with the error that caused it', async () => {
    const { clock } = fakeClock()
    const controller = new AbortController()
    const attempt = () => {
      controller.abort(new Error('SIGTERM'))
      return Promise.reject(new Error('503'))
    }
    await expect(
      retry(attempt, again(), { clock, random: () => 0, policy, signal: controller.signal }),
    ).rejects.toThrow('503')
  })
})

test.each([
  ['seconds', '7', 7000],
  ['a date', 'Thu, 01 Jan 1970 00:00:09 GMT', 4000],
  ['a date in the past', 'Thu, 01 Jan 1970 00:00:01 GMT', 0],
  ['nothing', undefined, null],
  ['nonsense', 'soon', null],
])('retryAfterMs reads %s', (_, header, expected) => {
  expect(retryAfterMs(header, 5000)).toBe(expected)
})
