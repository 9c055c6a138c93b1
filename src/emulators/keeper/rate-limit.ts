export interface RateLimit {
  readonly perMinute: number
  /** `sliding`: any minute counts. `fixed`: each begins with the first request after the one before it. */
  readonly window: 'sliding' | 'fixed'
  /** Milliseconds, never back. */
  readonly now: () => number
}

const MINUTE_MS = 60_000

/** `take` answers 0, or the seconds to wait. */
export const createRateLimit = ({ perMinute, window, now }: RateLimit): { take(): number } => {
  let taken: number[] = []
  return {
    take() {
      if (perMinute === Number.POSITIVE_INFINITY) return 0
      const at = now()
      const isOver = (time: number | undefined): boolean => time !== undefined && time <= at - MINUTE_MS
      if (window === 'sliding') while (isOver(taken[0])) taken.shift()
      else if (isOver(taken[0])) taken = []
      if (taken.length < perMinute) {
        taken.push(at)
        return 0
      }
      return Math.max(1, Math.ceil(((taken[0] ?? at) + MINUTE_MS - at) / 1000))
    },
  }
}
