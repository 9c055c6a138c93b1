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

interface Answer {
  readonly status: string
  readonly error?: string
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>
      readonly value: readonly [number, string]
    }[]
  }
}

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
    global: { scrape_interval: '250ms', evaluation_interval: '250ms' },
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

  /** What a query has to say now. @throws with what Prometheus says against it */
  const query = async (expr: string): Promise<readonly Sample[]> => {
    const answer = (await (
      await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr }).toString()}`)
    ).json()) as Answer
    if (answer.status !== 'success') throw new Error(`${expr}: ${answer.error ?? ''}`)
    return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
  }

  return {
    query,
    /** Waits until every target was scraped anew; what it has then is what they say now. */
    scraped: async (): Promise<void> => {
      const from = Date.now() / 1000
      const jobs = Object.keys(targets).length
      for (;;) {
        const times = await query('timestamp(up) and up == 1')
        if (times.length === jobs && times.every(({ value }) => value > from)) return
        await setTimeout(50)
      }
    },
    /** The names of the alerts that fire or are about to. */
    alerts: async (): Promise<readonly string[]> => {
      const { data } = (await (await fetch(`${url}/api/v1/alerts`)).json()) as {
        data: { alerts: { labels: { alertname: string } }[] }
      }
      return [...new Set(data.alerts.map(({ labels }) => labels.alertname))].sort()
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
