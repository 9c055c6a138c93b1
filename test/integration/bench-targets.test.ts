import { describe, expect, test } from 'vitest'
import { lowerBoundMs, neededFor, requestsNeeded } from '../bench/bound.ts'
import { changesOf, digestOfCompany, peopleOf } from '../bench/company.ts'
import { parseFlags } from '../bench/flags.ts'
import { median, requestsOf, resultOf, type Result, type Tool } from '../bench/result.ts'
import type { Measurement } from '../bench/run-case.ts'
import { judge, type Extras } from '../bench/targets.ts'
import { sizeOf, type Case, type SourceName, type Workload } from '../bench/workload.ts'

const conditions = { latencyMs: 20, bulkOperationMs: 2, atOnce: 64 }
const aCase = (workload: Workload, source: SourceName, users: number, bulk = false): Case => ({
  workload,
  source,
  size: sizeOf(users),
  bulk,
})

test.each([
  [50, 3],
  [1000, 10],
  [10_000, 100],
])('%d users: in the state after, %d have left, moved or joined', (users, changes) => {
  const size = sizeOf(users)
  const groupsOf = (state: 'before' | 'after') =>
    new Map([...peopleOf(size, state)].map(({ email, groups }) => [email, groups.join()]))
  const [before, after] = [groupsOf('before'), groupsOf('after')]
  const left = [...before.keys()].filter((email) => !after.has(email)).length
  const joined = [...after.keys()].filter((email) => !before.has(email)).length
  const moved = [...before].filter(
    ([email, groups]) => after.has(email) && after.get(email) !== groups,
  ).length
  expect(left + joined + moved).toBe(changes)
  expect(Math.max(left, joined, moved) - Math.min(left, joined, moved)).toBeLessThanOrEqual(1)
  expect(changesOf(size)).toBe(changes)
  for (const person of peopleOf(size, 'after')) expect(new Set(person.groups).size).toBe(4)
  expect(digestOfCompany(size, 'before')).not.toBe(digestOfCompany(size, 'after'))
})

describe('what can not be done without', () => {
  const needed = (what: Case) => requestsNeeded(neededFor(what), what.bulk)
  const bound = (what: Case) => lowerBoundMs(neededFor(what), conditions, what.bulk)

  test('W2 at 10,000 users: the pages of both sides, the users of Google one after another', () => {
    // 20 pages of users, 1 of groups, 200 of members; 1 page each of users and groups at the target.
    expect(needed(aCase('W2', 'google', 10_000))).toBe(20 + 1 + 200 + 2)
    // The token, and then the chain of 20 pages: more than 221 requests, 16 at once, take.
    expect(bound(aCase('W2', 'google', 10_000))).toBe((1 + 20) * 20)
    const fewer = { ...conditions, atOnce: 10 }
    expect(lowerBoundMs(neededFor(aCase('W2', 'google', 10_000)), fewer, false)).toBe((1 + 23) * 20)
    expect(needed(aCase('W2', 'records', 10_000))).toBe(2)
    expect(bound(aCase('W2', 'records', 10_000))).toBe(20)
  })

  test('W1 without Bulk: one request a group and a user, 16 at once, groups first', () => {
    expect(needed(aCase('W1', 'records', 10_000))).toBe(2 + 200 + 10_000)
    expect(bound(aCase('W1', 'records', 10_000))).toBe((1 + 13 + 625) * 20)
  })

  test('W1 with Bulk: a thousand operations a request', () => {
    expect(needed(aCase('W1', 'records', 10_000, true))).toBe(2 + 11)
    expect(bound(aCase('W1', 'records', 10_000, true))).toBe(20 + (11 * 20 + 10_200 * 2) / 16)
    // Not spread over more requests than the target for them allows.
    expect(bound(aCase('W1', 'records', 1000, true))).toBe(20 + (2 * 20 + 1020 * 2) / 7)
  })

  test('at 100,000 users the second page of the target waits for the first', () => {
    expect(needed(aCase('W2', 'records', 100_000))).toBe(10 + 1)
    expect(bound(aCase('W2', 'records', 100_000))).toBe(2 * 20)
  })

  test('the emulators bound what is under way at once', () => {
    const what = aCase('W1', 'records', 1000)
    expect(lowerBoundMs(neededFor(what), { ...conditions, atOnce: 1 }, false)).toBe((2 + 20 + 1000) * 20)
  })
})

describe('targets', () => {
  const run = (
    wallMs: number,
    requests: Readonly<Record<string, number>>,
    peakMemoryMb = 100,
  ): Measurement => {
    const target = { requests, connections: 1, bytesIn: 1, bytesOut: 1, digest: '' }
    return { wallMs, cpuMs: 1, peakMemoryMb, target, google: null }
  }
  const result = (tool: Tool, what: Case, ...runs: readonly Measurement[]): Result =>
    resultOf(tool, what, conditions, runs)
  const nothing: Extras = { versionMs: null, smallPushMs: null, planningMs: null }
  const verdict = (results: readonly Result[], words: string, extras = nothing) => {
    const found = judge(results, extras).filter(({ target }) => target.startsWith(words))
    expect(found).toHaveLength(1)
    return found[0]!
  }

  test('nothing was measured, nothing is met', () => {
    expect(judge([], nothing).map(({ met }) => met)).not.toContain(true)
    expect(judge([], nothing).map(({ met }) => met)).not.toContain(false)
  })

  test.each([
    [25_000, true, '25×, at worst 25×'],
    [24_000, false, '24× (4 % off), at worst 24×'],
  ])('Commander takes %d ms where we take 1,000', (peerMs, met, measured) => {
    const what = aCase('W1', 'records', 10_000)
    const results = [result('scim-push', what, run(1000, {})), result('commander', what, run(peerMs, {}))]
    expect(verdict(results, 'W1 from records without Bulk, 10,000 users: faster')).toMatchObject({
      met,
      measured,
    })
    // With Bulk we were not measured.
    expect(verdict(results, 'W1 from records with Bulk, 10,000 users: faster').met).toBeNull()
  })

  test('the medians count, and at worst our slowest run against the fastest of the peer', () => {
    const what = aCase('W1', 'records', 10_000)
    const results = [
      result('scim-push', what, run(900, {}), run(1100, {}), run(1000, {})),
      result('commander', what, run(30_000, {}), run(26_400, {}), run(33_000, {})),
    ]
    expect(verdict(results, 'W1 from records without Bulk, 10,000 users: faster').measured).toBe(
      '30×, at worst 24×',
    )
  })

  test('with Bulk the peer is the same', () => {
    const results = [
      result('scim-push', aCase('W1', 'google', 10_000, true), run(1000, {})),
      result('commander', aCase('W1', 'google', 10_000), run(40_000, {})),
    ]
    expect(verdict(results, 'W1 from google with Bulk, 10,000 users: faster').met).toBe(true)
  })

  test.each([
    ['W2', false, 10_000, 4, true],
    ['W2', false, 10_000, 5, false],
    ['W1', false, 1000, 1024, true],
    ['W1', false, 1000, 1025, false],
    ['W1', true, 1000, 2 + 2 + 5, true],
    ['W1', true, 1000, 2 + 2 + 6, false],
  ] as const)('%s with Bulk %s, %d users, in %d requests', (workload, bulk, users, requests, met) => {
    const results = [result('scim-push', aCase(workload, 'records', users, bulk), run(1, { GET: requests }))]
    const words = `${workload} from records${bulk ? ' with Bulk' : ''}, ${users.toLocaleString('en')} users: requests`
    expect(verdict(results, words).met).toBe(met)
  })

  test('wall time over the lower bound', () => {
    const what = aCase('W2', 'google', 10_000)
    const over = (ms: number) =>
      verdict([result('scim-push', what, run(ms, {}))], 'W2 from google, 10,000 users: wall').met
    expect([over(420 * 1.3), over(420 * 1.31)]).toEqual([true, false])
  })

  test('memory: the most of all workloads, and how it grows', () => {
    const at = (users: number, megabytes: number, workload: Workload = 'W2') =>
      result('scim-push', aCase(workload, 'records', users), run(1, {}, megabytes))
    const peak = 'peak memory at 100,000 users'
    expect(verdict([at(100_000, 300)], peak).met).toBe(true)
    expect(verdict([at(100_000, 300), at(100_000, 301, 'W3')], peak).met).toBe(false)
    const growth = 'W2 from records: memory a user'
    expect(verdict([at(10_000, 100), at(100_000, 190), at(1_000_000, 1090)], growth).met).toBe(true)
    expect(verdict([at(10_000, 100), at(100_000, 190), at(1_000_000, 1280)], growth).met).toBe(false)
    expect(verdict([at(10_000, 100), at(100_000, 190)], growth).met).toBeNull()
  })

  test('start-up and planning', () => {
    const extras = { versionMs: 101, smallPushMs: 500, planningMs: 999 }
    expect(verdict([], '`scim-push version`', extras)).toMatchObject({
      met: false,
      measured: '101 ms (1 % off)',
    })
    expect(verdict([], 'no-change push of 100 users', extras).met).toBe(true)
    expect(verdict([], 'planning 100,000 users', extras).met).toBe(true)
  })

  test('a row has the medians, and the most requests of all runs', () => {
    const row = result(
      'scim-push',
      aCase('W2', 'records', 50),
      run(3, { GET: 5 }),
      run(1, { GET: 6 }),
      run(2, { GET: 5 }),
    )
    expect([row.runs, row.wallMs, row.wallRangeMs, requestsOf(row)]).toEqual([3, 2, [1, 3], 6])
    expect([median([4, 1, 3, 2]), median([7])]).toEqual([2.5, 7])
  })
})

describe('flags', () => {
  test('Bulk makes a difference where a company is pushed', () => {
    const rows = parseFlags([]).cases.map(({ workload, bulk, size }) => `${workload} ${bulk} ${size.users}`)
    expect(new Set(rows)).toEqual(
      new Set(
        [1000, 10_000].flatMap((users) =>
          ['W1 false', 'W1 true', 'W2 false', 'W3 false'].map((row) => `${row} ${users}`),
        ),
      ),
    )
    expect(rows).toHaveLength(16)
  })

  test('the peer runs as often as we do, but for its longest', () => {
    const { peerRuns } = parseFlags(['--runs', '5'])
    const runs = (users: number, workload: Workload) => peerRuns(aCase(workload, 'records', users))
    expect([runs(1000, 'W1'), runs(10_000, 'W1'), runs(10_000, 'W2'), runs(100_000, 'W2')]).toEqual([
      5, 1, 5, 0,
    ])
    expect(parseFlags(['--peer-runs', '3']).peerRuns(aCase('W1', 'google', 10_000))).toBe(3)
    expect(parseFlags(['--no-peer']).peerRuns(aCase('W1', 'google', 1000))).toBe(0)
  })

  test.each([['--workload', 'W4'], ['--runs', '0'], ['--users', 'many'], ['--source', 'ldap'], ['--fast']])(
    'refused: %s %s',
    (...flags) => {
      expect(() => parseFlags(flags)).toThrow(/--/)
    },
  )
})
