import { samplesOf } from '../../src/observe/metrics-of-run.ts'
import { DURATION_BUCKETS, metricTable } from '../../src/observe/metrics-table.ts'
import { exitCodes } from '../../src/report/exit-code.ts'
import { reportWithoutRun } from '../../src/report/no-run.ts'
import { generated, table } from './markdown.ts'

/** docs/metrics.md */
export const metricsPage = (): string => `${generated}

# Metrics

\`/metrics\` has them in Prometheus' text format, and with them Node's own under their usual names (\`process_…\`, \`nodejs_…\`), but
for three whose names are wrong: \`nodejs_active_resources_total\`, \`…_handles_total\` and \`…_requests_total\` are gauges, and
\`nodejs_active_resources\` and the others, by type, add up to them. \`promtool check metrics\` has nothing against the whole.

## Of the last run

Every configuration that a process runs has its own series, with its \`metadata.name\` as the label \`config\`. A run replaces
what the run before it has left; only the time of the last success stays. Counts of 0 are there. These are the metrics that
are pushed as well ([below](#pushed-and-scraped)).

${metricRows('run')}

## Of the process

Counted since the process started, over all configurations; only scraped.

${metricRows('process')}

The histogram's buckets end at ${DURATION_BUCKETS.join(', ')} seconds.

## Pushed and scraped

\`push --pushgateway URL\` pushes the metrics of a run at its end, in a group of its own for each configuration: the job
(\`--pushgateway-job\`), the namespace where there is one, and \`config\` ([more](kubernetes.md#a-pushgateway)). The time of the last
success is pushed by a success alone, so that it stays there when later runs fail; what a run could not read is NaN, so that the
count of an earlier run does not stay.

[prometheus.yml](prometheus/prometheus.yml) shows how Prometheus scrapes both: a Pushgateway with \`honor_labels: true\`, or job and
namespace would be those of the Pushgateway.

## Alerts

The chart makes a PrometheusRule. The same alerts as files for a Prometheus without the operator; take the one that fits:

${table(
  ['File', 'For'],
  [
    ['[scraped.rules.yaml](prometheus/scraped.rules.yaml)', '`serve --listen`, under the job `scim-push`'],
    [
      '[pushed.rules.yaml](prometheus/pushed.rules.yaml)',
      '`push --pushgateway`, under the job `scim-push`: also that pushes are refused or no longer come',
    ],
    [
      '[cronjob.rules.yaml](prometheus/cronjob.rules.yaml)',
      'a CronJob that pushes nothing, by the metrics of kube-state-metrics',
    ],
  ],
)}

They alert on a last success that is older than two intervals and a run (10200 seconds: put your own there), on configurations that
have never succeeded, on a last run that failed, on withheld removals and on changes that failed. A suspended configuration
(\`spec.suspend\`) does not succeed either; one that is in dry run is left alone. [Is it working?](is-it-working.md) says what to do.

## Labels

${table(
  ['Label', 'Values'],
  [
    ['`config`', 'The `metadata.name` of the configuration.'],
    ['`kind`', valuesOf('kind')],
    ['`action`', valuesOf('action')],
    ['`result` of a change', `${valuesOf('result')} (not tried)`],
    [
      '`result` of a run',
      `${list(exitCodes.flatMap(({ results }) => results))}; see [exit-codes.md](exit-codes.md)`,
    ],
    ['`reason` of what was withheld', valuesOf('reason')],
    [
      '`reason` of a retry',
      'The status, such as `429` or `503`, or what broke the connection, such as `timeout`.',
    ],
    ['`phase`', valuesOf('phase')],
    ['`system`', '`google`, `ldap`, `scim`'],
    ['`method`', 'The HTTP method, or the LDAP operation, such as `bind` or `search`.'],
    ['`code`', 'The HTTP status or the LDAP result code; `none` where there was no answer.'],
    [
      '`version`, `revision`, `node_version`',
      'The release, the commit that it was built from, and the Node that runs it.',
    ],
  ],
)}
`

const list = (names: readonly string[]): string => [...new Set(names)].map((name) => `\`${name}\``).join(', ')

const metricRows = (of: 'run' | 'process'): string =>
  table(
    ['Metric', 'Type', 'Labels', 'Meaning'],
    Object.entries(metricTable)
      .filter(([, definition]) => definition.of === of)
      .map(([name, { type, labels, help }]) => [`\`${name}\``, type, list(labels), help]),
  )

/** The values of a label in a run that did nothing: all there are, since zeros are not left out. */
const valuesOf = (label: string): string => {
  const report = reportWithoutRun({
    runId: '',
    config: '',
    command: 'push',
    result: 'suspended',
    exitCode: 0,
    at: new Date(0),
    error: null,
  })
  const samples = samplesOf(report, null).map(({ labels }) => new Map(Object.entries(labels)).get(label))
  return list(samples.filter((value) => value !== undefined))
}
