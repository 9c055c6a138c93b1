import Table from 'cli-table3'
import { find, requestsOf, type Result, type Traffic } from './result.ts'
import type { Verdict } from './targets.ts'

const HEAD = [
  'users',
  'workload',
  'source',
  'Bulk',
  'tool',
  'runs',
  'wall s',
  'least–most s',
  'of it start s',
  'bound s',
  '× bound',
  'faster',
  'CPU s',
  'peak MB',
  'requests',
  'connections',
  'MB in/out',
]

const seconds = (ms: number): string => (ms / 1000).toFixed(2)

const byMethod = (system: string, traffic: Traffic | null): readonly string[] =>
  traffic
    ? [
        `${system} ${Object.entries(traffic.requests)
          .map(([method, n]) => `${n} ${method}`)
          .join(', ')}`,
      ]
    : []

/** Rows as text; the same for the terminal and for the page of docs. */
const rows = (results: readonly Result[]): readonly (readonly string[])[] =>
  results.map((result) => {
    const { target, google } = result
    const ours = result.tool === 'scim-push'
    const peer = ours ? find(results, 'commander', result, result.size.users) : undefined
    const megabytes = (key: 'bytesIn' | 'bytesOut'): string =>
      ((target[key] + (google?.[key] ?? 0)) / 1e6).toFixed(1)
    return [
      result.size.users.toLocaleString('en'),
      result.workload,
      result.source,
      ours ? (result.bulk ? 'on' : 'off') : '–',
      result.tool,
      `${result.runs}`,
      seconds(result.wallMs),
      result.wallRangeMs.map(seconds).join('–'),
      result.pushMs === null ? '' : seconds(result.wallMs - result.pushMs),
      ours ? seconds(result.lowerBoundMs) : '',
      ours ? (result.wallMs / result.lowerBoundMs).toFixed(2) : '',
      peer ? `${(peer.wallMs / result.wallMs).toFixed(1)}×` : '',
      seconds(result.cpuMs),
      result.peakMemoryMb.toFixed(0),
      `${requestsOf(result)}: ${[...byMethod('Google', google), ...byMethod('SCIM', target)].join('; ')}`,
      `${target.connections + (google?.connections ?? 0)}`,
      `${megabytes('bytesIn')}/${megabytes('bytesOut')}`,
    ]
  })

/** For a terminal. */
export const textTable = (results: readonly Result[]): string => {
  const table = new Table({ head: HEAD, style: { head: [], border: [], compact: true } })
  for (const row of rows(results)) table.push([...row])
  return table.toString()
}

export const markdownTable = (results: readonly Result[]): string => markdown(HEAD, rows(results))

const verdictRows = (verdicts: readonly Verdict[]): readonly (readonly string[])[] =>
  verdicts.map(({ target, limit, measured, met }) => [
    target,
    limit,
    measured ?? '',
    met === null ? 'not measured' : met ? 'met' : 'missed',
  ])

const VERDICT_HEAD = ['target', 'limit', 'measured', '']

export const verdictText = (verdicts: readonly Verdict[]): string => {
  const table = new Table({ head: VERDICT_HEAD, style: { head: [], border: [], compact: true } })
  for (const row of verdictRows(verdicts)) table.push([...row])
  return table.toString()
}

export const verdictMarkdown = (verdicts: readonly Verdict[]): string =>
  markdown(VERDICT_HEAD, verdictRows(verdicts))

const markdown = (head: readonly string[], body: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
