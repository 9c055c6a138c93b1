/** So many a minute; `take` answers 0, or the seconds to wait. */
export const createRateLimit = (perMinute: number): { take(): number } => {
  const taken: number[] = []
  return {
    take() {
      if (perMinute === Number.POSITIVE_INFINITY) return 0
      const now = performance.now()
      while ((taken[0] ?? now) < now - 60_000) taken.shift()
      if (taken.length < perMinute) {
        taken.push(now)
        return 0
      }
      return Math.max(1, Math.ceil(((taken[0] ?? now) + 60_000 - now) / 1000))
    },
  }
}
