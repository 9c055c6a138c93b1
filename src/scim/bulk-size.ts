/** How many operations the next Bulk may have: as many as are answered well within the time that a write has. */
export interface BulkSize {
  readonly operations: number
  /** The same where so many wait and as many Bulks can be sent: full ones are the fewest, and a few more are quicker where they take long. */
  spread(waiting: number, places: number): number
  /** False until the first Bulk was answered: nobody knows how long an operation takes. */
  readonly measured: boolean
  /** How long so many operations take, by what is known. */
  expectedMs(operations: number): number
  answered(operations: number, ms: number): void
  /** For good: what is larger than this is refused. */
  refusedAbove(operations: number): void
  /** For now: more than this is not carried out in time. */
  lower(operations: number): void
}

/** The first Bulk has no more than this: at half a second an operation it is answered within the time of a write (exchange.ts). */
const FIRST = 100
/** A quarter of the time of a write; what stands between may have less patience, 30 s as a rule. */
const TAKES_MS = 15_000
/** An operation, where nothing was measured. */
const GUESS_MS = 10
/** A Bulk that was answered allows for so many times as many operations in the next, if time does. */
const GROWTH = 8

/** What takes longer than this is spread over so many Bulks more than would do. */
const WORTH_SPREADING_MS = 1000
const SPREAD_BY = 2

/** @param offered `maxOperations` */
export const createBulkSize = (offered: number): BulkSize => {
  let most = offered
  let ceiling = Number.POSITIVE_INFINITY
  let operationMs: number | null = null
  const operationsNow = (): number => {
    const inTime = operationMs === null ? FIRST : Math.floor(TAKES_MS / operationMs)
    return Math.max(1, Math.min(most, ceiling, inTime))
  }
  return {
    get operations() {
      return operationsNow()
    },
    spread(waiting, places) {
      const full = Math.max(1, Math.min(waiting, operationsNow()))
      if (operationMs === null || full * operationMs < WORTH_SPREADING_MS) return operationsNow()
      const bulks = Math.min(places, Math.ceil(waiting / full) + SPREAD_BY)
      return Math.min(full, Math.ceil(waiting / Math.max(1, bulks)))
    },
    get measured() {
      return operationMs !== null
    },
    expectedMs: (operations) => Math.min(TAKES_MS, operations * (operationMs ?? GUESS_MS)),
    answered(operations, ms) {
      // A clock may not tell so short a time.
      operationMs = Math.max(ms / operations, (operationMs ?? 0) / GROWTH, 0.001)
      ceiling = Math.max(ceiling, operations * GROWTH)
    },
    refusedAbove(operations) {
      most = Math.max(1, Math.min(most, Math.floor(operations)))
    },
    lower(operations) {
      ceiling = Math.max(1, Math.min(ceiling, Math.floor(operations)))
    },
  }
}
