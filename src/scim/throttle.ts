import pLimit from 'p-limit'
import type { Clock } from '../lib/clock.ts'

/** Lets so many requests through at once, fewer after the service asked for it. */
export interface Throttle {
  /**
   * Runs `task` when there is a free place and the service's pause is over.
   * @param onHold told how long the pause still lasts before it is waited for; what it throws ends the waiting
   * @throws the signal's reason when it is aborted while the pause lasts
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal, onHold?: (heldMs: number) => void): Promise<T>
  /** The service answered 429: half as many at once, and nobody starts before `afterMs` have passed. */
  slowDown(afterMs: number | null): void
  /** How many may run at once now. */
  readonly concurrency: number
}

/** So many answers without complaint earn one more place. */
const CALM = 50

/** One burst of 429s, answered within this time, is one complaint. */
const BURST_MS = 1000

export const createThrottle = (max: number, clock: Clock): Throttle => {
  const limit = pLimit(max)
  let holdUntil = Number.NEGATIVE_INFINITY
  let calm = 0
  let loweredAt = Number.NEGATIVE_INFINITY
  const heldMs = (): number => Math.max(0, holdUntil - clock.monotonic())
  return {
    run: (task, signal, onHold) =>
      limit(async () => {
        // The pause may have been prolonged meanwhile, even since this one began to wait for its place.
        for (let ms = heldMs(); ms > 0; ms = heldMs()) {
          onHold?.(ms)
          await clock.sleep(ms, signal)
        }
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
      if (now - loweredAt < BURST_MS) return
      loweredAt = now
      limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2))
    },
    get concurrency() {
      return limit.concurrency
    },
  }
}
