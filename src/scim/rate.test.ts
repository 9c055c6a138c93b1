import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mostInAMinute } from '../../test/fixtures/windows.ts'
import { createRate } from './rate.ts'

/** When requests start that are sent as soon as they may, each a little late. */
const startsAt = (perMinute: number, count: number, late: (n: number) => number): number[] => {
  const rate = createRate(perMinute)
  const starts: number[] = []
  let now = 0
  for (let n = 0; n < count; n++) {
    now += rate.waitMs(now)
    if (rate.waitMs(now) > 0) throw new Error('it still waits')
    now += late(n)
    rate.take(now)
    starts.push(now)
  }
  return starts
}

test('no minute has more than allowed, whenever it begins, and however late timers are', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 50 }),
      (perMinute, delays) => {
        const late = (n: number): number => (n % 7 === 0 ? (delays[n % delays.length] ?? 0) : 0)
        const starts = startsAt(perMinute, Math.min(3 * perMinute, 1000), late)
        expect(mostInAMinute(starts)).toBeLessThanOrEqual(perMinute)
      },
    ),
  )
})

test.each([60, 180, 600, 2400, 6000])(
  '%i a minute: at least 95 % of it, timers a millisecond late',
  (perMinute) => {
    const count = 4 * perMinute
    const end = startsAt(perMinute, count, () => 1).at(-1) ?? 0
    expect(count / (end / 60_000)).toBeGreaterThan(0.95 * perMinute)
  },
)

test('0 is no limit', () => {
  expect(startsAt(0, 100, () => 0).at(-1)).toBe(0)
})
