import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { metricTable } from '../../src/observe/metrics-table.ts'
import { CHART, example, renderChart } from './helm/helm.ts'
import { objectOf } from './helm/pods.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'))
})
afterAll(() => rm(folder, { recursive: true }))

const promtool = (args: readonly string[]) => promisify(execFile)('promtool', [...args], { cwd: folder })

const kinds = ['CronJob', 'Job', 'Deployment'] as const
type Kind = (typeof kinds)[number]

const rulesOf = async (kind: Kind, set: readonly string[] = []): Promise<{ groups: { rules: Rule[] }[] }> =>
  objectOf(
    await renderChart({
      valuesFiles: [example('google-cronjob')],
      set: [`kind=${kind}`, 'metrics.prometheusRule.enabled=true', ...set],
      apiVersions: ['monitoring.coreos.com/v1/PrometheusRule'],
    }),
    'PrometheusRule',
  )['spec'] as { groups: { rules: Rule[] }[] }

interface Rule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: Readonly<Record<string, string>>
}

/** Series by what stands between the braces, with Prometheus' short form of their values, one a minute. */
type Series = readonly (readonly [metric: string, labels: string, values: string])[]

/** @throws with what promtool says, where other alerts than these fire after so many minutes */
const expectAlerts = async (
  kind: Kind,
  series: Series,
  minutes: number,
  alerts: readonly string[],
): Promise<void> => {
  await writeFile(join(folder, 'rules.json'), JSON.stringify(await rulesOf(kind)))
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

describe.each(kinds)('the alerts of a %s', (kind) => {
  test('are rules that Prometheus takes', async () => {
    await writeFile(join(folder, 'rules.json'), JSON.stringify(await rulesOf(kind)))
    await promtool(['check', 'rules', 'rules.json'])
  })

  test('ask for metrics that there are, of this program or of others that are named here', async () => {
    const others =
      /^(kube_job_(status_start_time|owner|failed)|kube_cronjob_(status_last_successful_time|spec_suspend|created)|up|process_start_time_seconds)$/
    const { groups } = await rulesOf(kind)
    const asked = groups[0]!.rules.flatMap(({ expr }) =>
      [...expr.matchAll(/([a-z_]+)\{/g)].map(([, metric]) => metric!),
    )
    expect(asked).not.toEqual([])
    expect(asked.filter((metric) => !(metric in metricTable) && !others.test(metric))).toEqual([])
  })
})

const cronJob = 'namespace="default", cronjob="scim-scim-push"'
const aCronJob: Series = [
  ['kube_cronjob_created', cronJob, '0x400'],
  ['kube_cronjob_spec_suspend', cronJob, '0x400'],
]
const failedJob = (name: string, startedAt: number): Series => {
  const job = `namespace="default", job_name="${name}"`
  return [
    ['kube_job_status_start_time', job, `${startedAt}x400`],
    ['kube_job_failed', `${job}, condition="true"`, '1x400'],
    ['kube_job_failed', `${job}, condition="false"`, '0x400'],
    ['kube_job_owner', `${job}, owner_kind="CronJob", owner_name="scim-scim-push"`, '1x400'],
  ]
}
const succeededAt = (seconds: number): Series => [
  ['kube_cronjob_status_last_successful_time', cronJob, `${seconds}x400`],
]
const someoneElses: Series = [
  ['kube_job_status_start_time', 'namespace="default", job_name="b"', '60x400'],
  ['kube_job_failed', 'namespace="default", job_name="b", condition="true"', '1x400'],
  ['kube_job_owner', 'namespace="default", job_name="b", owner_kind="CronJob", owner_name="other"', '1x400'],
]

const target = 'job="default/scim-scim-push"'
const config = `${target}, config="corp"`
const aDeployment: Series = [
  ['up', target, '1x400'],
  ['process_start_time_seconds', target, '0x400'],
  ['scim_push_last_run_timestamp_seconds', config, '0+60x400'],
]
const run = (success: number, dryRun = 0): Series => [
  ['scim_push_last_run_success', config, `${success}x400`],
  ['scim_push_dry_run', config, `${dryRun}x400`],
]
const lastSuccess = (values: string): Series => [['scim_push_last_success_timestamp_seconds', config, values]]

describe('alerts fire when they should, and only then', () => {
  test.each<[string, Kind, Series, number, readonly string[]]>([
    ['a CronJob that has just succeeded', 'CronJob', [...aCronJob, ...succeededAt(6000)], 110, []],
    [
      'one that failed',
      'CronJob',
      [...aCronJob, ...succeededAt(60), ...failedJob('a', 3600)],
      70,
      ['ScimPushJobFailed'],
    ],
    [
      'one that failed the first time',
      'CronJob',
      [...aCronJob, ...failedJob('a', 3600)],
      70,
      ['ScimPushJobFailed'],
    ],
    [
      'one that has succeeded since',
      'CronJob',
      [...aCronJob, ...succeededAt(7200), ...failedJob('a', 3600)],
      130,
      [],
    ],
    ["somebody else's failure", 'CronJob', [...aCronJob, ...succeededAt(30), ...someoneElses], 10, []],
    ['one that is late', 'CronJob', [...aCronJob, ...succeededAt(60)], 180, ['ScimPushStale']],
    ['one that never did', 'CronJob', aCronJob, 180, ['ScimPushNeverSucceeded']],
    ['one that is new', 'CronJob', aCronJob, 160, []],
    [
      'one that is suspended',
      'CronJob',
      [
        ['kube_cronjob_created', cronJob, '0x2000'],
        ['kube_cronjob_spec_suspend', cronJob, '1x2000'],
      ],
      1500,
      ['ScimPushSuspended'],
    ],
    [
      'a Job that failed',
      'Job',
      [['kube_job_failed', 'namespace="default", job_name="scim-scim-push-3", condition="true"', '1x10']],
      5,
      ['ScimPushJobFailed'],
    ],
    [
      'a Job of another release that failed',
      'Job',
      [
        [
          'kube_job_failed',
          'namespace="default", job_name="other-scim-scim-push-3", condition="true"',
          '1x10',
        ],
      ],
      5,
      [],
    ],
    [
      'a Deployment that converges',
      'Deployment',
      [...aDeployment, ...run(1), ...lastSuccess('0+60x400')],
      300,
      [],
    ],
    [
      'one whose last run failed',
      'Deployment',
      [...aDeployment, ...run(0), ...lastSuccess('0x400')],
      60,
      ['ScimPushLastRunFailed'],
    ],
    [
      'one that has not succeeded for long',
      'Deployment',
      [...aDeployment, ...run(0), ...lastSuccess('0x400')],
      180,
      ['ScimPushLastRunFailed', 'ScimPushStale'],
    ],
    [
      'one that never succeeded',
      'Deployment',
      [...aDeployment, ...run(0)],
      180,
      ['ScimPushLastRunFailed', 'ScimPushNeverSucceeded'],
    ],
    ['one that only plans', 'Deployment', [...aDeployment, ...run(1, 1)], 300, []],
    [
      'one that withholds',
      'Deployment',
      [
        ...aDeployment,
        ...run(1),
        ...lastSuccess('0+60x400'),
        ['scim_push_removal_guard_tripped', config, '1x400'],
      ],
      60,
      ['ScimPushRemovalGuardTripped'],
    ],
    ['one that never ran', 'Deployment', aDeployment.slice(0, 2), 180, ['ScimPushNoRun']],
    ['one that is not there', 'Deployment', [], 180, ['ScimPushAbsent']],
    ['one that is down', 'Deployment', [['up', target, '0x400']], 20, ['ScimPushAbsent']],
  ])('%s', async (_, kind, series, minutes, alerts) => {
    await expectAlerts(kind, series, minutes, alerts)
  })
})

test('alerts can be changed, left out, labelled and added; one that is not there is named', async () => {
  const { groups } = await rulesOf('CronJob', [
    'metrics.prometheusRule.overrides.ScimPushStale.for=5m',
    'metrics.prometheusRule.overrides.ScimPushStale.labels.severity=page',
    'metrics.prometheusRule.overrides.ScimPushSuspended.enabled=false',
    'metrics.prometheusRule.ruleLabels.team=identity',
    'metrics.prometheusRule.extraRules[0].record=mine',
  ])
  const { rules } = groups[0]!
  expect(rules.map(({ alert }) => alert)).toEqual([
    'ScimPushJobFailed',
    'ScimPushNeverSucceeded',
    'ScimPushStale',
    undefined,
  ])
  expect(rules[2]).toMatchObject({ for: '5m', labels: { severity: 'page', team: 'identity' } })
  await expect(
    rulesOf('Job', ['metrics.prometheusRule.overrides.ScimPushStale.for=5m']),
  ).rejects.toMatchObject({
    stderr: expect.stringContaining(
      'there is no such alert for a Job; there are ScimPushJobFailed',
    ) as string,
  })
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
    expect(metricTable[metric as keyof typeof metricTable].labels).toEqual(expect.arrayContaining(by))
  }
})
