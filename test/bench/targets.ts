import { BULKS_MORE, MAX_OPERATIONS } from './bound.ts'
import { find, requestsOf, type Result } from './result.ts'
import type { SourceName } from './workload.ts'

/** What is measured besides the workloads; null for what was not. */
export interface Extras {
  /** Wall time of `scim-push version`, and of a push of 100 users that changes nothing, without latency; milliseconds. */
  readonly versionMs: number | null
  readonly smallPushMs: number | null
  /** CPU time of planning W1 or W3 of 100,000 users, whichever takes longer; milliseconds. */
  readonly planningMs: number | null
}

export interface Verdict {
  readonly target: string
  readonly limit: string
  /** With how far it is off, where it is missed. Null when nothing was measured. */
  readonly measured: string | null
  readonly met: boolean | null
}

interface Aim {
  readonly target: string
  readonly value: number | null
  /** Our slowest run against the peer's fastest: holds the target then, it holds in any run. */
  readonly worst?: number | null
  readonly bound: { readonly most: number } | { readonly least: number }
  readonly unit: string
  readonly digits?: number
}

const TEN_THOUSAND = 10_000
const sources: readonly SourceName[] = ['records', 'google']

/** The targets of issue 6, each met, missed (and by how much), or not measured. */
export const judge = (results: readonly Result[], extras: Extras): readonly Verdict[] =>
  [...speed(results), ...bounds(results), ...requests(results), ...memory(results), ...small(extras)].map(
    verdictOf,
  )

const verdictOf = ({ target, value, worst = null, bound, unit, digits = 0 }: Aim): Verdict => {
  const show = (n: number): string => `${n.toLocaleString('en', { maximumFractionDigits: digits })}${unit}`
  const wanted = 'most' in bound ? bound.most : bound.least
  const limit = Number.isNaN(wanted) ? '' : `${'most' in bound ? 'at most' : 'at least'} ${show(wanted)}`
  if (value === null) return { target, limit, measured: null, met: null }
  const met = 'most' in bound ? value <= bound.most : value >= bound.least
  const percent = Math.abs(value / wanted - 1) * 100
  const off = wanted === 0 ? '' : ` (${percent.toFixed(percent < 1 ? 1 : 0)} % off)`
  const atWorst = worst === null ? '' : `, at worst ${show(worst)}`
  return { target, limit, measured: `${show(value)}${met ? '' : off}${atWorst}`, met }
}

const faster = (
  results: readonly Result[],
  what: { readonly workload: 'W1' | 'W2' | 'W3'; readonly source: SourceName; readonly bulk: boolean },
): Pick<Aim, 'value' | 'worst'> => {
  const ours = find(results, 'scim-push', what, TEN_THOUSAND)
  const peer = find(results, 'commander', what, TEN_THOUSAND)
  if (!ours || !peer) return { value: null }
  return { value: peer.wallMs / ours.wallMs, worst: peer.wallRangeMs[0] / ours.wallRangeMs[1] }
}

const speed = (results: readonly Result[]): readonly Aim[] => {
  const aim = (
    workload: 'W1' | 'W2' | 'W3',
    source: SourceName,
    bulk: boolean,
    least: number,
    words = '',
  ): Aim => ({
    target: `${workload} from ${source}${words}, 10,000 users: faster than Commander`,
    ...faster(results, { workload, source, bulk }),
    bound: { least },
    unit: '×',
    digits: 1,
  })
  return [
    ...sources.map((source) => aim('W1', source, false, 25, ' without Bulk')),
    ...sources.map((source) => aim('W1', source, true, 40, ' with Bulk')),
    aim('W2', 'google', false, 6),
    aim('W3', 'google', false, 6),
    aim('W2', 'records', false, 1),
  ]
}

const bounds = (results: readonly Result[]): readonly Aim[] =>
  (
    [
      ['W1', false, 1.15],
      ['W1', true, 1.15],
      ['W2', false, 1.3],
    ] as const
  ).flatMap(([workload, bulk, most]) =>
    sources.map((source) => {
      const ours = find(results, 'scim-push', { workload, source, bulk }, TEN_THOUSAND)
      return {
        target: `${workload} from ${source}${bulk ? ' with Bulk' : ''}, 10,000 users: wall time over the lower bound`,
        value: ours ? ours.wallMs / ours.lowerBoundMs : null,
        bound: { most },
        unit: '×',
        digits: 2,
      }
    }),
  )

/** The largest that was measured says most. */
const largest = (
  results: readonly Result[],
  workload: 'W1' | 'W2',
  source: SourceName,
  bulk: boolean,
): Result | undefined =>
  results
    .filter(
      (result) =>
        result.tool === 'scim-push' &&
        result.workload === workload &&
        result.source === source &&
        result.bulk === bulk,
    )
    .sort((a, b) => b.size.users - a.size.users)[0]

const requests = (results: readonly Result[]): readonly Aim[] =>
  (
    [
      ['W2', false, 2, 'no more than the pages + 2'],
      ['W1', false, 2, 'one a user and a group + the reads'],
      ['W1', true, BULKS_MORE, `operations ÷ ${MAX_OPERATIONS} + the reads + ${BULKS_MORE}`],
    ] as const
  ).flatMap(([workload, bulk, more, words]) =>
    sources.map((source) => {
      const ours = largest(results, workload, source, bulk)
      const users = ours ? `, ${ours.size.users.toLocaleString('en')} users` : ''
      return {
        target: `${workload} from ${source}${bulk ? ' with Bulk' : ''}${users}: requests, ${words}`,
        value: ours ? requestsOf(ours) : null,
        bound: { most: ours ? ours.requestsNeeded + more : Number.NaN },
        unit: '',
      }
    }),
  )

const peak = (results: readonly Result[], users: number): number | null => {
  const found = results.filter(({ tool, size }) => tool === 'scim-push' && size.users === users)
  return found.length > 0 ? Math.max(...found.map(({ peakMemoryMb }) => peakMemoryMb)) : null
}

const memory = (results: readonly Result[]): readonly Aim[] => {
  const at = (users: number, most: number): Aim => ({
    target: `peak memory at ${users.toLocaleString('en')} users, of all workloads`,
    value: peak(results, users),
    bound: { most },
    unit: ' MB',
  })
  return [at(100_000, 300), at(1_000_000, 1500), growth(results)]
}

/** How much more memory a user takes between 100,000 and 1,000,000 than between 10,000 and 100,000, in the same workload. */
const growth = (results: readonly Result[]): Aim => {
  const of = (users: number): number | null =>
    find(results, 'scim-push', { workload: 'W2', source: 'records', bulk: false }, users)?.peakMemoryMb ??
    null
  const [small, middle, large] = [of(10_000), of(100_000), of(1_000_000)]
  const value =
    small === null || middle === null || large === null
      ? null
      : ((large - middle) / 900_000 / ((middle - small) / 90_000)) * 100 - 100
  return {
    target: 'W2 from records: memory a user from 100,000 to 1,000,000 over that from 10,000 to 100,000',
    value,
    bound: { most: 20 },
    unit: ' % more',
  }
}

const small = ({ versionMs, smallPushMs, planningMs }: Extras): readonly Aim[] => [
  { target: 'planning 100,000 users: CPU time', value: planningMs, bound: { most: 1000 }, unit: ' ms' },
  { target: '`scim-push version`: wall time', value: versionMs, bound: { most: 100 }, unit: ' ms' },
  {
    target: 'no-change push of 100 users without latency: wall time',
    value: smallPushMs,
    bound: { most: 500 },
    unit: ' ms',
  },
]
