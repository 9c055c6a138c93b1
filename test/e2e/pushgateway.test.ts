import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { writeFile } from 'node:fs/promises'
import { metricTable } from '../../src/observe/metrics-table.ts'
import { startCompany, TOKEN } from './prometheus/company.ts'
import { startPrometheus, type Prometheus } from './prometheus/prometheus.ts'
import { complaintsAbout } from './prometheus/promtool.ts'
import {
  PASSWORD,
  startGuardedPushgateway,
  startPushgateway,
  USERNAME,
  type Pushgateway,
} from './prometheus/pushgateway.ts'

// The program as a process, a real Pushgateway, and a real Prometheus that scrapes it as the docs say.

let company: Awaited<ReturnType<typeof startCompany>>
let gateway: Pushgateway
let prometheus: Prometheus

beforeAll(async () => {
  company = await startCompany()
  gateway = await startPushgateway()
  prometheus = await startPrometheus({ pushgateway: gateway.address }, ['docs/prometheus/pushed.rules.yaml'])
})
afterAll(async () => {
  await prometheus.stop()
  await gateway.stop()
  await company.close()
})

/** Pushes, and lets Prometheus scrape what that has left at the Pushgateway. */
const push = async (
  args: readonly string[],
  ...more: readonly [env?: Readonly<Record<string, string>>, onStart?: Parameters<typeof company.run>[2]]
) => {
  const ended = await company.run(['push', '--pushgateway', gateway.url, ...args], ...more)
  await prometheus.scraped()
  return ended
}

/** The one value of a metric in a group, by the metric's name without the prefix. */
const valueOf = async (name: string, matchers: string): Promise<number | null> => {
  const found = await prometheus.query(`scim_push_${name}{${matchers}}`)
  expect(found.length, `${name}{${matchers}}`).toBeLessThanOrEqual(1)
  return found[0]?.value ?? null
}

const ofRuns = Object.entries(metricTable).flatMap(([name, { of }]) => (of === 'run' ? [name] : []))

describe('success, failure, success', () => {
  const mine = 'job="scim-push", namespace="identity", config="corp"'
  const state = { success: 0 }
  let corp: Awaited<ReturnType<typeof company.document>>
  beforeAll(async () => {
    await company.employ(['ann', 'bob'])
    corp = await company.document('corp')
  })
  const pushCorp = (...args: readonly string[]) =>
    push(['--config', corp.path, '--namespace', 'identity', ...args])

  test('a success: every metric of a run is there, in its group, and belongs to no instance', async () => {
    const { code, stderr } = await pushCorp()
    expect(code, stderr).toBe(0)
    for (const name of ofRuns) {
      const found = await prometheus.query(name)
      expect(found, name).not.toEqual([])
      for (const { labels } of found) {
        expect(labels).toMatchObject({ job: 'scim-push', namespace: 'identity', config: 'corp' })
        expect(Object.keys(labels)).not.toContain('instance')
        expect(Object.keys(labels)).not.toContain('pod')
      }
    }
    const about = [
      ['last_run_success', 1],
      ['source_objects', 2, 'kind="user"'],
      ['target_objects', 0, 'kind="user"'],
      ['last_run_changes', 2, 'kind="user", action="create", result="succeeded"'],
      ['last_run_planned_changes', 2, 'kind="membership", action="add"'],
      ['last_run_withheld', 0, 'kind="user", reason="limit"'],
      ['removal_guard_tripped', 0],
      ['dry_run', 0],
    ] as const
    for (const [name, value, more = ''] of about)
      expect([name, await valueOf(name, `${mine}, ${more}`)]).toEqual([name, value])
    state.success = (await valueOf('last_success_timestamp_seconds', mine)) ?? 0
    expect(state.success).toBe(await valueOf('last_run_timestamp_seconds', mine))
  })

  test('a target that refuses the token: the last success stays, what was not read is no number', async () => {
    corp.keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
    const { code } = await pushCorp()
    corp.keeper.setFaults(null)
    expect(code).toBe(77)
    expect(await valueOf('last_run_success', mine)).toBe(0)
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
    expect(await valueOf('last_run_timestamp_seconds', mine)).toBeGreaterThan(state.success)
    expect(await valueOf('target_objects', `${mine}, kind="user"`)).toBeNaN()
    // Of the run before there were two.
    expect(
      await valueOf('last_run_changes', `${mine}, kind="user", action="create", result="succeeded"`),
    ).toBe(0)
  })

  test('a source that can’t be read', async () => {
    await writeFile(company.file('people.json'), 'no JSON')
    const { code } = await pushCorp()
    expect(code).toBe(78)
    expect(await valueOf('source_objects', `${mine}, kind="group"`)).toBeNaN()
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
  })

  test('a success again', async () => {
    await company.employ(['ann', 'bob'])
    const { code } = await pushCorp()
    expect(code).toBe(0)
    expect(await valueOf('last_run_success', mine)).toBe(1)
    expect(await valueOf('target_objects', `${mine}, kind="user"`)).toBe(2)
    const success = await valueOf('last_success_timestamp_seconds', mine)
    expect(success).toBeGreaterThan(state.success)
    state.success = success ?? 0
  })

  test('removals that are withheld: 3, and the guard says so', async () => {
    await company.employ([])
    const { code } = await pushCorp()
    expect(code).toBe(3)
    expect(await valueOf('removal_guard_tripped', mine)).toBe(1)
    expect(await valueOf('last_run_withheld', `${mine}, kind="user", reason="empty-source"`)).toBe(2)
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
  })

  test('changes that fail: 4', async () => {
    await company.employ(['ann', 'bob', 'carol'])
    corp.keeper.setFaults(({ method, path }) =>
      method === 'POST' && path === '/Users' ? { kind: 'answer', status: 400 } : null,
    )
    const { code } = await pushCorp()
    corp.keeper.setFaults(null)
    expect(code).toBe(4)
    expect(await valueOf('last_run_changes', `${mine}, kind="user", action="create", result="failed"`)).toBe(
      1,
    )
    expect(await valueOf('removal_guard_tripped', mine)).toBe(0)
  })

  test('a signal: what was cut short is pushed as well', async () => {
    corp.keeper.setLatency(500)
    const { code, stderr } = await push(
      ['--config', corp.path, '--namespace', 'identity', '--log-level', 'debug'],
      {},
      (send) => {
        const asked = corp.keeper.requests.length
        const timer = setInterval(() => {
          if (corp.keeper.requests.length === asked) return
          clearInterval(timer)
          send('SIGTERM')
        }, 20)
      },
    )
    corp.keeper.setLatency(0)
    expect(code, stderr).toBe(143)
    expect(await valueOf('last_run_success', mine)).toBe(0)
    expect(await valueOf('target_objects', `${mine}, kind="user"`)).toBeNaN()
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
  })

  test('suspended: no failure, and no success either', async () => {
    await corp.write(['suspend: true'])
    const { code } = await pushCorp()
    expect(code).toBe(0)
    expect(await valueOf('last_run_success', mine)).toBe(1)
    expect(await valueOf('source_objects', `${mine}, kind="user"`)).toBeNaN()
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
  })

  test('a dry run by the document is pushed, one by the flag is not', async () => {
    await corp.write(['dryRun: true'])
    expect((await pushCorp()).code).toBe(0)
    expect(await valueOf('dry_run', mine)).toBe(1)
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
    const before = await valueOf('last_run_timestamp_seconds', mine)
    await corp.write([])
    const { code, stderr } = await pushCorp('--dry-run')
    expect(code).toBe(0)
    expect(stderr).toContain('no metrics are pushed')
    expect(await valueOf('last_run_timestamp_seconds', mine)).toBe(before)
  })

  test('a document that is wrong: under its own name, which it says all the same', async () => {
    await corp.write(['policy: {maxRemovals: {users: many}}'])
    const { code } = await pushCorp()
    expect(code).toBe(78)
    expect(await valueOf('last_run_success', mine)).toBe(0)
    expect(await valueOf('last_success_timestamp_seconds', mine)).toBe(state.success)
    expect(await prometheus.query('count by (config) (scim_push_dry_run{job="scim-push"})')).toMatchObject([
      { labels: { config: 'corp' } },
    ])
  })

  test('a document that can’t be read: no group of another name, and a warning', async () => {
    const { code, stderr } = await push(['--config', company.file('gone.yaml')])
    expect(code).toBe(78)
    expect(stderr).toMatch(/WARN.*no metrics are pushed: the document has no name/)
    expect(await prometheus.query('count(count by (config) (scim_push_dry_run))')).toMatchObject([
      { value: 1 },
    ])
  })
})

test('two documents of one run are two groups; one that fails does not hide the other', async () => {
  await company.employ(['ann'])
  const good = await company.document('good')
  const bad = await company.document('bad')
  bad.keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
  const { code } = await push(['--config', bad.path, '--config', good.path, '--pushgateway-job', 'two'])
  expect(code).toBe(77)
  const found = await prometheus.query('scim_push_last_run_success{job="two"}')
  expect(found.map(({ labels, value }) => [labels['config'], labels['namespace'], value]).sort()).toEqual([
    ['bad', undefined, 0],
    ['good', undefined, 1],
  ])
  expect(await prometheus.query('scim_push_last_success_timestamp_seconds{job="two"}')).toHaveLength(1)
})

test.each(['a/b', '..', 'Büro 1%', ' '])('a job by the name of "%s"', async (job) => {
  await company.employ(['ann'])
  const { path } = await company.document('odd')
  const { code, stderr } = await push(['--config', path, '--pushgateway-job', job])
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('WARN')])
  expect(await valueOf('last_run_success', `job="${job}", config="odd"`)).toBe(1)
})

test('a name that no document can have is no group: once it is corrected its failure would stay', async () => {
  const { path } = await company.document('Corp')
  const { code, stderr } = await push(['--config', path])
  expect(code).toBe(78)
  expect(stderr).toContain('no metrics are pushed')
  expect(await prometheus.query('scim_push_dry_run{config=~"Corp|.*yaml"}')).toEqual([])
})

test('without a document the configuration is called default', async () => {
  await company.employ(['ann'])
  const env = { SCIM_PUSH_TARGET_TOKEN: 't', SCIM_PUSH_SOURCE_TYPE: 'records' }
  const { code } = await push(['--pushgateway-job', 'bare'], env)
  expect(code).toBe(78)
  expect(await valueOf('last_run_success', 'job="bare", config="default"')).toBe(0)
})

test('a Pushgateway below a path', async () => {
  const below = await startPushgateway('/monitoring/push')
  onTestFinished(below.stop)
  const { path } = await company.document('below')
  for (const end of ['', '/']) {
    const { stderr } = await company.run(['push', '--config', path, '--pushgateway', `${below.url}${end}`])
    expect(stderr).not.toContain('WARN')
  }
  expect(await below.metrics()).toContain(
    'scim_push_last_run_success{config="below",instance="",job="scim-push"} 1',
  )
})

test('what somebody else pushes under one of the names: refused, in the Pushgateway’s own words', async () => {
  const shared = await startPushgateway()
  onTestFinished(shared.stop)
  const { path } = await company.document('shared')
  await fetch(`${shared.url}/metrics/job/other`, {
    method: 'POST',
    body: '# HELP scim_push_dry_run Other.\n# TYPE scim_push_dry_run counter\nscim_push_dry_run{config="x"} 1\n',
  })
  const { code, stderr } = await company.run(['push', '--config', path, '--pushgateway', shared.url])
  expect(code).toBe(0)
  expect(stderr.match(/WARN/g)).toHaveLength(1)
  expect(stderr).toMatch(/PUSHGATEWAY_REFUSED.*\(400\): .*scim_push_dry_run.*is not a COUNTER/)
  expect(await shared.metrics()).toMatch(/push_failure_time_seconds\{config="shared".*\} 1\./)
})

describe('with a password, over TLS', () => {
  let guarded: Awaited<ReturnType<typeof startGuardedPushgateway>>
  let document: string
  beforeAll(async () => {
    guarded = await startGuardedPushgateway()
    document = (await company.document('guarded')).path
    await writeFile(company.file('password'), `${PASSWORD}\n`, { mode: 0o600 })
  })
  afterAll(() => guarded.stop())

  const guardedPush = async (
    credentials: readonly string[],
    env: Readonly<Record<string, string>>,
    ca: boolean,
  ) => {
    const args = [
      'push',
      '--config',
      document,
      '--pushgateway',
      guarded.url,
      '--log-level',
      'debug',
      '-o',
      'json',
    ]
    const { code, stdout, stderr } = await company.run(
      [...args, ...credentials, ...(ca ? ['--pushgateway-ca-file', guarded.caFile] : [])],
      env,
    )
    for (const secret of [PASSWORD, Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64'), TOKEN])
      expect(stdout + stderr).not.toContain(secret)
    return { code, stderr }
  }
  const user = ['--pushgateway-username', USERNAME]
  const password = { SCIM_PUSH_PUSHGATEWAY_PASSWORD: PASSWORD }

  test.each<[string, () => readonly string[], Readonly<Record<string, string>>]>([
    ['in the environment', () => user, password],
    ['in a file', () => [...user, '--pushgateway-password-file', company.file('password')], {}],
    [
      'all in the environment',
      () => [],
      {
        SCIM_PUSH_PUSHGATEWAY_USERNAME: USERNAME,
        SCIM_PUSH_PUSHGATEWAY_PASSWORD: PASSWORD,
        SCIM_PUSH_PUSHGATEWAY_JOB: 'guarded',
      },
    ],
  ])('the password %s', async (_, credentials, env) => {
    const { code, stderr } = await guardedPush(credentials(), env, true)
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('WARN')])
    expect(stderr).toMatch(
      /DEBUG: POST \/metrics\/job\/\S+\/config\/guarded.*"system":"pushgateway","status":200/,
    )
    expect(await guarded.metrics()).toContain('config="guarded"')
  })

  test.each<[string, readonly string[], Readonly<Record<string, string>>, boolean, string]>([
    [
      'the wrong password',
      user,
      { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'wrong' },
      true,
      'PUSHGATEWAY_UNAUTHORIZED',
    ],
    ['none', [], {}, true, 'PUSHGATEWAY_UNAUTHORIZED'],
    ['a token', [], { SCIM_PUSH_PUSHGATEWAY_TOKEN: 'wrong' }, true, 'PUSHGATEWAY_UNAUTHORIZED'],
    ['an authority that is not known', user, password, false, 'PUSHGATEWAY_TLS'],
  ])('%s: one warning, and the run is none the worse', async (_, credentials, env, ca, code) => {
    const ended = await guardedPush(credentials, env, ca)
    expect(ended.code).toBe(0)
    expect(ended.stderr.match(/WARN: .*/g)).toEqual([expect.stringContaining(code)])
  })
})

test('promtool has nothing against what the Pushgateway then has, nor Prometheus against its rules', async () => {
  const exposition = await gateway.metrics()
  expect(exposition).toContain('scim_push_last_run_success')
  expect(await complaintsAbout(exposition)).toBe('')
  expect(await prometheus.ruleErrors()).toEqual([])
})
