// What a run still does once it was told to stop, and for how long at most: the chart's terminationGracePeriodSeconds is above the
// sum (docs/kubernetes.md), and what the lock leaves to a write under way is not below the first of them.

/** A write may take 10 s to connect and 60 s to be answered; the rest is for looking up what became of a POST. */
export const WRITES_END_MS = 75_000
/** The API server: status, event, and the lock that is given back. */
export const CALLS_END_MS = 100_000
/** Pushes of metrics, from the first of them. */
export const PUSHES_MS = 5_000
/** Answers of --listen that are under way in the end. */
export const ANSWERS_MS = 1_000

const ends = new WeakMap<AbortSignal, Map<number, AbortSignal>>()

/**
 * Aborted with a TimeoutError `ms` after `stop` was. The same for the same signal, so that a process that runs for a year does not
 * listen to it ten thousand times; its timer keeps no process alive.
 */
export const endAfter = (stop: AbortSignal, ms: number): AbortSignal => {
  const known = ends.get(stop) ?? new Map<number, AbortSignal>()
  ends.set(stop, known)
  const found = known.get(ms)
  if (found) return found
  const end = new AbortController()
  const count = (): void => {
    setTimeout(() => end.abort(new DOMException('the run was told to stop', 'TimeoutError')), ms).unref()
  }
  if (stop.aborted) count()
  else stop.addEventListener('abort', count, { once: true })
  known.set(ms, end.signal)
  return end.signal
}
