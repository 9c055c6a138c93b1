interface MetricDefinition {
  readonly type: 'gauge' | 'counter' | 'histogram'
  /** `run`: what the last run of a configuration found and did, which may be pushed; `process`: only ever scraped. */
  readonly of: 'run' | 'process'
  readonly labels: readonly string[]
  readonly help: string
}

/** Every metric of this program: the registries and docs/metrics.md are made from it. Node's own metrics come on top. */
export const metricTable = {
  scim_push_build_info: {
    type: 'gauge',
    of: 'run',
    labels: ['version', 'revision', 'node_version'],
    help: 'Always 1; what runs is in the labels.',
  },
  scim_push_last_run_timestamp_seconds: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'When the last run ended, however it ended, in Unix time.',
  },
  scim_push_last_success_timestamp_seconds: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'When the last push that converged ended, in Unix time; dry runs do not count. Not there before the first one.',
  },
  scim_push_last_run_success: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'Whether the last run ended with exit code 0, also as a dry run or suspended: 1 or 0.',
  },
  scim_push_last_run_duration_seconds: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'How long the last run took.',
  },
  scim_push_last_run_phase_duration_seconds: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'phase'],
    help: 'How long each phase of the last run took; 0 for a phase that it did not come to.',
  },
  scim_push_source_objects: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'kind'],
    help: 'What the source held when the last run read it; not there when it could not be read, NaN at a Pushgateway.',
  },
  scim_push_target_objects: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'kind'],
    help: 'What the target held when the last run read it, before any change; not there when it could not be read, NaN at a Pushgateway.',
  },
  scim_push_last_run_planned_changes: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'kind', 'action'],
    help: 'Changes that the last run planned, also when it was a dry run.',
  },
  scim_push_last_run_changes: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'kind', 'action', 'result'],
    help: 'What became of the changes of the last run; all 0 after a dry run.',
  },
  scim_push_last_run_withheld: {
    type: 'gauge',
    of: 'run',
    labels: ['config', 'kind', 'reason'],
    help: 'What the last run left undone, and why.',
  },
  scim_push_removal_guard_tripped: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'Whether the last run withheld something because there were too many removals or the source was empty: 1 or 0.',
  },
  scim_push_dry_run: {
    type: 'gauge',
    of: 'run',
    labels: ['config'],
    help: 'Whether the last run was a dry run, which writes nothing: 1 or 0.',
  },
  scim_push_runs_total: {
    type: 'counter',
    of: 'process',
    labels: ['result'],
    help: 'Runs, by how they ended.',
  },
  scim_push_changes_total: {
    type: 'counter',
    of: 'process',
    labels: ['kind', 'action', 'result'],
    help: 'Changes, by what became of them.',
  },
  scim_push_client_requests_total: {
    type: 'counter',
    of: 'process',
    labels: ['system', 'method', 'code'],
    help: 'Requests sent to the source and the target, each try of one counted.',
  },
  scim_push_client_request_duration_seconds: {
    type: 'histogram',
    of: 'process',
    labels: ['system', 'method'],
    help: 'How long requests took, each try of one observed.',
  },
  scim_push_client_retries_total: {
    type: 'counter',
    of: 'process',
    labels: ['system', 'reason'],
    help: 'Requests that had to be tried again, by why.',
  },
} as const satisfies Readonly<Record<`scim_push_${string}`, MetricDefinition>>

type Table = typeof metricTable
export type MetricName = keyof Table
export type LabelOf<Name extends MetricName> = Table[Name]['labels'][number]

/** The metrics that a report decides, or the build. */
export type RunMetric = { [Name in MetricName]: Table[Name]['of'] extends 'run' ? Name : never }[MetricName]

/** Upper bounds of the histogram, in seconds: a quick answer is in the tens of milliseconds, a try is given up after a minute. */
export const DURATION_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const
