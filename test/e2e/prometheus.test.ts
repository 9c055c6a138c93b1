import { readFile } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exposeForPush } from '../../src/observe/metrics.ts'
import { metricTable } from '../../src/observe/metrics-table.ts'
import type { RunReport } from '../../src/report/report.ts'
import { freePort } from '../fixtures/free-port.ts'
import { failure, report, succeeded } from '../fixtures/metrics-report.ts'
import { CHART } from './helm/helm.ts'
import { startCompany } from './prometheus/company.ts'
import { startPrometheus, type Prometheus } from './prometheus/prometheus.ts'
import { complaintsAbout } from './prometheus/promtool.ts'
import { startPushgateway, type Pushgateway } from './prometheus/pushgateway.ts'

// The program as a process, scraped by a real Prometheus while it serves, and pushing to a real Pushgateway beside it.

const startedAt = new Date()
let company: Awaited<ReturnType<typeof startCompany>>
let gateway: Pushgateway
let prometheus: Prometheus
let listen: string

beforeAll(async () => {
  company = await startCompany()
  gateway = await startPushgateway()
  listen = `127.0.0.1:${await freePort()}`
  prometheus = await startPrometheus({ 'scim-push': listen, pushgateway: gateway.address }, [
    'docs/prometheus/scraped.rules.yaml',
  ])
})
afterAll(async () => {
  await prometheus.stop()
  await gateway.stop()
  await company.close()
})

/** What /metrics has, once it has these words; the test's time limit ends it otherwise. */
const exposition = async (words: RegExp): Promise<string> => {
  for (;;) {
    const body = await fetch(`http://${listen}/metrics`).then(
      (answer) => answer.text(),
      () => '',
    )
    if (words.test(body)) return body
    await setTimeout(50)
  }
}

/** Runs `look` while the program runs, and then tells the program to stop. */
const beside = async (args: readonly string[], look: () => Promise<void>) => {
  let looking: Promise<void> = Promise.resolve()
  const ended = await company.run([...args, '--listen', listen], {}, (send) => {
    looking = look().finally(() => {
      send('SIGTERM')
    })
  })
  await looking
  return ended
}

/** Asks Prometheus until it has what is wanted. */
const until = async (expr: string): Promise<number> => {
  for (;;) {
    const [first] = await prometheus.query(expr)
    if (first) return first.value
    await setTimeout(50)
  }
}

describe('promtool has nothing against /metrics', () => {
  test('before the first run', async () => {
    const { path } = await company.document('before')
    await company.employ(['ann'])
    await beside(['serve', '--config', path, '--schedule', '0 0 1 1 *'], async () => {
      const body = await exposition(/./)
      expect(body).not.toContain('scim_push_last_run')
      expect(body).toContain('nodejs_heap_size_used_bytes')
      expect(await complaintsAbout(body)).toBe('')
    })
  })

  test('during a run, after it, and after one that failed', async () => {
    const { path, keeper } = await company.document('rounds')
    await beside(['serve', '--config', path, '--interval', '1s'], async () => {
      let during = ''
      keeper.setLatency(300)
      while (during === '') {
        const body = await exposition(/scim_push_client_requests_total\{/)
        if (!body.includes('scim_push_last_run_success')) during = body
      }
      keeper.setLatency(0)
      const after = await exposition(/last_run_success\{config="rounds"\} 1/)
      keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
      const failed = await exposition(/last_run_success\{config="rounds"\} 0/)
      expect(failed).toContain('scim_push_last_success_timestamp_seconds{config="rounds"}')
      expect(failed).not.toContain('scim_push_target_objects{')
      for (const body of [during, after, failed]) expect(await complaintsAbout(body)).toBe('')
    })
  })

  test.each<[string, Partial<RunReport>]>([
    ['a success', { actions: [succeeded] }],
    ['a failure, with counts that are no numbers', failure],
  ])('nor against what is pushed: %s', async (_, more) => {
    const { body } = await exposeForPush({ version: '1', revision: 'a', nodeVersion: 'v24' }, report(more))
    expect(await complaintsAbout(body)).toBe('')
  })

  test('and it does complain where there is something to complain about', async () => {
    expect(await complaintsAbout('# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n')).toContain('a_total')
  })
})

describe('serve, scraped', () => {
  test('counters increase round by round, a failure leaves the last success, and every metric is there', async () => {
    const { path, keeper } = await company.document('scraped')
    await company.employ(['ann', 'bob'])
    const mine = 'job="scim-push", config="scraped"'
    const { code } = await beside(
      ['serve', '--config', path, '--interval', '1s', '--jitter', '0s'],
      async () => {
        const rounds = 'scim_push_runs_total{job="scim-push", result="converged"}'
        const requests = 'sum(scim_push_client_requests_total{job="scim-push", system="scim"})'
        const first = await until(`${rounds} >= 1`)
        const asked = await until(requests)
        expect(await until(`${rounds} > ${first}`)).toBeGreaterThan(first)
        expect(await until(`${requests} > ${asked}`)).toBeGreaterThan(asked)
        expect(await until(`increase(${rounds}[30s]) > 0`)).toBeGreaterThan(0)
        expect(await until('scim_push_changes_total{kind="user", action="create", result="succeeded"}')).toBe(
          2,
        )
        expect(await until('scim_push_client_request_duration_seconds_count{method="POST"}')).toBeGreaterThan(
          0,
        )

        // Once more people come, and not all of the endpoint's answers are good ones.
        keeper.setFaults(({ n }) => (n % 7 === 0 ? { kind: 'answer', status: 503 } : null))
        await company.employ(['ann', 'bob', 'carol'])
        expect(await until('scim_push_client_retries_total{reason="503"} > 0')).toBeGreaterThan(0)

        const success = await until(`scim_push_last_success_timestamp_seconds{${mine}}`)
        keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
        await until('scim_push_runs_total{job="scim-push", result="credentials"} > 0')
        await until(`scim_push_last_run_success{${mine}} == 0`)
        expect(await until(`scim_push_last_success_timestamp_seconds{${mine}}`)).toBeGreaterThanOrEqual(
          success,
        )
        await until(`ALERTS{alertname="ScimPushLastRunFailed", alertstate="firing", ${mine}}`)
        // It is not there, rather than what it was before.
        await until(`absent(scim_push_target_objects{${mine}})`)

        keeper.setFaults(null)
        await until(`scim_push_last_run_success{${mine}} == 1`)
        await until(`scim_push_last_success_timestamp_seconds{${mine}} > ${success}`)
        await company.employ([])
        await until(`scim_push_removal_guard_tripped{${mine}} == 1`)
        await until(`ALERTS{alertname="ScimPushRemovalGuardTripped", alertstate="firing", ${mine}}`)
        for (const name of Object.keys(metricTable)) {
          const suffix = name.endsWith('_duration_seconds') && name.includes('client') ? '_count' : ''
          expect(await prometheus.query(`${name}${suffix}{job="scim-push"}`), name).not.toEqual([])
        }
      },
    )
    expect(code).toBe(143)
  })

  test('the plain rules are evaluated without an error', async () => {
    expect(await prometheus.ruleErrors()).toEqual([])
  })
})

test('push --listen is scraped while it runs, and leaves its end at the Pushgateway', async () => {
  const { path, keeper } = await company.document('once')
  await company.employ(['ann', 'bob'])
  keeper.setLatency(300)
  const { code, stderr } = await company.run([
    ...['push', '--config', path, '--listen', listen],
    ...['--pushgateway', gateway.url, '--namespace', 'identity'],
  ])
  expect(code, stderr).toBe(0)
  const requests = await prometheus.since(
    startedAt,
    'sum(scim_push_client_requests_total{job="scim-push", system="scim", method="POST"})',
  )
  expect(requests).not.toEqual([])
  await until('scim_push_last_run_success{namespace="identity", config="once"} == 1')
})

describe('the dashboard', () => {
  interface Panel {
    readonly title: string
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }
  /** What is counted by a process, which a Pushgateway gets nothing of. */
  const scrapedOnly = ['Requests', 'Retries']
  let panels: readonly Panel[]
  beforeAll(async () => {
    ;({ panels } = JSON.parse(await readFile(`${CHART}/files/dashboard.json`, 'utf8')) as {
      panels: readonly Panel[]
    })
    // What was scraped has changes, withheld removals and retries by now. So has a run that pushes, all but the retries.
    const { path } = await company.document('pushed')
    const args = ['push', '--config', path, '--pushgateway', gateway.url, '--namespace', 'identity']
    for (const names of [['ann', 'bob'], []]) {
      await company.employ(names)
      await company.run(args)
      await prometheus.scraped()
    }
  })

  /** What Grafana puts in for its variables. */
  const filledIn = (expr: string, namespace: string, config: string): string =>
    expr
      .replaceAll('$namespace', namespace)
      .replaceAll('$config', config)
      .replaceAll('$__rate_interval', '5s')

  test.each([
    ['everything', '.*', '.*', true],
    ['what was scraped', '', 'scraped', true],
    ['what was pushed', 'identity', 'pushed', false],
  ])('every query has data: %s', async (_, namespace, config, scraped) => {
    for (const { title, targets } of panels) {
      if (!scraped && scrapedOnly.includes(title)) continue
      for (const { expr, legendFormat } of targets) {
        const query = filledIn(expr, namespace, config)
        expect(query).not.toContain('$')
        const found = await prometheus.since(startedAt, query)
        expect(found, `${title}: ${query}`).not.toEqual([])
        const named = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!)
        for (const { labels, values } of found) {
          expect(values.some((value) => Number.isFinite(value))).toBe(true)
          // Nothing tells two lines apart but their labels, and the legend names them all.
          expect(named).toEqual(expect.arrayContaining(Object.keys(labels)))
        }
      }
    }
  })

  test('its variables have what there is to choose from', async () => {
    const namespaces = await prometheus.query('count by (namespace) (scim_push_build_info)')
    expect(namespaces.map(({ labels }) => labels['namespace'])).toContain('identity')
    const configs = await prometheus.query(
      'count by (config) (scim_push_last_run_timestamp_seconds{namespace=~"identity"})',
    )
    expect(configs.map(({ labels }) => labels['config']).sort()).toEqual(['once', 'pushed'])
  })
})
