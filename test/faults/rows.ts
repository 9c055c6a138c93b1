import { families, type FaultId } from './faults.ts'
import { recovered, type Promised } from './promise.ts'

/** Faults that a request answers to alike, and what comes of them: of one, and of all requests to the service from then on. */
export interface Row<F extends string = FaultId> {
  readonly faults: readonly F[]
  readonly once: Promised
  readonly thenOn: Promised
}

export const row = (faults: readonly FaultId[], once: Promised, thenOn: Promised): Row => ({
  faults,
  once,
  thenOn,
})
export const both = (faults: readonly FaultId[], promised: Promised): Row => row(faults, promised, promised)

/**
 * The cells of rows: each fault, of one request and of all from then on, and what comes of it.
 * @throws Error when a fault stands in two rows
 */
export const cellsOf = <F extends string>(rows: readonly Row<F>[]) => {
  const all = rows.flatMap(({ faults }) => faults)
  const twice = all.find((fault, n) => all.indexOf(fault) !== n)
  if (twice !== undefined) throw new Error(`the fault "${twice}" stands in two rows`)
  return rows.flatMap(({ faults, once, thenOn }) =>
    faults.flatMap((fault) => [
      { fault, how: 'once', promised: once } as const,
      { fault, how: 'from then on', promised: thenOn } as const,
    ]),
  )
}

export const odd: readonly FaultId[] = ['409', '412', '413', '428']
export const EXPIRED = 'certificate expired'
const { network, 'server errors': down, 'too many requests': busy } = families

/** What passes. */
export const passing = (
  thenOn: Readonly<Record<'network' | 'down' | 'busy' | 'absurd', Promised>>,
): readonly Row[] => [
  row(network, recovered, thenOn.network),
  row(down, recovered, thenOn.down),
  row(busy, recovered, thenOn.busy),
  both(['429 absurd'], thenOn.absurd),
  both(['other type'], recovered),
]
