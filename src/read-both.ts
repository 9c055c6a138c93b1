import type { Target } from './apply/target.ts'
import type { TargetState } from './model/target-state.ts'

/** Both at once. When one fails the other is told to stop, and the first error counts. */
export const readBoth = async <T>(
  readSource: (signal: AbortSignal) => Promise<T>,
  target: Pick<Target, 'read'>,
  stop: AbortSignal,
): Promise<[T, TargetState]> => {
  const failed = new AbortController()
  const signal = AbortSignal.any([stop, failed.signal])
  const first: { cause?: unknown } = {}
  const watch = async <R>(reading: Promise<R>): Promise<R> => {
    try {
      return await reading
    } catch (cause) {
      if (!('cause' in first)) first.cause = cause
      failed.abort(cause)
      throw cause
    }
  }
  const [desired, current] = await Promise.allSettled([watch(readSource(signal)), watch(target.read(signal))])
  if (desired.status === 'rejected' || current.status === 'rejected') throw first.cause
  return [desired.value, current.value]
}
