import { afterEach, describe, expect, test } from 'vitest'
import {
  startKeeperEmulator,
  type KeeperEmulator,
  type KeeperEmulatorOptions,
} from '../../src/emulators/keeper/keeper-emulator.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import type { RunReport } from '../../src/report/report.ts'
import type { ScimTargetOptions } from '../../src/scim/scim-target.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'

// Pushes whose changes go together (RFC 7644 §3.7), and what may become of a Bulk: nothing is lost, nobody is there twice, and nobody
// gets what is another one's.

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
