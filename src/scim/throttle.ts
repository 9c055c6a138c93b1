import type { Clock } from '../lib/clock.ts'
import { createPace } from './pace.ts'
import { createRate } from './rate.ts'

/** Lets so many requests through at once, and so many a minute; fewer after the service asked for it. */
export interface Throttle {
  /**
   * Runs `task` when there is a free place, the service's pause is over, and the rate allows it; in the order of asking.
   * @param onHold told how long a pause is that has to be waited for: all of it, with those before it since which nothing was answered
   *   well. What it throws ends the waiting
   * @throws the signal's reason when it is aborted while a pause or the rate is waited for
   */
  run<T>(
    task: () => Promise<T>,
    signal?: AbortSignal,
    onHold?: (heldMs: number) => void,
    how?: RunOptions,
  ): Promise<T>
  /** The service complained: half as many at once, and nobody starts before `afterMs` have passed. */
  slowDown(afterMs: number | null): void
  /** How many requests of a kind may run at once now. */
  readonly concurrency: number
  /** And how many of none. */
  readonly most: number
}

interface RunOptions {
  /**
   * Requests of one kind take about as long as each other: `POST /Users`. How many of them run at once is found out. What is of no kind, as a
   * Bulk is, whose size is found out instead, is kept back by complaints alone.
   */
  readonly kind?: string
  /** It was refused by the service's complaint, and comes before those that were not tried yet. */
  readonly again?: boolean
}

export interface ThrottleOptions {
  readonly max: number
  /** 0 for any number. */
  readonly perMinute?: number
  readonly clock: Clock
  /** Told whenever more or fewer may run at once. */
  readonly onChange?: (concurrency: number) => void
}

interface Waiting {
  readonly start: () => void
  readonly end: (reason: unknown) => void
  readonly signal: AbortSignal | undefined
  readonly onHold: ((heldMs: number) => void) | undefined
  readonly judged: boolean
}

/** One burst of complaints, answered within this time, is one. */
const BURST_MS = 1000

export const createThrottle = ({ max, perMinute = 0, clock, onChange }: ThrottleOptions): Throttle => {
  const pace = createPace(max)
  const rate = createRate(perMinute)
  const again = new Set<Waiting>()
  const fresh = new Set<Waiting>()
  let running = 0
  let judged = 0
  let holdUntil = Number.NEGATIVE_INFINITY
  /** Since when there have been pauses and no good answer. */
  let vainSince: number | null = null
  let loweredAt = Number.NEGATIVE_INFINITY
  let told = pace.concurrency

  const heldMs = (): number => holdUntil - clock.monotonic()
  const paced = (): void => {
    if (pace.concurrency === told) return
    told = pace.concurrency
    onChange?.(told)
  }
  const leave = (waiting: Waiting, reason: unknown): void => {
    again.delete(waiting)
    fresh.delete(waiting)
    waiting.end(reason)
  }
  /** Asks each who waits whether to go on. */
  const holdBack = (): void => {
    for (const waiting of [...again, ...fresh]) {
      const { onHold, signal } = waiting
      if (signal?.aborted === true) leave(waiting, signal.reason)
      else
        try {
          if (heldMs() > 0) onHold?.(holdUntil - (vainSince ?? clock.monotonic()))
        } catch (error) {
          leave(waiting, error)
        }
    }
  }
  const sleeper = createSleeper(clock, () => letThrough())
  const letThrough = (): void => {
    for (;;) {
      const [next] = again.size > 0 ? again : fresh
      if (next === undefined) {
        sleeper.wakeIn(null)
        return
      }
      if (running >= pace.most || (next.judged && judged >= pace.concurrency)) return
      const wait = Math.max(heldMs(), rate.waitMs(clock.monotonic()))
      if (wait > 0) {
        holdBack()
        sleeper.wakeIn(again.size + fresh.size > 0 ? wait : null)
        return
      }
      again.delete(next)
      fresh.delete(next)
      rate.take(clock.monotonic())
      running++
      if (next.judged) judged++
      next.start()
    }
  }

  /** One listener a signal, however many wait with it: added twice it would be one, and go with the first that has its turn. */
  const waitingWith = new Map<AbortSignal, number>()
  const listen = (signal: AbortSignal | undefined, by: 1 | -1): void => {
    if (signal === undefined) return
    const count = (waitingWith.get(signal) ?? 0) + by
    if (count > 0) {
      if (by === 1 && count === 1) signal.addEventListener('abort', letThrough)
      waitingWith.set(signal, count)
      return
    }
    signal.removeEventListener('abort', letThrough)
    waitingWith.delete(signal)
  }

  const place = (
    waiting: Pick<Waiting, 'signal' | 'onHold' | 'judged'>,
    queue: Set<Waiting>,
  ): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    const { signal } = waiting
    const settle = (): void => listen(signal, -1)
    const start = (): void => {
      settle()
      resolve(undefined)
    }
    const end = (reason: unknown): void => {
      settle()
      reject(reason)
    }
    queue.add({ ...waiting, start, end })
    listen(signal, 1)
    letThrough()
    return promise
  }

  return {
    async run(task, signal, onHold, { kind, again: isAgain = false } = {}) {
      const isJudged = kind !== undefined
      await place({ signal, onHold, judged: isJudged }, isAgain ? again : fresh)
      const full = judged >= pace.concurrency
      const sent = pace.sent(kind ?? null)
      const started = clock.monotonic()
      try {
        const result = await task()
        vainSince = null
        pace.answered(sent, clock.monotonic() - started, full)
        paced()
        return result
      } finally {
        running--
        if (isJudged) judged--
        letThrough()
      }
    },
    slowDown(afterMs) {
      const now = clock.monotonic()
      if (afterMs !== null) {
        vainSince ??= now
        holdUntil = Math.max(holdUntil, now + afterMs)
        holdBack()
      }
      if (now - loweredAt < BURST_MS) return
      loweredAt = now
      pace.complained(running)
      paced()
    },
    get concurrency() {
      return pace.concurrency
    },
    get most() {
      return pace.most
    },
  }
}

/** One timer, for the soonest time that somebody waits for; none where nobody does, which would keep the process alive. */
const createSleeper = (clock: Clock, wake: () => void) => {
  let asleep: { readonly until: number; readonly end: AbortController } | null = null
  return {
    wakeIn(ms: number | null): void {
      const until = ms === null ? null : clock.monotonic() + ms
      if (asleep !== null && until !== null && asleep.until <= until) return
      asleep?.end.abort()
      asleep = null
      if (ms === null || until === null) return
      const own = (asleep = { until, end: new AbortController() })
      const awake = (): void => {
        if (asleep !== own) return
        asleep = null
        wake()
      }
      clock.sleep(ms, own.end.signal).then(awake, () => undefined)
    },
  }
}
