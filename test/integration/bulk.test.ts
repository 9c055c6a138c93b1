import { afterEach, describe, expect, test } from 'vitest'
import type { Answer, Fault } from '../../src/emulators/faults.ts'
import {
  startKeeperEmulator,
  type KeeperEmulator,
  type KeeperEmulatorOptions,
} from '../../src/emulators/keeper/keeper-emulator.ts'
import { silentLog } from '../../src/lib/log.ts'
import { isObject } from '../../src/lib/json.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import type { RunReport } from '../../src/report/report.ts'
import type { ScimTargetOptions } from '../../src/scim/scim-target.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'

// Pushes whose changes go together (RFC 7644 §3.7), and what may become of many Bulks: nothing is lost, nobody is there twice, and nobody
// gets what is another one's. What one fault does to a Bulk of two changes is in faults-bulk.test.ts.

const BULK = { maxOperations: 100, maxPayloadSize: 1_048_576 }
let keeper: KeeperEmulator
afterEach(() => keeper.close())

const start = async (options: KeeperEmulatorOptions = {}): Promise<void> => {
  keeper = await startKeeperEmulator({ bulk: BULK, ...options })
}

/** So many people, in groups of ten; everybody is in one group, and in `all`. */
const company = (people: number): DirectorySnapshot => {
  const names = Array.from({ length: people }, (_, n) => `u${`${n}`.padStart(5, '0')}`)
  const teams = Array.from({ length: Math.ceil(people / 10) }, (_, n) =>
    team(`team ${n}`, names.slice(n * 10, n * 10 + 10)),
  )
  return snapshot(
    names.map((name) => person(name)),
    [...teams, team('all', names)],
  )
}

const push = async (
  desired: DirectorySnapshot,
  more: Partial<ScimTargetOptions> = {},
): Promise<{ readonly report: RunReport; readonly requests: readonly string[] }> => {
  const before = keeper.requests.length
  const { target } = scimTargetTo(keeper, more)
  const report = await runOnce(
    memorySource(() => desired),
    target,
  )
  return { report, requests: keeper.requests.slice(before) }
}
const count = (requests: readonly string[], of: string): number => requests.filter((one) => one === of).length
const failures = ({ actions }: RunReport) => actions.filter(({ outcome }) => outcome?.status !== 'succeeded')
const writes = (requests: readonly string[]): readonly string[] =>
  requests.filter((one) => !one.startsWith('GET'))

/** What the node holds is what the source says, each once, and another push finds nothing to do. */
const expectConverged = async (desired: DirectorySnapshot): Promise<void> => {
  const names = new Map(desired.users.map(({ key, userName }) => [key, userName ?? '']))
  expect(keeper.state.summary()).toEqual({
    users: desired.users.map(({ userName }) => userName).sort(),
    groups: Object.fromEntries(
      (desired.groups ?? []).map(({ displayName, members }) => [
        displayName,
        [...members].map((key) => names.get(key)).sort(),
      ]),
    ),
  })
  expect(keeper.state.groups.size).toBe(desired.groups?.length)
  const { report, requests } = await push(desired)
  expect(report.result).toBe('converged')
  expect(writes(requests)).toEqual([])
}

describe('an initial push', () => {
  test.each([
    [1000, 200, 1000],
    [1000, 1000, 1000],
    [350, 10, 350],
  ])('%i people, %i operations a Bulk', async (people, maxOperations) => {
    await start({ bulk: { ...BULK, maxOperations } })
    const desired = company(people)
    const { report, requests } = await push(desired)
    expect(report.result).toBe('converged')
    const operations = people + (desired.groups?.length ?? 0)
    expect(count(requests, 'POST /Bulk')).toBeGreaterThan(0)
    expect(writes(requests).length).toBeLessThanOrEqual(Math.ceil(operations / maxOperations) + 5)
    await expectConverged(desired)
  })
})

const answer = (status: number, headers: Readonly<Record<string, string>> = {}, body = ''): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
})
/** The n-th Bulks go wrong. */
const onBulks = (fault: Fault, ...which: readonly number[]): void => {
  let n = 0
  keeper.setFaults(({ path }) =>
    path === '/Bulk' && (which.length === 0 || which.includes(++n)) ? fault : null,
  )
}
const posts = (): number => keeper.operations.filter((one) => one.startsWith('POST')).length

type Part = Readonly<Record<string, unknown>>
const without = (part: Part, name: string): Part =>
  Object.fromEntries(Object.entries(part).filter(([key]) => key !== name))
/** The answer with other parts. */
const parts =
  (change: (parts: readonly Part[]) => readonly unknown[]) =>
  (own: Answer): Answer =>
    isObject(own.body) && Array.isArray(own.body['Operations'])
      ? { ...own, body: { ...own.body, Operations: change(own.body['Operations'] as Part[]) } }
      : own
const alter = (change: (parts: readonly Part[]) => readonly unknown[]): Fault => ({
  kind: 'alter',
  alter: parts(change),
})

describe('an endpoint that promises Bulk and does not take it', () => {
  test.each([
    ['403', answer(403)],
    ['405', answer(405)],
    ['501', answer(501)],
    ['nothing', answer(204)],
    ['no part', alter(() => [])],
  ])('%s: one by one from then on, said once, and nothing is lost', async (_, fault) => {
    await start()
    onBulks(fault)
    const warnings: string[] = []
    const log = { ...silentLog, warn: (message: string) => warnings.push(message) }
    const desired = company(150)
    const { report, requests } = await push(desired, { log })
    expect(report.result).toBe('converged')
    expect(count(requests, 'POST /Bulk')).toBe(1)
    expect(warnings).toEqual([expect.stringContaining('does not take it') as unknown])
    keeper.setFaults(null)
    await expectConverged(desired)
  })
})

describe('a Bulk whose outcome nobody knows', () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ['is answered, and the answer lost', { kind: 'drop-after' }],
    ['is not answered in time', { kind: 'silent' }],
  ]
  test.each(
    faults.flatMap(([name, fault]) => [true, false].map((filters) => [name, filters, fault] as const)),
  )('%s, filters %s: nobody is there twice', async (_, filters, fault) => {
    for (const which of [[1], [2, 3], [4, 5, 6]]) {
      await start({ filters, maxCount: 100 })
      onBulks(fault, ...which)
      const desired = company(500)
      // A busy machine must not make more late than is meant to be.
      const ms = fault.kind === 'silent' ? 1000 : 20_000
      const timeouts = { headersTimeoutMs: ms, bodyTimeoutMs: ms, answerMs: 2 * ms }
      const { report, requests } = await push(desired, { timeouts })
      expect(report.result).toBe('converged')
      // Those of a Bulk are looked up in one list. On a busy machine more may be late than is meant to be.
      if (fault.kind !== 'silent') expect(requests.length).toBeLessThan(100)
      keeper.setFaults(null)
      await expectConverged(desired)
      await keeper.close()
    }
    await start()
  })

  test('no Bulk is ever answered well: in smaller and smaller ones, in the end one by one', async () => {
    await start()
    onBulks(answer(500))
    const desired = company(100)
    const { report } = await push(desired)
    expect(report.result).toBe('converged')
    keeper.setFaults(null)
    await expectConverged(desired)
  })

  test('changes and deletions are repeated', async () => {
    await start()
    const desired = company(300)
    await push(desired)
    const moved = snapshot(
      desired.users.slice(50).map((user) => ({ ...user, displayName: `${user.displayName} Roe` })),
      desired.groups?.slice(20) ?? [],
    )
    onBulks({ kind: 'drop-after' }, 1, 3, 5, 7)
    const { report } = await push(moved)
    expect(report.result).toBe('converged')
    expect([...keeper.state.users.values()].filter(({ active }) => !active)).toHaveLength(50)
    expect(
      [...keeper.state.users.values()].filter(({ displayName }) => displayName.endsWith(' Roe')),
    ).toHaveLength(250)
    keeper.setFaults(null)
    const again = await push(moved)
    expect(writes(again.requests)).toEqual([])
  })
})

describe('what the answer to a Bulk says of its operations', () => {
  test.each<[string, (parts: readonly Part[]) => readonly unknown[]]>([
    ['in another order', (all) => all.toReversed()],
    ['the status as a number', (all) => all.map((part) => ({ ...part, status: Number(part['status']) }))],
    ['the status as an object', (all) => all.map((part) => ({ ...part, status: { code: part['status'] } }))],
    [
      'methods in lower case',
      (all) => all.map((part) => ({ ...part, method: String(part['method']).toLowerCase() })),
    ],
    ['no methods', (all) => all.map((part) => without(part, 'method'))],
    [
      'no bulkId where it need not be',
      (all) => all.map(({ bulkId, ...part }) => (part['method'] === 'POST' ? { ...part, bulkId } : part)),
    ],
    [
      'some more that nobody asked for',
      (all) => [{ bulkId: 'x', status: '500' }, ...all, { location: '/Users/x', status: '200' }, null, 7],
    ],
  ])('%s: every answer is found', async (_, change) => {
    await start()
    onBulks(alter(change))
    const desired = company(150)
    const { report } = await push(desired)
    expect(report.result).toBe('converged')
    const renamed = snapshot(
      desired.users.map((user) => ({ ...user, displayName: `${user.displayName} Roe` })),
      desired.groups ?? [],
    )
    const { report: second, requests } = await push(renamed)
    expect(second.result).toBe('converged')
    expect(writes(requests).length).toBeLessThanOrEqual(3)
    expect(keeper.operations).toHaveLength(150 + 16 + 150)
    await expectConverged(renamed)
  })

  test.each<[string, (parts: readonly Part[]) => readonly unknown[]]>([
    ['nothing of some', (all) => all.filter((_, n) => n % 10 !== 0)],
    ['it stops early', (all) => all.slice(0, 30)],
    ['of some twice', (all) => [...all, ...all.slice(0, 20)]],
    ['no bulkId at all', (all) => all.map((part) => without(part, 'bulkId'))],
    [
      'no status of some',
      (all) => all.map(({ status, ...part }, n) => (n % 10 === 0 ? part : { ...part, status })),
    ],
    ['no ids of what was created', (all) => all.map((part) => without(part, 'location'))],
    ['another method', (all) => all.map((part) => ({ ...part, method: 'PUT' }))],
  ])('%s: what is not said is looked up, and nobody is there twice', async (_, change) => {
    await start()
    onBulks(alter(change))
    const desired = company(150)
    const { report } = await push(desired)
    expect(report.result).toBe('converged')
    expect(posts()).toBeLessThanOrEqual(150 + 16)
    keeper.setFaults(null)
    await expectConverged(desired)
  })

  test('one person more than there are seats: they fail, the others are created', async () => {
    await start({ seats: 149 })
    const { report } = await push(company(150))
    expect(failures(report)).toMatchObject([
      { kind: 'user.create', outcome: { status: 'failed', error: { code: 'SCIM_NO_SEATS' } } },
      { kind: 'membership.add', outcome: { status: 'skipped' } },
      { kind: 'membership.add', outcome: { status: 'skipped' } },
    ])
    expect(keeper.state.users.size).toBe(149)
    expect(keeper.state.groups.get([...keeper.state.groups.keys()][0] ?? '')).toBeDefined()
  })

  test('another person than the one who was changed: the run ends, and what waits is not sent', async () => {
    await start({ bulk: { ...BULK, maxOperations: 10 } })
    const desired = company(300)
    await push(desired)
    const renamed = snapshot(
      desired.users.map((user) => ({ ...user, displayName: `${user.displayName} Roe` })),
      desired.groups ?? [],
    )
    const before = keeper.operations.length
    const [other = ''] = keeper.state.users.keys()
    onBulks(
      alter((all) =>
        all.map((part, n) => (n === 5 ? { ...part, location: `${keeper.url}/Users/${other}` } : part)),
      ),
      2,
    )
    const { report } = await push(renamed, { maxConcurrency: 2 })
    expect(report.error?.code).toBe('SCIM_WRONG_RESOURCE')
    // The first, and the two that were under way then.
    expect(keeper.operations.length - before).toBeLessThanOrEqual(30)
    expect(failures(report).filter(({ outcome }) => outcome?.status === 'skipped').length).toBeGreaterThan(
      200,
    )
  })
})

describe('limits', () => {
  test.each([
    ['operations', { maxOperations: 7, maxPayloadSize: 1_048_576 }],
    ['bytes', { maxOperations: 1000, maxPayloadSize: 5000 }],
    ['next to nothing', { maxOperations: 1, maxPayloadSize: 1_048_576 }],
  ])('fewer %s than are promised: 413 makes Bulks smaller, for good', async (_, bulk) => {
    await start({ bulk })
    keeper.setFaults(({ path }) =>
      path === '/ServiceProviderConfig'
        ? {
            kind: 'alter',
            alter: (own) => ({
              ...own,
              body: {
                ...(isObject(own.body) && own.body),
                bulk: { supported: true, maxOperations: 1000, maxPayloadSize: 1_048_576 },
              },
            }),
          }
        : null,
    )
    const desired = company(150)
    const { report, requests } = await push(desired)
    expect(report.result).toBe('converged')
    expect(count(requests, 'POST /Bulk') * bulk.maxOperations).toBeLessThan(1000 * 166)
    await expectConverged(desired)
  })

  test('names of many bytes, and one person who is larger than a Bulk', async () => {
    await start({ bulk: { maxOperations: 1000, maxPayloadSize: 1200 } })
    const people = Array.from({ length: 100 }, (_, n) =>
      person(`u${n}`, { displayName: '𝔘'.repeat(n === 50 ? 200 : 20) }),
    )
    const { report, requests } = await push(snapshot(people, []))
    expect(report.result).toBe('converged')
    expect(count(requests, 'POST /Users')).toBeGreaterThan(0)
    expect(count(requests, 'POST /Users') + keeper.operations.length).toBe(100)
    expect(keeper.state.users.size).toBe(100)
  })

  test('off: each change is a request of its own', async () => {
    await start()
    const { requests } = await push(company(20), { bulk: 'off' })
    expect(count(requests, 'POST /Bulk')).toBe(0)
    expect(count(requests, 'POST /Users')).toBe(20)
  })
})

describe('the end of a run', () => {
  test('a refused token: nothing more is sent', async () => {
    await start({ bulk: { ...BULK, maxOperations: 10 } })
    onBulks(answer(401), 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)
    const { report, requests } = await push(company(300), { maxConcurrency: 2 })
    expect(report.error?.code).toBe('SCIM_UNAUTHORIZED')
    expect(count(requests, 'POST /Bulk')).toBeLessThanOrEqual(4)
    expect(failures(report).some(({ outcome }) => outcome?.status === 'skipped')).toBe(true)
  })

  test('told to stop: the Bulks under way finish, what waits is not sent, and the next run does the rest', async () => {
    await start({ bulk: { ...BULK, maxOperations: 10 }, bulkOperationMs: 10 })
    const desired = company(300)
    const stop = new AbortController()
    let bulks = 0
    keeper.setFaults(({ path }) => {
      if (path === '/Bulk' && ++bulks === 8) setTimeout(() => stop.abort('SIGTERM'), 30)
      return null
    })
    const { target } = scimTargetTo(keeper, { maxConcurrency: 2, signal: stop.signal })
    const report = await runOnce(
      memorySource(() => desired),
      target,
      { stop: stop.signal },
    )
    expect(report.result).toBe('interrupted')
    const done = keeper.operations.length + count(keeper.requests, 'POST /Groups')
    expect(bulks).toBeLessThanOrEqual(9)
    expect(failures(report).every(({ outcome }) => outcome?.status === 'skipped')).toBe(true)
    expect(
      report.actions.filter(
        ({ kind, outcome }) => kind !== 'membership.add' && outcome?.status === 'succeeded',
      ),
    ).toHaveLength(done)
    keeper.setFaults(null)
    await push(desired)
    expect(posts() + count(keeper.requests, 'POST /Groups')).toBe(300 + 31)
    await expectConverged(desired)
  })
})
