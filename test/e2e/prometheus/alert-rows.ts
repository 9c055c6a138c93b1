/** Where rules come from: the chart by its kind, with a Pushgateway or without; or a plain file. */
export const origins = [
  'CronJob',
  'CronJob, pushed',
  'Job',
  'Job, pushed',
  'Deployment',
  'scraped',
  'pushed',
  'cronjob',
] as const
export type Origin = (typeof origins)[number]

/** Series by what stands between the braces, with Prometheus' short form of their values, one a minute. */
export type Series = readonly (readonly [metric: string, labels: string, values: string])[]

const cronJob = 'namespace="default", cronjob="scim-scim-push"'
const cronJobSeries = (suspended: 0 | 1): Series => [
  ['kube_cronjob_created', cronJob, '0x2000'],
  ['kube_cronjob_spec_suspend', cronJob, `${suspended}x2000`],
]
const aCronJob = cronJobSeries(0)
const failedJob = (name: string, startedAt: number): Series => {
  const job = `namespace="default", job_name="${name}"`
  return [
    ['kube_job_status_start_time', job, `${startedAt}x400`],
    ['kube_job_failed', `${job}, condition="true"`, '1x400'],
    ['kube_job_failed', `${job}, condition="false"`, '0x400'],
    ['kube_job_owner', `${job}, owner_kind="CronJob", owner_name="scim-scim-push"`, '1x400'],
  ]
}
const succeededAt = (seconds: number | string): Series => [
  ['kube_cronjob_status_last_successful_time', cronJob, `${seconds}x2000`],
]
const unfailedJob: Series = failedJob('a', 3600).map(([metric, labels, values]) => [
  metric,
  labels,
  metric === 'kube_job_failed' ? (labels.includes('"true"') ? '0x400' : '1x400') : values,
])
const someoneElses: Series = [
  ['kube_job_status_start_time', 'namespace="default", job_name="b"', '60x400'],
  ['kube_job_failed', 'namespace="default", job_name="b", condition="true"', '1x400'],
  ['kube_job_owner', 'namespace="default", job_name="b", owner_kind="CronJob", owner_name="other"', '1x400'],
]
const failedAlone = (name: string): Series => [
  ['kube_job_failed', `namespace="default", job_name="${name}", condition="true"`, '1x400'],
]

/** Labels of what a process that is scraped says, and of what is at a Pushgateway. */
const targets = {
  'CronJob, pushed': 'job="scim-scim-push", namespace="default"',
  'Job, pushed': 'job="scim-scim-push", namespace="default"',
  Deployment: 'job="default/scim-scim-push"',
  scraped: 'job="scim-push"',
  pushed: 'job="scim-push", namespace="default"',
} as const satisfies Partial<Record<Origin, string>>
type RunOrigin = keyof typeof targets

/** A run a minute, from the first one on until the last, as it is scraped or has been pushed. */
const runs = (
  origin: RunOrigin,
  {
    success = 1,
    dryRun = 0,
    guard = 0,
    failed = 0,
    lastSuccess = '0+60x2000',
    pushed = '0+60x2000',
    refused = '0x2000',
    config = 'corp',
  }: {
    readonly success?: number
    readonly dryRun?: number
    readonly guard?: number
    readonly failed?: number
    /** Null where there was none. */
    readonly lastSuccess?: string | null
    readonly pushed?: string
    readonly refused?: string
    readonly config?: string
  } = {},
): Series => {
  const target = targets[origin]
  const labels = `${target}, config="${config}"`
  return [
    ['scim_push_last_run_timestamp_seconds', labels, pushed],
    ['scim_push_last_run_success', labels, `${success}x2000`],
    ['scim_push_dry_run', labels, `${dryRun}x2000`],
    ['scim_push_removal_guard_tripped', labels, `${guard}x2000`],
    [
      'scim_push_last_run_changes',
      `${labels}, kind="user", action="create", result="failed"`,
      `${failed}x2000`,
    ],
    ['scim_push_last_run_changes', `${labels}, kind="user", action="create", result="succeeded"`, '9x2000'],
    ...(lastSuccess === null
      ? []
      : ([['scim_push_last_success_timestamp_seconds', labels, lastSuccess]] as const)),
    ...(origin === 'Deployment' || origin === 'scraped'
      ? ([['up', target, '1x2000']] as const)
      : ([
          ['push_time_seconds', labels, pushed],
          ['push_failure_time_seconds', labels, refused],
        ] as const)),
  ]
}

/** Which alerts fire after so many minutes, of these series. */
export type Row = readonly [
  what: string,
  origin: Origin,
  series: Series,
  minutes: number,
  alerts: readonly string[],
]

/** What holds of every run that says something of itself. */
const ofRuns = (origin: RunOrigin): readonly Row[] => {
  const kept: Series = origin === 'CronJob, pushed' ? [...aCronJob, ...succeededAt('0+60')] : []
  const row = (
    what: string,
    how: Parameters<typeof runs>[1],
    minutes: number,
    alerts: readonly string[],
  ): Row => [what, origin, [...kept, ...runs(origin, how)], minutes, alerts]
  // A Job runs once, and is never late.
  const late = origin === 'Job, pushed' ? () => [] : (...alerts: readonly string[]) => alerts
  return [
    row('runs that converge', {}, 300, []),
    row('a run that failed', { success: 0, lastSuccess: '0x2000' }, 60, ['ScimPushLastRunFailed']),
    row('runs that fail for long', { success: 0, lastSuccess: '0x2000' }, 180, [
      'ScimPushLastRunFailed',
      ...late('ScimPushStale'),
    ]),
    row('the last moment before', { success: 0, lastSuccess: '0x2000' }, 170, ['ScimPushLastRunFailed']),
    row('runs that never succeed', { success: 0, lastSuccess: null }, 180, [
      'ScimPushLastRunFailed',
      ...late('ScimPushNeverSucceeded'),
    ]),
    row('the first ones', { success: 0, lastSuccess: null }, 160, ['ScimPushLastRunFailed']),
    row('runs that only plan', { dryRun: 1, lastSuccess: null }, 300, []),
    row('runs that only plan since', { dryRun: 1, lastSuccess: '0x2000' }, 300, []),
    row('a run that withholds', { guard: 1 }, 60, ['ScimPushRemovalGuardTripped']),
    row('changes that fail', { failed: 3 }, 60, ['ScimPushChangesFailed']),
    [
      'two documents, one of which fails',
      origin,
      [...kept, ...runs(origin), ...runs(origin, { config: 'other', success: 0 })],
      60,
      ['ScimPushLastRunFailed'],
    ],
  ]
}

/** What holds of every run whose metrics are pushed. */
const ofPushes = (origin: 'CronJob, pushed' | 'Job, pushed' | 'pushed'): readonly Row[] => {
  const kept: Series = origin === 'CronJob, pushed' ? [...aCronJob, ...succeededAt('0+60')] : []
  const late = origin === 'Job, pushed' ? () => [] : (...alerts: readonly string[]) => alerts
  return [
    [
      'pushes that stopped',
      origin,
      [...kept, ...runs(origin, { pushed: '600x2000', lastSuccess: '600x2000' })],
      190,
      [...late('ScimPushStale', 'ScimPushMetricsMissing')],
    ],
    [
      'pushes that are refused',
      origin,
      [...kept, ...runs(origin, { pushed: '600x2000', refused: '660x2000' })],
      60,
      ['ScimPushMetricsRefused'],
    ],
    [
      'pushes that are taken again',
      origin,
      [...kept, ...runs(origin, { pushed: '720x2000', refused: '660x2000' })],
      60,
      [],
    ],
    ['a Pushgateway that has nothing', origin, kept, 180, [...late('ScimPushNeverPushed')]],
    ['a Pushgateway that has nothing yet', origin, kept, 160, []],
  ]
}

/** What holds of every process that is scraped. */
const ofScrapes = (origin: 'Deployment' | 'scraped'): readonly Row[] => {
  const up = (value: 0 | 1): Series => [['up', targets[origin], `${value}x2000`]]
  return [
    ['one that never ran', origin, up(1), 180, ['ScimPushNoRun']],
    ['one that is new', origin, up(1), 160, []],
    ['one that is not there', origin, [], 180, ['ScimPushAbsent']],
    ['one that is down', origin, up(0), 20, ['ScimPushAbsent']],
    ['one that is down for long', origin, up(0), 180, ['ScimPushAbsent']],
    ['one that is down for a moment', origin, up(0), 10, []],
  ]
}

/** What holds of every CronJob, by kube-state-metrics. */
const ofCronJobs = (origin: 'CronJob' | 'CronJob, pushed' | 'cronjob'): readonly Row[] => {
  const said: Series = origin === 'CronJob, pushed' ? runs(origin) : []
  const row = (what: string, series: Series, minutes: number, alerts: readonly string[]): Row => [
    what,
    origin,
    [...series, ...said],
    minutes,
    alerts,
  ]
  return [
    row('a CronJob that has just succeeded', [...aCronJob, ...succeededAt(6000)], 110, []),
    row('one that failed', [...aCronJob, ...succeededAt(60), ...failedJob('a', 3600)], 70, [
      'ScimPushJobFailed',
    ]),
    row('one that failed the first time', [...aCronJob, ...failedJob('a', 3600)], 70, ['ScimPushJobFailed']),
    row(
      'one that has succeeded since',
      [...aCronJob, ...succeededAt(7200), ...failedJob('a', 3600)],
      130,
      [],
    ),
    row('one whose Job has not failed', [...aCronJob, ...unfailedJob], 70, []),
    row("somebody else's failure", [...aCronJob, ...succeededAt(30), ...someoneElses], 10, []),
    row('one that is late', [...aCronJob, ...succeededAt(60)], 180, ['ScimPushJobStale']),
    row('one that never did', aCronJob, 180, ['ScimPushJobNeverSucceeded']),
    row('one that is new', aCronJob, 160, []),
    row('one that is suspended', cronJobSeries(1), 1500, ['ScimPushSuspended']),
    row('one that is suspended for the moment', cronJobSeries(1), 1400, []),
  ]
}

export const rows: readonly Row[] = [
  ...(['CronJob', 'CronJob, pushed', 'cronjob'] as const).flatMap(ofCronJobs),
  ...(['CronJob, pushed', 'Job, pushed', 'Deployment', 'scraped', 'pushed'] as const).flatMap(ofRuns),
  ...(['CronJob, pushed', 'Job, pushed', 'pushed'] as const).flatMap(ofPushes),
  ...(['Deployment', 'scraped'] as const).flatMap(ofScrapes),
  ...(['Job', 'Job, pushed'] as const).flatMap((origin): readonly Row[] => [
    ['a Job that failed', origin, failedAlone('scim-scim-push-3'), 5, ['ScimPushJobFailed']],
    ['a Job of another release that failed', origin, failedAlone('other-scim-scim-push-3'), 5, []],
  ]),
  [
    'a CronJob that is suspended is not woken for, however old what it pushed is',
    'CronJob, pushed',
    [...cronJobSeries(1), ...runs('CronJob, pushed', { pushed: '0x2000', lastSuccess: '0x2000' })],
    300,
    [],
  ],
  [
    'nor for never having succeeded',
    'CronJob, pushed',
    [...cronJobSeries(1), ...runs('CronJob, pushed', { lastSuccess: null })],
    300,
    [],
  ],
  ['nor for what it never pushed', 'CronJob, pushed', cronJobSeries(1), 300, []],
  [
    'two CronJobs, one of which is late',
    'cronjob',
    [
      ...aCronJob,
      ...succeededAt('0+60'),
      ['kube_cronjob_status_last_successful_time', 'namespace="other", cronjob="scim-push"', '60x400'],
    ],
    180,
    ['ScimPushJobStale'],
  ],
  [
    'kube-state-metrics twice',
    'cronjob',
    [...aCronJob, ...failedJob('a', 3600)].flatMap(([metric, labels, values]) =>
      ['1', '2'].map((n) => [metric, `${labels}, instance="${n}"`, values] as const),
    ),
    70,
    ['ScimPushJobFailed'],
  ],
]
