import type { Clock } from './clock.ts'

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number
  /** The first back-off is between 0 and this; it doubles with every try (full jitter). */
  readonly baseMs: number
  /** No back-off of ours is longer than this; a Retry-After may be. */
  readonly capMs: number
  /** From the first try to the start of the last, waits between them included. */
  readonly totalMs: number
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 8, baseMs: 250, capMs: 20_000, totalMs: 120_000 }

/** What to do about a failed try: give up, or try again, not before `afterMs` (a Retry-After) where there is one. */
export type RetryDecision =
  | { readonly retry: false }
  | {
      readonly retry: true
      readonly afterMs: number | null
      /** Whoever lets tries through does the waiting, with others in the same case. */
      readonly elsewhere?: boolean
    }

export interface RetryContext {
  readonly clock: Clock
  /** 0 ≤ random() < 1 */
  readonly random: () => number
  readonly policy: RetryPolicy
  /** How long the tries so far have waited for their turn, which is nobody's fault and does not count. */
  readonly waitedMs?: () => number
  /** Ends the waiting, not a try that is under way: then the last error is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Calls `attempt` until it succeeds, `decide` gives up, or the policy's tries or time are used up; throws the last error.
 * A Retry-After that would go past `totalMs` gives up at once: waiting for less would only annoy the service.
 */
export const retry = async <T>(
  attempt: (n: number) => Promise<T>,
  decide: (error: unknown, n: number) => RetryDecision,
  { clock, random, policy, signal, waitedMs = () => 0 }: RetryContext,
): Promise<T> => {
  const started = clock.monotonic()
  for (let n = 1; ; n++) {
    try {
      return await attempt(n)
    } catch (error) {
      const decision = decide(error, n)
      if (!decision.retry || n >= policy.attempts || signal?.aborted) throw error
      const wait = Math.max(decision.afterMs ?? 0, backOffMs(n, random, policy))
      if (clock.monotonic() - started - waitedMs() + wait > policy.totalMs) throw error
      if (decision.elsewhere === true) continue
      try {
        await clock.sleep(wait, signal)
      } catch {
        throw error
      }
    }
  }
}

/** How long to wait after the `n`th try, where the service does not say. */
export const backOffMs = (n: number, random: () => number, { capMs, baseMs }: RetryPolicy): number =>
  random() * Math.min(capMs, baseMs * 2 ** (n - 1))

/** No service means more than that; and what is told to a person stays a number that one can read. */
const LONGEST_RETRY_AFTER_MS = 365 * 86_400_000

/**
 * Milliseconds that a Retry-After header asks for (RFC 9110 §10.2.3: seconds or an HTTP date); null when there is none or
 * it can't be read. A date in the past is 0.
 */
export const retryAfterMs = (header: string | null | undefined, nowMs: number): number | null => {
  const text = header?.trim()
  if (!text) return null
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_RETRY_AFTER_MS)
  const date = Date.parse(text)
  return Number.isNaN(date) ? null : Math.min(Math.max(0, date - nowMs), LONGEST_RETRY_AFTER_MS)
}
