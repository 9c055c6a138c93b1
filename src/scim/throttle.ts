import pLimit from 'p-limit'
import type { Clock } from '../lib/clock.ts'

/** Lets so many requests through at once, fewer after the service asked for it. */
export interface Throttle {
  run<T>(task: () => Promise<T>): Promise<T>
  /** The service answered 429: half as many at once, and nobody starts before `afterMs` have passed. */
  slowDown(afterMs: number | null): void
  /** How many may run at once now. */
  readonly concurrency: number
}

/** So many answers without complaint earn one more place. */
const CALM = 50

export const createThrottle = (max: number, clock: Clock, signal?: AbortSignal): Throttle => {
  const limit = pLimit(max)
  let holdUntil = 0
  let calm = 0
  let loweredAt = Number.NEGATIVE_INFINITY
  return {
    run: (task) =>
      limit(async () => {
        const wait = holdUntil - clock.monotonic()
        if (wait > 0) await clock.sleep(wait, signal).catch(() => undefined)
        const started = clock.monotonic()
        const result = await task()
        // Answers to requests that were sent before the complaint say nothing about the pace since.
        if (limit.concurrency < max && started >= loweredAt && ++calm >= CALM) {
          calm = 0
          limit.concurrency++
        }
        return result
      }),
    slowDown(afterMs) {
      const now = clock.monotonic()
      if (afterMs !== null) holdUntil = Math.max(holdUntil, now + afterMs)
      calm = 0
      // One burst of 429s is one complaint.
      if (now - loweredAt < 1000) return
      loweredAt = now
      limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2))
    },
    get concurrency() {
      return limit.concurrency
    },
  }
}
