import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { metricTable } from '../../src/observe/metrics-table.ts'
import { origins, rows, type Origin, type Series } from './prometheus/alert-rows.ts'
import { CHART, example, renderChart } from './helm/helm.ts'
import { objectOf } from './helm/pods.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'))
})
afterAll(() => rm(folder, { recursive: true }))

const promtool = (args: readonly string[]) => promisify(execFile)('promtool', [...args], { cwd: folder })

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
}
interface Rules {
  readonly groups: readonly { readonly rules: readonly Rule[] }[]
}

const rendered = async (set: readonly string[]): Promise<Rules> =>
  objectOf(
    await renderChart({
      valuesFiles: [example('google-cronjob')],
      set: ['metrics.prometheusRule.enabled=true', ...set],
      apiVersions: ['monitoring.coreos.com/v1/PrometheusRule'],
    }),
    'PrometheusRule',
  )['spec'] as Rules
const plain = async (file: string): Promise<Rules> =>
  parse(await readFile(`docs/prometheus/${file}.rules.yaml`, 'utf8')) as Rules

const gateway = 'metrics.pushgateway.url=http://pushgateway:9091'
/** Read or rendered, by where they come from. */
const readers = {
  CronJob: () => rendered([]),
  'CronJob, pushed': () => rendered([gateway]),
  Job: () => rendered(['kind=Job']),
  'Job, pushed': () => rendered(['kind=Job', gateway]),
  Deployment: () => rendered(['kind=Deployment']),
  scraped: () => plain('scraped'),
  pushed: () => plain('pushed'),
  cronjob: () => plain('cronjob'),
} as const satisfies Record<Origin, () => Promise<Rules>>
const known = new Map<Origin, Promise<Rules>>()
const rulesOf = (origin: Origin): Promise<Rules> => {
  const rules = known.get(origin) ?? readers[origin]()
  known.set(origin, rules)
  return rules
}

/** @throws with what promtool says, where other alerts than these fire after so many minutes */
const expectAlerts = async (
  origin: Origin,
  series: Series,
  minutes: number,
  alerts: readonly string[],
): Promise<void> => {
  await writeFile(join(folder, 'rules.json'), JSON.stringify(await rulesOf(origin)))
  const tests = {
    rule_files: ['rules.json'],
    tests: [
      {
        interval: '1m',
        input_series: series.map(([metric, labels, values]) => ({ series: `${metric}{${labels}}`, values })),
        promql_expr_test: [
          {
            expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
            eval_time: `${minutes}m`,
            exp_samples: alerts.map((alert) => ({ labels: `{alertname="${alert}"}`, value: 1 })),
          },
        ],
      },
    ],
  }
  await writeFile(join(folder, 'tests.json'), JSON.stringify(tests))
  await promtool(['test', 'rules', 'tests.json'])
}

describe.each(origins)('the alerts of: %s', (origin) => {
  test('are rules that Prometheus takes', async () => {
    await writeFile(join(folder, 'rules.json'), JSON.stringify(await rulesOf(origin)))
    await promtool(['check', 'rules', 'rules.json'])
  })

  test('ask for metrics that there are, of this program or of others that are named here', async () => {
    const others =
      /^(kube_job_(status_start_time|owner|failed)|kube_cronjob_(status_last_successful_time|spec_suspend|created)|up|push(_failure)?_time_seconds)$/
    const { groups } = await rulesOf(origin)
    const asked = groups[0]!.rules.flatMap(({ expr }) =>
      [...expr.matchAll(/([a-z_]+)\{/g)].map(([, metric]) => metric!),
    )
    expect(asked).not.toEqual([])
    expect(asked.filter((metric) => !(metric in metricTable) && !others.test(metric))).toEqual([])
  })

  test('leave no name of a part that is to be filled in', async () => {
    expect(JSON.stringify(await rulesOf(origin))).not.toMatch(/\$[A-Z]/)
  })

  const mine = rows.filter(([, of]) => of === origin)
  test.each(mine)('%s', async (_, of, series, minutes, alerts) => {
    await expectAlerts(of, series, minutes, alerts)
  })

  test('fire in some of these, each of them, and in others not', async () => {
    const { groups } = await rulesOf(origin)
    for (const { alert } of groups[0]!.rules) {
      const fires = mine.map(([, , , , alerts]) => alerts.includes(alert))
      expect([alert, fires.includes(true), fires.includes(false)]).toEqual([alert, true, true])
    }
  })
})

test('alerts can be changed, left out, labelled and added; one that is not there is named', async () => {
  const { groups } = await rendered([
    'metrics.prometheusRule.overrides.ScimPushJobStale.for=5m',
    'metrics.prometheusRule.overrides.ScimPushJobStale.labels.severity=page',
    'metrics.prometheusRule.overrides.ScimPushSuspended.enabled=false',
    'metrics.prometheusRule.ruleLabels.team=identity',
    'metrics.prometheusRule.extraRules[0].record=mine',
  ])
  const { rules } = groups[0]!
  expect(rules.map(({ alert }) => alert)).toEqual([
    'ScimPushJobFailed',
    'ScimPushJobNeverSucceeded',
    'ScimPushJobStale',
    undefined,
  ])
  expect(rules[2]).toMatchObject({ for: '5m', labels: { severity: 'page', team: 'identity' } })
  await expect(
    rendered(['kind=Job', 'metrics.prometheusRule.overrides.ScimPushStale.for=5m']),
  ).rejects.toMatchObject({
    stderr: expect.stringContaining(
      'there is no such alert for a Job; there are ScimPushJobFailed',
    ) as string,
  })
})

test.each([
  ['CronJob', ['ScimPushMetricsMissing', 'ScimPushNeverPushed', 'ScimPushNeverSucceeded', 'ScimPushStale']],
  ['Deployment', ['ScimPushAbsent', 'ScimPushNeverSucceeded', 'ScimPushStale']],
])('a %s whose values suspend it has no alerts about runs that do not come', async (kind, gone) => {
  const set = [`kind=${kind}`, ...(kind === 'CronJob' ? [gateway] : [])]
  const names = async (more: readonly string[]): Promise<readonly string[]> =>
    (await rendered([...set, ...more])).groups[0]!.rules.map(({ alert }) => alert)
  const off = await names(['suspend=true', 'metrics.prometheusRule.overrides.ScimPushStale.for=5m'])
  expect((await names([])).filter((name) => !off.includes(name))).toEqual(gone)
})

test('the dashboard shows metrics and labels that there are', async () => {
  const text = await readFile(`${CHART}/files/dashboard.json`, 'utf8')
  const { panels } = JSON.parse(text) as { panels: { targets: { expr: string }[] }[] }
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  expect(expressions).toHaveLength(11)
  for (const expr of expressions) {
    const metric = /scim_push_[a-z_]+/.exec(expr)![0]
    expect(metricTable).toHaveProperty(metric)
    const by = /by \(([a-z, ]+)\)/.exec(expr)?.[1]?.split(', ') ?? []
    const labels = [...metricTable[metric as keyof typeof metricTable].labels, 'namespace']
    expect(labels).toEqual(expect.arrayContaining(by))
  }
})
