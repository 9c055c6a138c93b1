import { describe, expect, test } from 'vitest'
import { manualClock } from '../../test/fixtures/manual-clock.ts'
import { memoryLease } from '../../test/fixtures/memory-lease.ts'
import { defaultHttpOptions } from '../lib/http.ts'
import { acquireLock, LEASE_SECONDS, type LeaseClaim } from './lease.ts'

const SECOND = 1000
const claim = (more: Partial<LeaseClaim> = {}): LeaseClaim => ({
  holder: 'other',
  durationSeconds: LEASE_SECONDS,
  acquiredAt: 0,
  renewedAt: 0,
  transitions: 3,
  config: 'configmap/mine',
  ...more,
})

const calm = { waitMs: 0, stop: new AbortController().signal }

const take = async (
  lease = memoryLease(),
  time = manualClock(),
  more: { readonly waitMs?: number; readonly stop?: AbortSignal } = {},
) => {
  const lock = await acquireLock({
    store: lease.store,
    holder: 'me',
    config: 'configmap/mine',
    clock: time.clock,
    ...calm,
    ...more,
  })
  return { lock, lease, time }
}

describe('taking the lock', () => {
  test('of a target that never had one: the Lease is made', async () => {
    const { lease, time } = await take()
    expect(lease.record()).toMatchObject({
      holder: 'me',
      durationSeconds: LEASE_SECONDS,
      renewedAt: time.clock.now(),
      acquiredAt: time.clock.now(),
      transitions: 0,
    })
  })

  const now = manualClock().clock.now()
  test.each<[string, LeaseClaim]>([
    ['empty, as a chart makes it', claim({ holder: null, durationSeconds: null, renewedAt: null })],
    ['given back', claim({ holder: '', renewedAt: now })],
    ['of a holder that was never alive', claim({ renewedAt: null })],
    ['expired, clocks that differ allowed for', claim({ renewedAt: now - 170 * SECOND })],
    ['expired after its own duration', claim({ durationSeconds: 10, renewedAt: now - 30 * SECOND })],
  ])('%s: it is free', async (_, initial) => {
    const { lease } = await take(memoryLease(initial))
    expect(lease.record()).toMatchObject({ holder: 'me', transitions: 4 })
  })

  test.each<[string, LeaseClaim]>([
    ['renewed just now', claim({ renewedAt: now })],
    ['renewed by a clock that is ahead', claim({ renewedAt: now + 30 * SECOND })],
    ['due for renewal', claim({ renewedAt: now - 149 * SECOND })],
    ['expired, but only by a difference of clocks', claim({ renewedAt: now - 169 * SECOND })],
    ['without a duration', claim({ durationSeconds: null, renewedAt: now - 149 * SECOND })],
  ])('%s: it is held, and who holds it is said', async (_, initial) => {
    const lease = memoryLease(initial)
    await expect(take(lease)).rejects.toMatchObject({
      code: 'LOCK_HELD',
      failure: 'locked',
      where: 'test/lease/x',
      message: expect.stringContaining('other') as string,
    })
    expect(lease.record()).toMatchObject(initial)
  })

  test.each<[string, LeaseClaim | null, string | null]>([
    ['none before', null, null],
    ['none that is known', claim({ holder: null, config: null }), null],
    ['the same', claim({ holder: null }), null],
    ['another one', claim({ holder: null, config: 'configmap/theirs' }), 'configmap/theirs'],
  ])('which configuration pushed to the target before: %s', async (_, initial, expected) => {
    const { lock, lease } = await take(memoryLease(initial))
    expect(lock.otherConfig).toBe(expected)
    // Killed now, the next run must still know of the other one.
    expect(lease.record()?.config).toBe(expected ?? 'configmap/mine')
    await lock.release(false)
    expect(lease.record()?.config).toBe(expected ?? 'configmap/mine')
  })

  test('it is this configuration’s once nothing of the other one is withheld', async () => {
    const { lock, lease } = await take(memoryLease(claim({ holder: null, config: 'configmap/theirs' })))
    await lock.release(true)
    expect(lease.record()?.config).toBe('configmap/mine')
  })

  test('two at the same time: one gets it', async () => {
    const lease = memoryLease(claim({ holder: null }))
    const time = manualClock()
    const both = ['a', 'b'].map((holder) =>
      acquireLock({ store: lease.store, holder, config: 'c', clock: time.clock, ...calm }),
    )
    const settled = Promise.allSettled(both)
    await time.pass(5 * SECOND)
    const results = await settled
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'LOCK_HELD' },
    })
  })

  test('an answer that got lost: it is ours all the same', async () => {
    const lease = memoryLease(claim({ holder: null }))
    const time = manualClock()
    lease.setFault('lost answer')
    const taking = take(lease, time)
    await time.settle()
    lease.setFault(null)
    await time.pass(5 * SECOND)
    await taking
    // It changed hands once, not twice.
    expect(lease.record()).toMatchObject({ holder: 'me', transitions: 4 })
    expect(lease.replaced()).toBe(2)
  })

  test.each([
    ['unavailable', 'KUBERNETES_UNAVAILABLE'],
    ['forbidden', 'KUBERNETES_FORBIDDEN'],
  ] as const)(
    '%s: the lock that was asked for can’t be had, and the run does not begin',
    async (fault, code) => {
      const lease = memoryLease()
      const time = manualClock()
      lease.setFault(fault)
      const taking = expect(take(lease, time)).rejects.toMatchObject({ code })
      await time.pass(60 * SECOND)
      await taking
    },
  )
})

describe('waiting for the lock', () => {
  test('it is given back in time', async () => {
    const time = manualClock()
    const lease = memoryLease(claim({ renewedAt: time.clock.now() }))
    const taking = take(lease, time, { waitMs: 60 * SECOND })
    await time.pass(30 * SECOND)
    expect(lease.record()?.holder).toBe('other')
    lease.change({ holder: null })
    await time.pass(5 * SECOND)
    await taking
    expect(lease.record()?.holder).toBe('me')
  })

  test('of a run that was killed: once it has run out', async () => {
    const time = manualClock()
    const lease = memoryLease(claim({ renewedAt: time.clock.now() }))
    const taking = take(lease, time, { waitMs: 180 * SECOND })
    await time.pass(169 * SECOND)
    expect(lease.record()?.holder).toBe('other')
    await time.pass(6 * SECOND)
    const { lock } = await taking
    expect(lease.record()?.holder).toBe('me')
    // Its time begins now, not when the waiting began.
    await time.pass(300 * SECOND)
    expect(lock.lost.aborted).toBe(false)
    expect(lease.record()?.holder).toBe('me')
  })

  test('not longer than that', async () => {
    const time = manualClock()
    const taking = expect(
      take(memoryLease(claim({ renewedAt: time.clock.now() })), time, { waitMs: 12 * SECOND }),
    ).rejects.toMatchObject({ code: 'LOCK_HELD' })
    await time.pass(12 * SECOND)
    await taking
  })

  test('a signal ends it', async () => {
    const time = manualClock()
    const stop = new AbortController()
    const lease = memoryLease(claim({ renewedAt: time.clock.now() }))
    const taking = expect(
      take(lease, time, { waitMs: 60 * SECOND, stop: stop.signal }),
    ).rejects.toMatchObject({
      code: 'INTERRUPTED',
    })
    await time.pass(7 * SECOND)
    stop.abort('SIGTERM')
    await taking
  })
})

describe('keeping the lock', () => {
  test('it is renewed at a third of its duration, for as long as the run takes', async () => {
    const { lock, lease, time } = await take()
    await time.pass(49 * SECOND)
    expect(lease.replaced()).toBe(0)
    await time.pass(1 * SECOND)
    expect(lease.replaced()).toBe(1)
    expect(lease.record()).toMatchObject({ holder: 'me', renewedAt: time.clock.now() })
    await time.pass(3600 * SECOND)
    expect(lease.replaced()).toBe(73)
    // Each renewal is one request.
    expect(lease.read()).toBe(1)
    expect(lock.lost.aborted).toBe(false)
  })

  test('someone changes a label: it goes on', async () => {
    const { lock, lease, time } = await take()
    for (let n = 0; n < 10; n++) {
      lease.change({})
      await time.pass(50 * SECOND)
    }
    expect([lock.lost.aborted, lease.record()?.renewedAt]).toEqual([false, time.clock.now()])
  })

  test('a server that is away for a while: it goes on', async () => {
    const { lock, lease, time } = await take()
    lease.setFault('unavailable')
    await time.pass(73 * SECOND)
    lease.setFault(null)
    await time.pass(1.5 * SECOND)
    expect(lock.lost.aborted).toBe(false)
    await time.pass(100 * SECOND)
    expect(lock.lost.aborted).toBe(false)
  })

  test.each(['unavailable', 'forbidden', 'hangs'] as const)(
    'renewing fails (%s): it is lost before anyone else may take it, and not earlier',
    async (fault) => {
      const { lock, lease, time } = await take()
      lease.setFault(fault)
      await time.pass(74 * SECOND)
      expect(lock.lost.aborted).toBe(false)
      await time.pass(1 * SECOND)
      expect(lock.lost.reason).toMatchObject({ code: 'LOCK_LOST', failure: 'locked' })
      // What is under way has this long to be answered.
      const { connectTimeoutMs, headersTimeoutMs } = defaultHttpOptions
      expect(LEASE_SECONDS * SECOND - 75 * SECOND).toBeGreaterThan(connectTimeoutMs + headersTimeoutMs)
    },
  )

  test('renewing fails after it has gone well for a while: it is lost as soon', async () => {
    const { lock, lease, time } = await take()
    await time.pass(200 * SECOND)
    lease.setFault('unavailable')
    await time.pass(74 * SECOND)
    expect(lock.lost.aborted).toBe(false)
    await time.pass(1 * SECOND)
    expect(lock.lost.reason).toMatchObject({ code: 'LOCK_LOST' })
  })

  test.each<[string, (lease: ReturnType<typeof memoryLease>) => unknown, string]>([
    ['another one takes it', (lease) => lease.change({ holder: 'other' }), 'other holds it now'],
    ['it is deleted', (lease) => lease.remove(), 'deleted'],
  ])('%s: it is lost at the next look', async (_, change, words) => {
    const { lock, lease, time } = await take()
    change(lease)
    await time.pass(50 * SECOND)
    expect(lock.lost.reason).toMatchObject({
      code: 'LOCK_LOST',
      message: expect.stringContaining(words) as string,
    })
    expect(await lock.release(true)).toBeNull()
    expect(lease.record()?.holder).not.toBe('me')
  })
})

describe('giving the lock back', () => {
  test('others have it at once, and nothing goes on behind', async () => {
    const { lock, lease, time } = await take()
    await time.pass(60 * SECOND)
    expect(await lock.release(true)).toBeNull()
    expect(lease.record()).toMatchObject({ holder: null, transitions: 0 })
    expect(time.sleeping()).toBe(0)
    expect(lock.lost.aborted).toBe(false)
    await acquireLock({ store: lease.store, holder: 'next', config: 'c', clock: time.clock, ...calm })
    expect(lease.record()).toMatchObject({ holder: 'next', transitions: 1 })
  })

  test('it was changed meanwhile: it is given back all the same', async () => {
    const { lock, lease } = await take()
    lease.change({})
    expect(await lock.release(true)).toBeNull()
    expect(lease.record()?.holder).toBeNull()
  })

  test('another one has it meanwhile: it stays theirs', async () => {
    const { lock, lease } = await take()
    lease.change({ holder: 'other' })
    expect(await lock.release(true)).toBeNull()
    expect(lease.record()?.holder).toBe('other')
  })

  test('a server that is away is no error, but is said', async () => {
    const { lock, lease } = await take()
    lease.setFault('unavailable')
    expect(await lock.release(true)).toMatchObject({ code: 'KUBERNETES_UNAVAILABLE' })
  })
})
