import type { OnRequest } from './requests.ts'

/** Counts requests by system, and passes them on. */
export const createTally = (
  next: OnRequest,
): { readonly onRequest: OnRequest; readonly counts: () => Readonly<Record<string, number>> } => {
  const counts: Record<string, number> = {}
  return {
    onRequest(event) {
      counts[event.system] = (counts[event.system] ?? 0) + 1
      next(event)
    },
    counts: () => ({ ...counts }),
  }
}
