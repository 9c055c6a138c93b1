import { expect, test } from 'vitest'
import type { Clock } from '../lib/clock.ts'
import { createThrottle } from './throttle.ts'

/** Time that passes only by sleeping. */
const fakeClock = () => {
  const sleeps: number[] = []
  let at = 0
  const clock: Clock = {
    now: () => at,
    monotonic: () => at,
    sleep(ms, signal) {
      signal?.throwIfAborted()
      sleeps.push(ms)
      at += ms
      return Promise.resolve()
    },
  }
  return { clock, sleeps, pass: (ms: number) => void (at += ms) }
}
const calm = async (throttle: ReturnType<typeof createThrottle>, times: number): Promise<void> => {
  for (let n = 0; n < times; n++) await throttle.run(() => Promise.resolve())
}

test('never more at once than allowed', async () => {
  const throttle = createThrottle(3, fakeClock().clock)
  let running = 0
  let most = 0
  await Promise.all(
    Array.from({ length: 20 }, () =>
      throttle.run(async () => {
        most = Math.max(most, ++running)
        await Promise.resolve()
        running--
      }),
    ),
  )
  expect(most).toBe(3)
})

test('a 429 halves the concurrency, a burst of them once, down to one', () => {
  const { clock, pass } = fakeClock()
  const throttle = createThrottle(16, clock)
  throttle.slowDown(null)
  throttle.slowDown(null)
  expect(throttle.concurrency).toBe(8)
  for (const expected of [4, 2, 1, 1]) {
    pass(1000)
    throttle.slowDown(null)
    expect(throttle.concurrency).toBe(expected)
  }
})

test('it recovers by one place for every fifty answers without complaint, up to where it was', async () => {
  const throttle = createThrottle(4, fakeClock().clock)
  throttle.slowDown(null)
  await calm(throttle, 49)
  expect(throttle.concurrency).toBe(2)
  await calm(throttle, 1)
  expect(throttle.concurrency).toBe(3)
  await calm(throttle, 200)
  expect(throttle.concurrency).toBe(4)
})

test('an answer to what was sent before the complaint earns nothing', async () => {
  const { clock, pass } = fakeClock()
  const throttle = createThrottle(4, clock)
  for (let n = 0; n < 60; n++) {
    await throttle.run(() => {
      pass(1)
      if (n === 0) throttle.slowDown(null)
      return Promise.resolve()
    })
    if (n === 49) expect(throttle.concurrency).toBe(2)
  }
  expect(throttle.concurrency).toBe(3)
})

test('a Retry-After holds everybody, and the longest counts', async () => {
  const { clock, sleeps } = fakeClock()
  const throttle = createThrottle(4, clock)
  throttle.slowDown(3000)
  throttle.slowDown(500)
  await Promise.all([calm(throttle, 1), calm(throttle, 1)])
  expect(sleeps).toEqual([3000])
})

test('who waits already is told when the pause becomes too long', async () => {
  const { clock, pass } = fakeClock()
  const throttle = createThrottle(1, clock)
  const told: number[] = []
  const tooLong = (heldMs: number): void => {
    told.push(heldMs)
    if (heldMs > 120_000) throw new Error('too long')
  }
  const running = throttle.run(async () => {
    await Promise.resolve()
    pass(1)
    // Nine hundred digits of Retry-After are no fewer milliseconds.
    throttle.slowDown(Number.POSITIVE_INFINITY)
  })
  const waiting = throttle.run(() => Promise.resolve(), undefined, tooLong)
  await running
  await expect(waiting).rejects.toThrow('too long')
  expect(told).toEqual([Number.POSITIVE_INFINITY])
})

test('a stop ends the hold', async () => {
  const throttle = createThrottle(4, fakeClock().clock)
  throttle.slowDown(3000)
  let ran = false
  const held = throttle.run(() => Promise.resolve((ran = true)), AbortSignal.abort(new Error('stop')))
  await expect(held).rejects.toThrow('stop')
  expect(ran).toBe(false)
})

test('who waits for a place when the pause becomes too long is told, and need not wait for its end', async () => {
  const { clock, sleeps } = fakeClock()
  const throttle = createThrottle(1, clock)
  const refuse = (ms: number): void => {
    if (ms > 5000) throw new Error(`held for ${ms}`)
  }
  const complained = (): Promise<void> => {
    throttle.slowDown(86_400_000)
    return Promise.resolve()
  }
  const first = throttle.run(complained, undefined, refuse)
  const second = throttle.run(() => Promise.resolve(), undefined, refuse)
  await first
  await expect(second).rejects.toThrow('held for 86400000')
  expect(sleeps).toEqual([])
})
