import pLimit from 'p-limit'
import { expect, test } from 'vitest'
import type { Clock } from '../lib/clock.ts'
import { manualClock } from '../../test/fixtures/manual-clock.ts'
import { mostInAMinute } from '../../test/fixtures/windows.ts'
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

test('what is of no kind is kept back by complaints alone', async () => {
  const { clock, pass } = fakeClock()
  const throttle = createThrottle({ max: 16, clock })
  expect([throttle.concurrency, throttle.most]).toEqual([4, 16])
  let running = 0
  let most = 0
  const round = async (length: number, kind?: string): Promise<number> => {
    most = 0
    const task = async (): Promise<void> => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    }
    await Promise.all(
      Array.from({ length }, () =>
        throttle.run(task, undefined, undefined, kind === undefined ? {} : { kind }),
      ),
    )
    return most
  }
  expect(await round(40)).toBe(16)
  expect(await round(12, 'GET /Users')).toBeLessThanOrEqual(4)
  pass(1000)
  throttle.slowDown(null)
  expect(await round(40)).toBe(2)
})

test('never more at once than allowed', async () => {
  const throttle = createThrottle({ max: 3, clock: fakeClock().clock })
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

test('a complaint halves the concurrency, a burst of them once, down to one', () => {
  const { clock, pass } = fakeClock()
  const changes: number[] = []
  const throttle = createThrottle({ max: 16, clock, onChange: (concurrency) => changes.push(concurrency) })
  expect(throttle.concurrency).toBe(4)
  throttle.slowDown(null)
  throttle.slowDown(null)
  expect(throttle.concurrency).toBe(2)
  for (const expected of [1, 1]) {
    pass(1000)
    throttle.slowDown(null)
    expect(throttle.concurrency).toBe(expected)
  }
  expect(changes).toEqual([2, 1])
})

test('who was refused comes before who was not tried yet, in the order of asking', async () => {
  const { clock } = fakeClock()
  const throttle = createThrottle({ max: 1, clock })
  const ran: string[] = []
  const run = (name: string, again: boolean) =>
    throttle.run(() => Promise.resolve(ran.push(name)), undefined, undefined, { again })
  await Promise.all([run('first', false), run('a', false), run('b', false), run('A', true), run('B', true)])
  expect(ran).toEqual(['first', 'A', 'B', 'a', 'b'])
})

test('pauses without a good answer between them count as one', async () => {
  const { clock } = fakeClock()
  const throttle = createThrottle({ max: 1, clock })
  const told: number[] = []
  const run = (task: () => void) =>
    throttle.run(
      () => {
        task()
        return Promise.resolve()
      },
      undefined,
      (ms) => told.push(ms),
    )
  const complaint = () => throttle.slowDown(3000)
  await run(complaint).then(() => throttle.slowDown(3000))
  await throttle
    .run(
      () => Promise.reject(new Error('again')),
      undefined,
      (ms) => told.push(ms),
    )
    .catch(complaint)
  await run(() => undefined)
  throttle.slowDown(2000)
  await run(() => undefined)
  expect(told).toEqual([3000, 6000, 2000])
})

test.each([
  [4, 4],
  [1000, 16],
])('a service that does %i at once ends with %i under way', async (capacity, found) => {
  const time = manualClock()
  const { clock } = time
  const throttle = createThrottle({ max: 16, clock })
  const turns = pLimit(capacity)
  const waited: number[] = []
  const task = async (): Promise<void> => {
    waited.push(turns.pendingCount)
    await turns(() => clock.sleep(20))
  }
  const all = Promise.all(
    Array.from({ length: 1200 }, () => throttle.run(task, undefined, undefined, { kind: 'POST /Users' })),
  )
  while (waited.length < 1200) await time.pass(20)
  await time.pass(100)
  await all
  expect(throttle.concurrency).toBe(found)
  // Nothing piles up there but for the short time of trying.
  expect(waited.filter((others) => others > 0).length).toBeLessThan(200)
})

test('no more a minute than allowed, however many places are free', async () => {
  const { clock } = fakeClock()
  const throttle = createThrottle({ max: 16, perMinute: 60, clock })
  const starts: number[] = []
  const task = () => Promise.resolve(starts.push(clock.monotonic()))
  await Promise.all(Array.from({ length: 200 }, () => throttle.run(task)))
  expect(mostInAMinute(starts)).toBeLessThanOrEqual(60)
  expect(starts.at(-1)).toBeLessThan((200 / (0.95 * 60)) * 60_000)
})

test('a stop ends the wait for the rate, and nobody keeps the process alive for it', async () => {
  const { clock, ...time } = manualClock()
  const throttle = createThrottle({ max: 4, perMinute: 1, clock })
  await throttle.run(() => Promise.resolve())
  const stop = new AbortController()
  const waiting = throttle.run(() => Promise.resolve(), stop.signal)
  await time.pass(1000)
  expect(time.sleeping()).toBe(1)
  stop.abort(new Error('stop'))
  await expect(waiting).rejects.toThrow('stop')
  expect(time.sleeping()).toBe(0)
})

test('a Retry-After holds everybody, and the longest counts', async () => {
  const { clock, sleeps } = fakeClock()
  const throttle = createThrottle({ max: 4, clock })
  throttle.slowDown(3000)
  throttle.slowDown(500)
  await Promise.all([calm(throttle, 1), calm(throttle, 1)])
  expect(sleeps).toEqual([3000])
})

test('who waits already is told when the pause becomes too long', async () => {
  const { clock, pass } = fakeClock()
  const throttle = createThrottle({ max: 1, clock })
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
  const throttle = createThrottle({ max: 4, clock: fakeClock().clock })
  throttle.slowDown(3000)
  let ran = false
  const held = throttle.run(() => Promise.resolve((ran = true)), AbortSignal.abort(new Error('stop')))
  await expect(held).rejects.toThrow('stop')
  expect(ran).toBe(false)
})

test('who waits for a place when the pause becomes too long is told, and need not wait for its end', async () => {
  const { clock, sleeps } = fakeClock()
  const throttle = createThrottle({ max: 1, clock })
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

test('who waits is told of the end, also after others with the same signal had their turn', async () => {
  const clock = { now: () => 0, monotonic: () => 0, sleep: () => new Promise<never>(() => undefined) }
  const throttle = createThrottle({ max: 1, clock })
  const end = new AbortController()
  const first = throttle.run(() => Promise.resolve(), end.signal)
  const refused = throttle.run(() => {
    throttle.slowDown(60_000)
    return Promise.reject(new Error('refused'))
  }, end.signal)
  const waiting = throttle.run(() => Promise.resolve(), end.signal)
  await first
  await expect(refused).rejects.toThrow('refused')
  end.abort(new Error('the end'))
  await expect(waiting).rejects.toThrow('the end')
})
