/** A fixed number of requests a minute. Pure: the time comes from outside. */
export interface Rate {
  /** Milliseconds until the next request may start; 0 for at once. */
  waitMs(nowMs: number): number
  /** One starts now. */
  take(nowMs: number): void
}

/** What is used of the rate: the service counts when requests arrive, and what was sent in one window may arrive in the next. */
const SHARE = 0.98
/** One more at once for every so many a minute: timers are late by some milliseconds, which is made up for. */
const SPARE = 200

/**
 * Requests evenly spread, so that no window of a minute has more than `perMinute` of them, whenever it begins (a leaky bucket as a meter,
 * with room for little more than one). 0 is no limit.
 */
export const createRate = (perMinute: number): Rate => {
  if (perMinute === 0) return { waitMs: () => 0, take: () => undefined }
  const intervalMs = 60_000 / (SHARE * perMinute)
  const early = Math.floor(perMinute / SPARE) * intervalMs
  // When the next one would start if all went by the clock.
  let due = Number.NEGATIVE_INFINITY
  return {
    waitMs: (nowMs) => Math.max(0, due - early - nowMs),
    take(nowMs) {
      due = Math.max(due, nowMs) + intervalMs
    },
  }
}
