import type { Clock } from '../../src/lib/clock.ts'

export interface FastClock extends Clock {
  /** Everything that was waited for, in ms. */
  readonly slept: () => number
}

/** The time of day, which a wait puts forward instead of lasting; nothing else does, however busy the machine is. */
export const fastClock = (onSleep: () => void = () => undefined): FastClock => {
  const began = Date.now()
  let slept = 0
  return {
    now: () => began + slept,
    monotonic: () => slept,
    async sleep(ms, signal) {
      signal?.throwIfAborted()
      slept += ms
      onSleep()
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
    slept: () => slept,
  }
}
