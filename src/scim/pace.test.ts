import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPace, type Pace, type Sent } from './pace.ts'

interface Service {
  /** So many are worked on at once; the others wait in the order in which they came. */
  readonly capacity: number
  readonly latencyMs: (n: number) => number
  readonly kind?: (n: number) => string
}

/** Sends `count` requests to a service, always as many at once as the pace allows; what was seen at the end. */
const play = (pace: Pace, count: number, { capacity, latencyMs, kind = () => 'POST /Users' }: Service) => {
  const free = Array.from({ length: capacity }, () => 0)
  const flying: {
    readonly end: number
    readonly begin: number
    readonly sent: Sent
    readonly full: boolean
  }[] = []
  let [now, n, most] = [0, 0, 0]
  while (n < count || flying.length > 0) {
    while (n < count && flying.length < pace.concurrency) {
      const worker = free.indexOf(Math.min(...free))
      const end = Math.max(now, free[worker] ?? 0) + latencyMs(n)
      free[worker] = end
      flying.push({ end, begin: now, sent: pace.sent(kind(n)), full: flying.length + 1 >= pace.concurrency })
      n++
    }
    most = Math.max(most, flying.length)
    flying.sort((a, b) => a.end - b.end)
    const done = flying.shift()
    if (!done) break
    now = done.end
    pace.answered(done.sent, now - done.begin, done.full)
  }
  return { ms: now, most }
}
const steady = (): number => 20
/** Latencies as they are: few of them long, by chance that is the same in every run. */
const jittery = (seed: number) => {
  let state = seed
  return (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return 10 - 10 * Math.log(1 - state / 2 ** 32)
  }
}

describe('it finds', () => {
  test.each([
    [16, 1000, 16],
    [16, 4, 4],
    [16, 8, 8],
    [16, 1, 4],
    [64, 1000, 64],
    [64, 24, 32],
    [6, 1000, 6],
    [3, 1000, 3],
    [1, 1000, 1],
  ])('of at most %i, at a service that does %i at once: %i', (ceiling, capacity, found) => {
    const pace = createPace(ceiling)
    const { most } = play(pace, 4000, { capacity, latencyMs: steady })
    expect(pace.concurrency).toBe(found)
    expect(most).toBeLessThanOrEqual(ceiling)
  })

  test('that costs a fraction of a second', () => {
    const pace = createPace(16)
    const { ms } = play(pace, 10_000, { capacity: 1000, latencyMs: steady })
    expect(ms).toBeLessThan((10_000 / 16) * 20 + 300)
  })

  test('chance does not hold it down: the work takes little longer than with all places', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const paced = play(createPace(16), 10_000, { capacity: 1000, latencyMs: jittery(seed) }).ms
      // 20 ms on average, sixteen at once.
      expect(paced).toBeLessThan((10_000 / 16) * 20 * 1.15)
    }
  })

  test('nor does a process that now and then is busy with something else', () => {
    for (const [every, pauseMs] of [
      [97, 60],
      [160, 80],
      [400, 200],
    ] as const) {
      const latencyMs = (n: number): number => (n % every < 16 ? 20 + pauseMs : 20)
      const { ms } = play(createPace(16), 20_000, { capacity: 1000, latencyMs })
      const unpaced = (20_000 / 16) * (20 + (16 / every) * pauseMs)
      expect(ms, `every ${every}`).toBeLessThan(unpaced * 1.1)
    }
  })

  test('chance seldom piles it up at a service that does four at once', () => {
    const found = Array.from({ length: 40 }, (_, seed) => {
      const pace = createPace(16)
      play(pace, 3000, { capacity: 4, latencyMs: jittery(seed) })
      return pace.concurrency
    })
    expect(found.filter((concurrency) => concurrency > 8).length).toBeLessThan(10)
  })

  test('a kind of request that takes longer is compared with itself', () => {
    const pace = createPace(16)
    const kind = (n: number): string => (n % 2 === 0 ? 'PATCH /Groups' : 'PATCH /Users')
    play(pace, 4000, { capacity: 1000, latencyMs: (n) => (n % 2 === 0 ? 200 : 20), kind })
    expect(pace.concurrency).toBe(16)
  })

  test('it looks again: a service that slows down, and one that recovers', () => {
    const pace = createPace(16)
    play(pace, 1000, { capacity: 1000, latencyMs: steady })
    expect(pace.concurrency).toBe(16)
    play(pace, 6000, { capacity: 4, latencyMs: steady })
    expect(pace.concurrency).toBeLessThanOrEqual(8)
    play(pace, 6000, { capacity: 1000, latencyMs: steady })
    expect(pace.concurrency).toBe(16)
  })
})

describe('complaints', () => {
  test('halve it, down to one, and fifty good answers bring one place back', () => {
    const pace = createPace(16)
    play(pace, 1000, { capacity: 1000, latencyMs: steady })
    const seen: number[] = []
    for (let n = 0; n < 5; n++) {
      pace.complained()
      seen.push(pace.concurrency)
    }
    expect(seen).toEqual([8, 4, 2, 1, 1])
    play(pace, 51, { capacity: 1000, latencyMs: steady })
    expect(pace.concurrency).toBe(2)
    play(pace, 3000, { capacity: 1000, latencyMs: steady })
    expect(pace.concurrency).toBe(16)
  })

  test('an answer to what was sent before one earns nothing', () => {
    const pace = createPace(16)
    const before = Array.from({ length: 60 }, () => pace.sent('GET /Users'))
    pace.complained()
    for (const sent of before) pace.answered(sent, 20, true)
    expect(pace.concurrency).toBe(2)
  })
})

test('never below one, never above the ceiling, and no complaint raises it: whatever happens', () => {
  const event = fc.oneof(
    fc.record({
      ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
      full: fc.boolean(),
      kind: fc.constantFrom('a', 'b'),
    }),
    fc.constant('complaint' as const),
  )
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 256 }),
      fc.array(event, { maxLength: 600, size: 'max' }),
      (ceiling, events) => {
        const pace = createPace(ceiling)
        for (const one of events) {
          const before = pace.concurrency
          if (one === 'complaint') pace.complained()
          else pace.answered(pace.sent(one.kind), one.ms, one.full)
          expect(pace.concurrency).toBeGreaterThanOrEqual(1)
          expect(pace.concurrency).toBeLessThanOrEqual(ceiling)
          if (one === 'complaint') expect(pace.concurrency).toBeLessThanOrEqual(Math.max(1, before / 2))
        }
      },
    ),
  )
})
