import { samplesOf } from '../../src/observe/metrics-of-run.ts'
import { DURATION_BUCKETS, metricTable } from '../../src/observe/metrics-table.ts'
import { exitCodes } from '../../src/report/exit-code.ts'
import { reportWithoutRun } from '../../src/report/no-run.ts'
import { generated, table } from './markdown.ts'

/** docs/metrics.md */
export const metricsPage = (): string => `${generated}

# Metrics

\`/metrics\` has them in Prometheus' text format, and with them Node's own under their usual names (\`process_…\`, \`nodejs_…\`).

## Of the last run

Every configuration that a process runs has its own series, with its \`metadata.name\` as the label \`config\`. A run replaces
what the run before it has left; only the time of the last success stays. Counts of 0 are there. These are the metrics that
can be pushed as well.

${metricRows('run')}

## Of the process

Counted since the process started, over all configurations; only scraped.

${metricRows('process')}

The histogram's buckets end at ${DURATION_BUCKETS.join(', ')} seconds.

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
