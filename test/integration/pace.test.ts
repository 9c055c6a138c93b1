import pMap from 'p-map'
import { afterEach, describe, expect, test } from 'vitest'
import {
  startKeeperEmulator,
  type KeeperEmulator,
  type KeeperEmulatorOptions,
} from '../../src/emulators/keeper/keeper-emulator.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { defaultRetryPolicy } from '../../src/lib/retry.ts'
import { userKey } from '../../src/model/ids.ts'
import type { ScimTargetOptions } from '../../src/scim/scim-target.ts'
import { fastClock } from '../faults/clock.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { mostInAMinute } from '../fixtures/windows.ts'

let keeper: KeeperEmulator
afterEach(() => keeper.close())

/** Time that a wait puts forward once nothing is under way any more: what is would seem to take a minute otherwise. */
const patientClock = (underWay: () => number): Clock => {
  const clock = fastClock()
  const quiet = async (): Promise<void> => {
    for (let polls = 0; polls < 4; polls = underWay() === 0 ? polls + 1 : 0)
      await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return {
    ...clock,
    async sleep(ms, signal) {
      await quiet()
      await clock.sleep(ms, signal)
    },
  }
}

/** Creates so many users, as `apply` does, and says what came of it. */
const create = async (
  count: number,
  emulator: KeeperEmulatorOptions,
  more: Partial<ScimTargetOptions> = {},
) => {
  let answered = 0
  const clock =
    more.maxRequestsPerMinute === undefined
      ? patientClock(() => keeper.requests.length - answered)
      : fastClock()
  keeper = await startKeeperEmulator({ now: () => clock.monotonic(), ...emulator })
  const statuses: (number | null)[] = []
  const taken: number[] = []
  const { target } = scimTargetTo(keeper, {
    clock,
    onRequest({ status }) {
      answered++
      statuses.push(status)
      if (status === 201) taken.push(clock.monotonic())
    },
    maxConcurrency: 16,
    retryPolicy: defaultRetryPolicy,
    ...more,
  })
  const failed: unknown[] = []
  await pMap(
    Array.from({ length: count }, (_, n) => `u${n}@corp.example`),
    (userName) =>
      target
        .createUser(
          { key: userKey(userName), userName, displayName: userName, givenName: '', familyName: '' },
          [],
        )
        .catch((error: unknown) => failed.push(error)),
    { concurrency: 16 },
  )
  await target.close()
  const minutes = ((taken.at(-1) ?? 0) - (taken[0] ?? 0)) / 60_000
  return {
    failed,
    taken,
    minutes,
    throttled: statuses.filter((status) => status === 429).length,
  }
}

describe('180 writes a minute, as Slack has it: 600 users', () => {
  test.each(['sliding', 'fixed'] as const)(
    'with maxRequestsPerMinute nothing is ever refused (%s)',
    async (window) => {
      const { failed, taken, minutes, throttled } = await create(
        600,
        { writesPerMinute: 180, window },
        { maxRequestsPerMinute: 180 },
      )
      expect({ failed, throttled, created: taken.length }).toEqual({ failed: [], throttled: 0, created: 600 })
      expect(mostInAMinute(taken)).toBeLessThanOrEqual(180)
      expect(600 / minutes).toBeGreaterThan(0.95 * 180)
    },
  )

  test.each(['sliding', 'fixed'] as const)(
    'without it, by 429 and Retry-After, none is lost either (%s)',
    async (window) => {
      const { failed, taken, minutes, throttled } = await create(600, { writesPerMinute: 180, window })
      expect({ failed, created: taken.length }).toEqual({ failed: [], created: 600 })
      expect(throttled).toBeGreaterThan(0)
      // Of four windows the first three are full, and the pauses between them are no longer than they have to be.
      expect(throttled).toBeLessThanOrEqual(3 * 16)
      expect(600 / minutes).toBeGreaterThan(0.95 * 180)
    },
  )
})

test.each(['sliding', 'fixed'] as const)(
  'fewer a minute than are under way at once: each waits its turn, longer than any one may be tried (%s)',
  async (window) => {
    const { failed, taken, minutes } = await create(60, { writesPerMinute: 5, window })
    expect({ failed, created: taken.length }).toEqual({ failed: [], created: 60 })
    expect(60 / minutes).toBeGreaterThan(0.95 * 5)
  },
)
