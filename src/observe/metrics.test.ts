import { register } from 'prom-client'
import { describe, expect, test } from 'vitest'
import { report, failure, dryRun, succeeded, planned, held } from '../../test/fixtures/metrics-report.ts'
import type { RequestEvent } from '../lib/requests.ts'
import type { RunReport } from '../report/report.ts'
import { createMetrics, exposeForPush } from './metrics.ts'
import { metricTable } from './metrics-table.ts'

const build = { version: '1.2.3', revision: 'abc', nodeVersion: '24.0.0' }

/** The lines of an exposition that are samples: name and labels without the prefix, and the value. */
const samplesIn = (body: string): ReadonlyMap<string, number> =>
  new Map(
    body
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const space = line.lastIndexOf(' ')
        return [line.slice(0, space).replace('scim_push_', ''), Number(line.slice(space + 1))]
      }),
  )

const after = async (...reports: readonly Partial<RunReport>[]) => {
  const metrics = createMetrics(build)
  for (const one of reports) metrics.record(report(one))
  return samplesIn((await metrics.expose()).body)
}

describe('runs one after the other', () => {
  test.each<[string, readonly Partial<RunReport>[], number | undefined]>([
    ['no run', [], undefined],
    ['a failure', [failure], undefined],
    ['a success', [{}], 1002.5],
    ['a success, then a failure', [{}, failure], 1002.5],
    ['two successes', [{}, { finishedAt: new Date(4_000_000) }], 4000],
    ['a dry run that found nothing to do', [dryRun], undefined],
    ['a plan', [{ command: 'plan' }], undefined],
    ['a push told to write nothing', [{ dryRun: true }], undefined],
    ['a success, then a dry run', [{}, dryRun], 1002.5],
    ['suspended', [{ result: 'suspended' }], undefined],
    ['a success of another configuration', [{ config: 'other' }, failure], undefined],
  ])('last success: %s', async (_, reports, value) => {
    const samples = await after(...reports)
    expect(samples.get('last_success_timestamp_seconds{config="corp"}')).toBe(value)
    expect(samples.has('last_success_timestamp_seconds')).toBe(false)
  })

  test('leave nothing of the run before', async () => {
    const full = { actions: [succeeded], withheld: [held('limit')], phases: { read: 1, plan: 1, apply: 9 } }
    const [alone, second] = [await after(failure), await after(full, failure)]
    const ofRuns = (samples: ReadonlyMap<string, number>) =>
      [...samples].filter(([name]) => name.includes('config="corp"') && !name.startsWith('last_success'))
    expect(ofRuns(second)).toEqual(ofRuns(alone))
    expect(ofRuns(alone).length).toBeGreaterThan(40)
  })

  test('keep configurations apart', async () => {
    const samples = await after({}, { config: 'other', ...failure }, {})
    expect(samples.get('last_run_success{config="corp"}')).toBe(1)
    expect(samples.get('last_run_success{config="other"}')).toBe(0)
  })
})

describe('what a process counts', () => {
  test.each<[string, readonly Partial<RunReport>[], string, number]>([
    ['runs', [{}, failure, {}], 'runs_total{result="converged"}', 2],
    ['runs of another end', [{}, failure], 'runs_total{result="unreachable"}', 1],
    ['no run yet', [], 'runs_total{result="partial"}', 0],
    [
      'changes of all runs',
      [{ actions: [succeeded, succeeded] }, { config: 'other', actions: [succeeded] }],
      'changes_total{kind="user",action="create",result="succeeded"}',
      3,
    ],
    ['no change yet', [], 'changes_total{kind="membership",action="remove",result="failed"}', 0],
    [
      'nothing of a dry run',
      [{ ...dryRun, actions: [planned] }],
      'changes_total{kind="user",action="create",result="succeeded"}',
      0,
    ],
  ])('%s', async (_, reports, sample, value) => {
    expect((await after(...reports)).get(sample)).toBe(value)
  })

  const event: RequestEvent = {
    system: 'scim',
    method: 'GET',
    path: '/Users/hush',
    status: 200,
    durationMs: 40,
    attempt: 1,
    retry: null,
  }
  test.each<[string, Partial<RequestEvent>, string, number | undefined]>([
    ['an answer', {}, 'client_requests_total{system="scim",method="GET",code="200"}', 2],
    ['no answer', { status: null }, 'client_requests_total{system="scim",method="GET",code="none"}', 2],
    [
      'an LDAP result',
      { system: 'ldap', method: 'bind', status: 0 },
      'client_requests_total{system="ldap",method="bind",code="0"}',
      2,
    ],
    ['seconds', {}, 'client_request_duration_seconds_sum{system="scim",method="GET"}', 0.08],
    [
      'a bucket below',
      {},
      'client_request_duration_seconds_bucket{le="0.025",system="scim",method="GET"}',
      0,
    ],
    ['its bucket', {}, 'client_request_duration_seconds_bucket{le="0.05",system="scim",method="GET"}', 2],
    ['a retry', { status: 429, retry: '429' }, 'client_retries_total{system="scim",reason="429"}', 2],
    ['no retry', {}, 'client_retries_total{system="scim",reason="null"}', undefined],
  ])('requests: %s', async (_, more, sample, value) => {
    const metrics = createMetrics(build)
    for (const durationMs of [30, 50]) metrics.onRequest({ ...event, ...more, durationMs })
    const { body } = await metrics.expose()
    expect(samplesIn(body).get(sample)).toBe(value)
    expect(body).not.toContain('hush')
  })
})

describe('the exposition', () => {
  const busy = () => {
    const metrics = createMetrics(build)
    metrics.record(report())
    metrics.record(report({ config: 'other', ...failure }))
    metrics.onRequest({
      system: 'scim',
      method: 'GET',
      path: '/Users',
      status: 503,
      durationMs: 1,
      attempt: 1,
      retry: '503',
    })
    return metrics
  }

  test.each(Object.entries(metricTable))('has %s as the table says', async (name, { type, labels, help }) => {
    const { body } = await busy().expose()
    expect(body).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`)
    const first = new RegExp(`^${name}${type === 'histogram' ? '_sum' : ''}\\{(.*)\\} `, 'm').exec(body)
    expect(first?.[1]?.split(',').map((label) => label.split('=')[0])).toEqual(labels)
  })

  test('names what runs', async () => {
    const samples = samplesIn((await createMetrics(build).expose()).body)
    expect(samples.get('build_info{version="1.2.3",revision="abc",node_version="24.0.0"}')).toBe(1)
  })

  test('has no metric of ours that the table does not name, and Node’s own under their names', async () => {
    const { body, contentType } = await busy().expose()
    const names = [...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name)
    expect(names.filter((name) => name?.startsWith('scim_push_')).sort()).toEqual(
      Object.keys(metricTable).sort(),
    )
    expect(names).toContain('process_cpu_seconds_total')
    expect(names).toContain('nodejs_heap_size_used_bytes')
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  })

  test('has no gauge with the name of a counter, which promtool objects to', async () => {
    const { body } = await busy().expose()
    expect(body).not.toMatch(/^# TYPE \S+_total gauge$/m)
    expect(body).toContain('# TYPE nodejs_active_resources gauge')
  })

  test('has no state that two of them share', async () => {
    busy()
    expect(samplesIn((await createMetrics(build).expose()).body).get('runs_total{result="converged"}')).toBe(
      0,
    )
    expect(register.getMetricsAsArray()).toEqual([])
  })
})

test('a configuration that is gone is forgotten, with its last success; the others stay', async () => {
  const metrics = createMetrics(build)
  metrics.record(report({ config: 'gone' }))
  metrics.record(report({ config: 'here' }))
  metrics.retain(['here'])
  const { body } = await metrics.expose()
  expect(body).toContain('scim_push_last_run_success{config="here"} 1')
  expect(body).not.toContain('config="gone"')
  metrics.record(report({ ...failure, config: 'gone' }))
  expect((await metrics.expose()).body).not.toContain('last_success_timestamp_seconds{config="gone"}')
})

describe('what a Pushgateway gets', () => {
  const lastSuccess = 'scim_push_last_success_timestamp_seconds'
  const pushed = async (more: Partial<RunReport>) => {
    const { body, contentType } = await exposeForPush(build, report(more))
    return { body, contentType, names: [...body.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name) }
  }

  test.each<[string, Partial<RunReport>, boolean]>([
    ['a success', {}, true],
    ['a failure', failure, false],
    ['a dry run', { dryRun: true, result: 'changes' }, false],
    ['suspended', { result: 'suspended' }, false],
    ['withheld', { result: 'withheld', exitCode: 3 }, false],
  ])(
    '%s: every family of a run and no counter; the last success only of a success',
    async (_, more, told) => {
      const { names } = await pushed(more)
      const ofRuns = Object.entries(metricTable).flatMap(([name, { of }]) => (of === 'run' ? [name] : []))
      expect(names.sort()).toEqual(ofRuns.filter((name) => told || name !== lastSuccess).sort())
    },
  )

  test('what was not read is NaN, or the count of an earlier run would stay', async () => {
    const { body, contentType } = await pushed(failure)
    for (const kind of ['user', 'group', 'membership'])
      expect(body).toMatch(
        new RegExp(`^scim_push_source_objects\\{config="corp",kind="${kind}"\\} NaN$`, 'im'),
      )
    expect(body).toContain('scim_push_target_objects{config="corp",kind="user"} 3\n')
    expect(contentType).toBe('text/plain; version=0.0.4; charset=utf-8')
  })
})
