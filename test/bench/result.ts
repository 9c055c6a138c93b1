import { lowerBoundMs, neededFor, requestsNeeded } from './bound.ts'
import type { Seen } from './emulator.ts'
import type { Measurement } from './run-case.ts'
import type { Case, Conditions } from './workload.ts'

export type Tool = 'scim-push' | 'commander'

/** A row of the table: the medians of so many runs of one tool. */
export interface Result extends Case {
  readonly tool: Tool
  readonly runs: number
  readonly wallMs: number
  /** The slowest and the fastest run. */
  readonly wallRangeMs: readonly [least: number, most: number]
  /** Without the start of the process; null where it is not known. */
  readonly pushMs: number | null
  readonly cpuMs: number
  readonly peakMemoryMb: number
  /** As the emulators counted them; the most of all runs. */
  readonly target: Traffic
  readonly google: Traffic | null
  /** What can't be done without, but for the token and what the endpoint says of itself; and in what time. */
  readonly requestsNeeded: number
  readonly lowerBoundMs: number
}

export type Traffic = Omit<Seen, 'digest'>

/** Of all requests to both systems. */
export const requestsOf = ({ target, google }: Pick<Result, 'target' | 'google'>): number =>
  [target, google].flatMap((traffic) => Object.values(traffic?.requests ?? {})).reduce((sum, n) => sum + n, 0)

export const resultOf = (
  tool: Tool,
  what: Case,
  conditions: Conditions,
  measured: readonly Measurement[],
): Result => {
  const needed = neededFor(what)
  const walls = measured.map(({ wallMs }) => wallMs)
  const pushes = measured.flatMap(({ pushMs }) => pushMs ?? [])
  const most = measured.reduce((one, other) => (requestsOf(other) > requestsOf(one) ? other : one))
  return {
    tool,
    ...what,
    runs: measured.length,
    wallMs: median(walls),
    wallRangeMs: [Math.min(...walls), Math.max(...walls)],
    pushMs: pushes.length > 0 ? median(pushes) : null,
    cpuMs: median(measured.map(({ cpuMs }) => cpuMs)),
    peakMemoryMb: median(measured.map(({ peakMemoryMb }) => peakMemoryMb)),
    target: trafficOf(most.target),
    google: most.google && trafficOf(most.google),
    requestsNeeded: requestsNeeded(needed, what.bulk),
    lowerBoundMs: lowerBoundMs(needed, conditions, what.bulk),
  }
}

const trafficOf = ({ requests, connections, bytesIn, bytesOut }: Seen): Traffic => ({
  requests,
  connections,
  bytesIn,
  bytesOut,
})

/** The middle one; of an even number the mean of both in the middle. */
export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The row of a tool for a case; undefined when it was not measured. */
export const find = (
  results: readonly Result[],
  tool: Tool,
  { workload, source, bulk }: Pick<Case, 'workload' | 'source' | 'bulk'>,
  users: number,
): Result | undefined =>
  results.find(
    (result) =>
      result.tool === tool &&
      result.workload === workload &&
      result.source === source &&
      result.size.users === users &&
      // The peer knows no Bulk: its row is the same with and without.
      (tool === 'commander' || result.bulk === bulk),
  )
