import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { OnRequest } from '../lib/requests.ts'
import { countActions } from '../report/counts.ts'
import { exitCodes } from '../report/exit-code.ts'
import type { RunReport } from '../report/report.ts'
import { isSuccess, kinds, pushedSamplesOf, resultsOf, samplesOf, type Sample } from './metrics-of-run.ts'
import { DURATION_BUCKETS, metricTable, type LabelOf, type MetricName } from './metrics-table.ts'

export interface Build {
  readonly version: string
  /** The commit that it was built from. */
  readonly revision: string
  readonly nodeVersion: string
}

export interface Exposition {
  readonly contentType: string
  readonly body: string
}

export interface Metrics {
  readonly onRequest: OnRequest
  /** Takes over what a run has to say; of an earlier run of the same configuration only the time of the last success stays. */
  record(report: RunReport): void
  /** Forgets every configuration but these: one that is gone, or is called otherwise now, must not be reported on for good. */
  retain(configs: readonly string[]): void
  /** Everything, for a scrape. */
  expose(): Promise<Exposition>
}

interface LastRun {
  readonly samples: readonly Sample[]
  readonly success: Date | null
}

/** The metrics of one process, apart from any other's: nothing is kept in the library's global registry. */
export const createMetrics = (build: Build): Metrics => {
  const registry = new Registry()
  const counters = createCounters(registry)
  collectDefaultMetrics({ register: registry })
  for (const name of MISNAMED) registry.removeSingleMetric(name)

  const lastRuns = new Map<string, LastRun>()
  const runRegistry = (runs: readonly LastRun[]): Registry =>
    registryOf([buildInfo(build), ...runs.flatMap(({ samples }) => samples)])

  return {
    onRequest({ system, method, status, durationMs, retry }) {
      counters.requests.inc({ system, method, code: status === null ? 'none' : `${status}` })
      counters.durations.observe({ system, method }, durationMs / 1000)
      if (retry !== null) counters.retries.inc({ system, reason: retry })
    },
    record(report) {
      const success = isSuccess(report) ? report.finishedAt : (lastRuns.get(report.config)?.success ?? null)
      lastRuns.set(report.config, { samples: samplesOf(report, success), success })
      counters.runs.inc({ result: report.result })
      countChanges(counters.changes, report.counts)
    },
    retain(configs) {
      for (const config of lastRuns.keys()) if (!configs.includes(config)) lastRuns.delete(config)
    },
    expose: () => exposition(Registry.merge([runRegistry([...lastRuns.values()]), registry])),
  }
}

/** Gauges of Node's own with the names of counters, which promtool objects to. Those by type, which stay, add up to them. */
const MISNAMED = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
]

/** What a Pushgateway gets of a run: no counters, and no time of a success that there was not. */
export const exposeForPush = (build: Build, report: RunReport): Promise<Exposition> =>
  exposition(registryOf([buildInfo(build), ...pushedSamplesOf(report)]))

const buildInfo = ({ version, revision, nodeVersion }: Build): Sample => ({
  name: 'scim_push_build_info',
  labels: { version, revision, node_version: nodeVersion },
  value: 1,
})

const exposition = async (registry: Registry): Promise<Exposition> => ({
  contentType: registry.contentType,
  body: await registry.metrics(),
})

/** Gauges made anew for each reading, and only those that have a sample: so none outlives its run or is born as 0. */
const registryOf = (samples: readonly Sample[]): Registry => {
  const registry = new Registry()
  const gauges = new Map<string, Gauge>()
  for (const { name, labels, value } of samples) {
    const gauge = gauges.get(name) ?? new Gauge<string>(definitionOf(name, registry))
    gauges.set(name, gauge)
    gauge.set(labels, value)
  }
  return registry
}

const createCounters = (registry: Registry) => {
  const runs = new Counter(definitionOf('scim_push_runs_total', registry))
  const changes = new Counter(definitionOf('scim_push_changes_total', registry))
  // What can be known beforehand starts at 0: the first step of a series that was not there is no increase to Prometheus.
  for (const result of exitCodes.flatMap(({ results }) => results)) runs.inc({ result }, 0)
  countChanges(changes, countActions([]))
  return {
    runs,
    changes,
    requests: new Counter(definitionOf('scim_push_client_requests_total', registry)),
    durations: new Histogram({
      ...definitionOf('scim_push_client_request_duration_seconds', registry),
      buckets: [...DURATION_BUCKETS],
    }),
    retries: new Counter(definitionOf('scim_push_client_retries_total', registry)),
  }
}

const countChanges = (
  counter: Counter<LabelOf<'scim_push_changes_total'>>,
  counts: RunReport['counts'],
): void => {
  for (const kind of kinds)
    for (const [action, count] of Object.entries(counts[kind]))
      for (const [result, value] of Object.entries(resultsOf(count)))
        counter.inc({ kind, action, result }, value)
}

const definitionOf = <Name extends MetricName>(name: Name, registry: Registry) => {
  const { help, labels }: { readonly help: string; readonly labels: readonly LabelOf<Name>[] } =
    metricTable[name]
  return { name, help, labelNames: labels, registers: [registry] }
}
