import { parseArgs } from 'node:util'
import { sizeOf, type Case, type Conditions, type SourceName, type Workload } from './workload.ts'

export const usage = `npm run bench -- [flags]
  --users 1000,10000      how many; there is a group for 50 users, and everybody is in 4
  --workload W1,W2,W3     initial push, no change, one percent churn
  --source records,google
  --bulk off,on           whether the endpoint offers Bulk
  --all                   100,000 users as well
  --nightly               1,000,000 users with 20,000 groups, from records
  --runs 3                of each, alternating with the peer; the medians count
  --no-peer               without Keeper Commander
  --peer-runs N           of the peer; otherwise as many as ours, but one of W1 at 10,000 users and more
  --peer-up-to 10000      users
  --latency 20            milliseconds a request
  --bulk-operation 2      milliseconds an operation inside a Bulk
  --at-once 64            requests that an emulator serves at once
  --json FILE             results as JSON
  --add FILE              puts the rows of an earlier run's JSON into the tables too; may be repeated
  --write-docs            puts the tables into docs/performance.md
`

export interface Flags {
  readonly cases: readonly Case[]
  readonly conditions: Conditions
  readonly runs: number
  /** How often the peer runs a case; 0 for not at all. */
  readonly peerRuns: (what: Case) => number
  readonly json: string | null
  /** Files of earlier runs. */
  readonly add: readonly string[]
  readonly writeDocs: boolean
}

const MANY = 10_000

/** @throws Error for a flag that is unknown or has a value of no use */
export const parseFlags = (args: readonly string[]): Flags => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string' },
      workload: { type: 'string', default: 'W1,W2,W3' },
      source: { type: 'string', default: 'records,google' },
      bulk: { type: 'string', default: 'off,on' },
      all: { type: 'boolean', default: false },
      nightly: { type: 'boolean', default: false },
      runs: { type: 'string', default: '3' },
      'no-peer': { type: 'boolean', default: false },
      'peer-runs': { type: 'string' },
      'peer-up-to': { type: 'string', default: '10000' },
      latency: { type: 'string', default: '20' },
      'bulk-operation': { type: 'string', default: '2' },
      'at-once': { type: 'string', default: '64' },
      json: { type: 'string' },
      add: { type: 'string', multiple: true, default: [] },
      'write-docs': { type: 'boolean', default: false },
    },
  })
  const users = values.users ?? (values.nightly ? '1000000' : values.all ? '1000,10000,100000' : '1000,10000')
  const wantedSources = values.nightly ? 'records' : values.source
  const runs = number('runs', values.runs, 1)
  const peerRuns = values['peer-runs'] === undefined ? null : number('peer-runs', values['peer-runs'], 0)
  const peerUpTo = number('peer-up-to', values['peer-up-to'], 0)
  const bulks = values.bulk.split(',').map((name) => oneOf('bulk', name, ['off', 'on']) === 'on')
  return {
    cases: users.split(',').flatMap((count) =>
      wantedWorkloads(values.workload).flatMap((workload) =>
        wantedSources.split(',').flatMap((name) =>
          bulks
            // Where nothing is written, Bulk is all the same.
            .filter((bulk) => !bulk || workload === 'W1')
            .map((bulk) => ({
              workload,
              source: oneOf<SourceName>('source', name, ['records', 'google']),
              size: sizeOf(number('users', count, 10)),
              bulk,
            })),
        ),
      ),
    ),
    conditions: {
      latencyMs: number('latency', values.latency, 0),
      bulkOperationMs: number('bulk-operation', values['bulk-operation'], 0),
      atOnce: number('at-once', values['at-once'], 1),
    },
    runs,
    peerRuns: ({ workload, size }) => {
      if (values['no-peer'] || size.users > peerUpTo) return 0
      return peerRuns ?? (workload === 'W1' && size.users >= MANY ? 1 : runs)
    },
    json: values.json ?? null,
    add: values.add,
    writeDocs: values['write-docs'],
  }
}

const wantedWorkloads = (text: string): readonly Workload[] =>
  text.split(',').map((name) => oneOf<Workload>('workload', name, ['W1', 'W2', 'W3']))

const oneOf = <T extends string>(flag: string, text: string, allowed: readonly T[]): T => {
  const found = allowed.find((each) => each === text)
  if (found === undefined) throw new Error(`--${flag} takes ${allowed.join(', ')}, not "${text}"`)
  return found
}

const number = (flag: string, text: string, least: number): number => {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`--${flag} takes whole numbers from ${least} on, not "${text}"`)
  return value
}
