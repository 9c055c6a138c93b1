import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parse, stringify } from 'yaml'
import { freePort } from '../../fixtures/free-port.ts'
import { startServer } from './process.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>

interface Answer<Result> {
  readonly status: string
  readonly error?: string
  readonly data: {
    readonly result: readonly ({ readonly metric: Readonly<Record<string, string>> } & Result)[]
  }
}
/** Seconds. */
const INTERVAL = 0.25

type Point = readonly [seconds: number, value: string]

/**
 * A real Prometheus with the scrape configuration that the docs have, but for the addresses and a shorter interval.
 * @param targets by job
 * @param rules files of rules that it evaluates
 */
export const startPrometheus = async (
  targets: Readonly<Record<string, string>>,
  rules: readonly string[] = [],
) => {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'))
  const { scrape_configs } = parse(await readFile('docs/prometheus/prometheus.yml', 'utf8')) as {
    scrape_configs: { job_name: string }[]
  }
  const config = {
    global: { scrape_interval: `${INTERVAL * 1000}ms`, evaluation_interval: `${INTERVAL * 1000}ms` },
    rule_files: rules.map((file) => resolve(file)),
    scrape_configs: scrape_configs
      .filter(({ job_name }) => job_name in targets)
      .map((one) => ({ ...one, static_configs: [{ targets: [targets[one.job_name]] }] })),
  }
  await writeFile(join(folder, 'prometheus.yml'), stringify(config))
  const address = `127.0.0.1:${await freePort()}`
  const url = `http://${address}`
  const server = await startServer(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    async () => (await fetch(`${url}/-/ready`)).ok,
  )

  /** @throws with what Prometheus says against it */
  const ask = async <Result>(path: string, asked: Readonly<Record<string, string>>) => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(asked).toString()}`)
    const answer = (await response.json()) as Answer<Result>
    if (answer.status !== 'success') throw new Error(`${asked['query'] ?? ''}: ${answer.error ?? ''}`)
    return answer.data.result
  }

  /** What a query has to say now. @throws with what Prometheus says against it */
  const query = async (expr: string): Promise<readonly Sample[]> =>
    (await ask<{ readonly value: Point }>('query', { query: expr })).map(({ metric, value }) => ({
      labels: metric,
      value: Number(value[1]),
    }))

  return {
    query,
    /** What a panel shows: each series, and every value that it has had since then, as often as it was scraped. */
    since: async (from: Date, expr: string) => {
      const end = Date.now() / 1000
      // Counted back from now: what was scraped last is among them.
      const start = end - Math.ceil((end - from.getTime() / 1000) / INTERVAL) * INTERVAL
      const found = await ask<{ readonly values: readonly Point[] }>('query_range', {
        query: expr,
        start: `${start}`,
        end: `${end}`,
        step: `${INTERVAL}`,
      })
      return found.map(({ metric, values }) => ({
        labels: metric,
        values: values.map(([, value]) => Number(value)),
      }))
    },
    /** Waits until the Pushgateway was scraped anew; what Prometheus has of it then is what it says now. */
    scraped: async (): Promise<void> => {
      const from = Date.now() / 1000
      while ((await query(`timestamp(up{job="pushgateway"}) > ${from} and up == 1`)).length === 0)
        await setTimeout(50)
    },
    /** What went wrong with rules. */
    ruleErrors: async (): Promise<readonly string[]> => {
      const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
        data: { groups: { rules: { name: string; lastError?: string }[] }[] }
      }
      return data.groups.flatMap(({ rules: all }) =>
        all.flatMap(({ name, lastError }) => (lastError === undefined ? [] : [`${name}: ${lastError}`])),
      )
    },
    stop: async (): Promise<void> => {
      await server.stop()
      await rm(folder, { recursive: true })
    },
  }
}
