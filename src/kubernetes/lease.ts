import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { Clock } from '../lib/clock.ts'

/** A Lease of coordination.k8s.io, as far as it matters here. Times are milliseconds since the epoch. */
export interface LeaseRecord {
  /** Null or empty when nobody holds it. */
  readonly holder: string | null
  readonly durationSeconds: number | null
  readonly acquiredAt: number | null
  readonly renewedAt: number | null
  readonly transitions: number
  /** Which configuration pushed to the target last: `configmap/corp`. */
  readonly config: string | null
  /** A replacement with another one than the server's is a conflict. */
  readonly resourceVersion: string
}

export type LeaseClaim = Omit<LeaseRecord, 'resourceVersion'>

/** Each may throw ScimPushError KUBERNETES_…; a create of what is there, and a replace of what has changed, KUBERNETES_CONFLICT. */
export interface LeaseStore {
  /** For messages: `namespace/lease/scim-push-…`. */
  readonly where: string
  /** Null when there is no such Lease. */
  get(): Promise<LeaseRecord | null>
  create(claim: LeaseClaim): Promise<LeaseRecord>
  replace(claim: LeaseClaim, resourceVersion: string): Promise<LeaseRecord>
}

export interface Lock {
  /** Aborted with a ScimPushError LOCK_LOST when the lock is not, or may soon not be, ours any more. */
  readonly lost: AbortSignal
  /** Another configuration that pushed to the target before this one; null when there was none. */
  readonly otherConfig: string | null
  /**
   * Ends the renewing and lets others have it. Never throws: what went wrong is answered, for the log.
   * @param takeOver whether the target is this configuration's from now on, where it was another's before
   */
  release(takeOver: boolean): Promise<ScimPushError | null>
}

export interface LockOptions {
  readonly store: LeaseStore
  /** Who takes it: unique for a run. */
  readonly holder: string
  /** For which configuration. */
  readonly config: string
  readonly clock: Clock
  /** How long a lock that is held is waited for. */
  readonly waitMs: number
  /** Ends the waiting, with an INTERRUPTED. */
  readonly stop: AbortSignal
}

/** A holder that is gone blocks others for this long, and a while more for clocks that differ. */
export const LEASE_SECONDS = 150
const DURATION_MS = LEASE_SECONDS * 1000
const RENEW_MS = DURATION_MS / 3
/**
 * Renewing failed for so long: stop. What is left, 75 s, is more than a write under way may take to be answered (10 s to connect and
 * 60 s for the answer), so that it is over before anyone else may begin.
 */
const GIVE_UP_MS = DURATION_MS / 2
const RETRY_MS = 2000
/** By how much the clocks of two machines may differ before one takes over from the other too early. */
const SKEW_MS = 20_000
/** Others may change the Lease while it is taken; somebody who does so again and again is not waited for. */
const TRIES = 5
const TAKE_AGAIN_MS = 500
/** How often a lock that another one holds is looked at by who waits for it. */
const LOOK_MS = 5000

/**
 * Takes the lock, and renews it until it is released.
 * @throws ScimPushError LOCK_HELD, INTERRUPTED, and what the store throws
 */
export const acquireLock = async (options: LockOptions): Promise<Lock> => {
  const { record, otherConfig, askedAt } = await waitFor(options)
  const ended = new AbortController()
  const lost = new AbortController()
  const renewing = keep({ ...options, record, renewedAt: askedAt, ended: ended.signal, lost })
  return {
    lost: lost.signal,
    otherConfig,
    async release(takeOver) {
      ended.abort()
      // Who has lost it has nothing to give back, and does not wait for a server that may be away.
      return lost.signal.aborted ? null : giveBack(options, await renewing, takeOver)
    },
  }
}

interface Taken {
  readonly record: LeaseRecord
  /** Monotonic, of the moment before the claim was sent. */
  readonly askedAt: number
  readonly otherConfig: string | null
}

const waitFor = async (options: LockOptions): Promise<Taken> => {
  const { clock, stop, waitMs } = options
  const until = clock.monotonic() + waitMs
  for (;;) {
    try {
      return await take(options)
    } catch (error) {
      const left = until - clock.monotonic()
      if (!hasCode(error, 'LOCK_HELD') || left <= 0) throw error
      await pause(clock, Math.min(left, LOOK_MS), stop)
    }
  }
}

/** @throws ScimPushError INTERRUPTED */
const pause = async (clock: Clock, ms: number, stop: AbortSignal): Promise<void> => {
  try {
    await clock.sleep(ms, stop)
  } catch (cause) {
    throw new ScimPushError('INTERRUPTED', {
      message: 'the run was ended while it waited for the lock',
      cause,
    })
  }
}

const take = async (options: LockOptions): Promise<Taken> => {
  const { clock, stop } = options
  for (let n = 1; ; n++) {
    try {
      return await tryToTake(options)
    } catch (error) {
      // Somebody was quicker, or changed a label, or the answer got lost: look again at who has it.
      const again = isConflict(error) || hasCode(error, 'KUBERNETES_UNAVAILABLE')
      if (!again || n >= TRIES) throw error
      await pause(clock, n * TAKE_AGAIN_MS, stop)
    }
  }
}

const tryToTake = async ({ store, holder, config, clock }: LockOptions): Promise<Taken> => {
  const found = await store.get()
  const now = clock.now()
  if (found && isHeld(found, now) && found.holder !== holder) throw heldError(found, store.where)
  const claim: LeaseClaim = {
    holder,
    durationSeconds: LEASE_SECONDS,
    acquiredAt: now,
    renewedAt: now,
    transitions: found ? found.transitions + (found.holder === holder ? 0 : 1) : 0,
    // Another one's stays until it is known that nothing of it is withheld.
    config: found?.config ?? config,
  }
  const before = found?.config ?? null
  const askedAt = clock.monotonic()
  const record = await (found ? store.replace(claim, found.resourceVersion) : store.create(claim))
  return { record, askedAt, otherConfig: before === config ? null : before }
}

const isConflict = (error: unknown): boolean => hasCode(error, 'KUBERNETES_CONFLICT')

/** Without a time of renewal it is not from a holder that is alive. */
const isHeld = ({ holder, durationSeconds, renewedAt }: LeaseRecord, now: number): boolean =>
  holder !== null &&
  holder !== '' &&
  renewedAt !== null &&
  now < renewedAt + (durationSeconds ?? LEASE_SECONDS) * 1000 + SKEW_MS

const heldError = ({ holder, acquiredAt }: LeaseRecord, where: string): ScimPushError =>
  new ScimPushError('LOCK_HELD', {
    message: `${holder ?? 'another run'} holds the lock of this target${acquiredAt === null ? '' : `, since ${new Date(acquiredAt).toISOString()}`}`,
    where,
  })

interface Keeping extends Pick<LockOptions, 'store' | 'holder' | 'clock'> {
  readonly record: LeaseRecord
  /** Monotonic, of the moment before the request: the server's time is later, so this errs on the safe side. */
  readonly renewedAt: number
  readonly ended: AbortSignal
  readonly lost: AbortController
}

/** Renews until `ended`; answers with the last record. Aborts `lost` when it fails. Never throws. */
const keep = async ({ record, renewedAt, lost, ended, ...options }: Keeping): Promise<LeaseRecord> => {
  const { clock, store } = options
  let last = record
  let at = renewedAt
  const watch = (): (() => void) => {
    // On a timer of its own: a request to a server that says nothing must not delay it.
    const timer = new AbortController()
    const giveUp = at + GIVE_UP_MS - clock.monotonic()
    clock.sleep(Math.max(0, giveUp), timer.signal).then(
      () => lost.abort(lostError('it could not be renewed in time', store.where)),
      () => undefined,
    )
    return () => timer.abort()
  }
  let unwatch = watch()
  let wait = RENEW_MS
  while (!ended.aborted && !lost.signal.aborted) {
    try {
      await clock.sleep(wait, AbortSignal.any([ended, lost.signal]))
    } catch {
      break
    }
    const askedAt = clock.monotonic()
    const renewed = await renew(options, last)
    if (renewed.kind === 'gone') lost.abort(lostError(renewed.message, store.where, renewed.cause))
    if (renewed.kind === 'renewed') {
      last = renewed.record
      at = askedAt
      unwatch()
      unwatch = watch()
    }
    wait = renewed.kind === 'renewed' ? RENEW_MS : RETRY_MS
  }
  unwatch()
  return last
}

const lostError = (message: string, where: string, cause?: unknown): ScimPushError =>
  new ScimPushError('LOCK_LOST', { message: `the lock of this target was lost: ${message}`, where, cause })

type Renewal =
  | { readonly kind: 'renewed'; readonly record: LeaseRecord }
  | { readonly kind: 'failed' }
  | { readonly kind: 'gone'; readonly message: string; readonly cause?: unknown }

const renew = async (
  { store, holder, clock }: Pick<LockOptions, 'store' | 'holder' | 'clock'>,
  last: LeaseRecord,
): Promise<Renewal> => {
  const { resourceVersion, ...claim } = last
  const next = { ...claim, renewedAt: clock.now() }
  try {
    return { kind: 'renewed', record: await store.replace(next, resourceVersion) }
  } catch (error) {
    if (!isConflict(error)) return goneOr(error)
  }
  // Changed by someone: a label by Helm, our own renewal whose answer got lost, or another holder.
  try {
    const found = await store.get()
    if (!found) return { kind: 'gone', message: 'the Lease was deleted' }
    if (found.holder !== holder) return { kind: 'gone', message: `${found.holder || 'nobody'} holds it now` }
    return { kind: 'renewed', record: await store.replace(next, found.resourceVersion) }
  } catch (error) {
    return goneOr(error)
  }
}

/** An API server that is away, or busy, may be back in time; a Lease that is not there will not. */
const goneOr = (cause: unknown): Renewal =>
  toScimPushError(cause).code === 'KUBERNETES_NOT_FOUND'
    ? { kind: 'gone', message: 'the Lease was deleted', cause }
    : { kind: 'failed' }

const giveBack = async (
  { store, holder, clock, config }: LockOptions,
  last: LeaseRecord,
  takeOver: boolean,
): Promise<ScimPushError | null> => {
  const free: LeaseClaim = {
    holder: null,
    // The API server takes no zero.
    durationSeconds: 1,
    acquiredAt: last.acquiredAt,
    renewedAt: clock.now(),
    transitions: last.transitions,
    config: takeOver ? config : last.config,
  }
  try {
    await store.replace(free, last.resourceVersion)
    return null
  } catch (error) {
    if (!isConflict(error)) return toScimPushError(error)
  }
  try {
    const found = await store.get()
    if (found?.holder === holder) await store.replace(free, found.resourceVersion)
    return null
  } catch (error) {
    return toScimPushError(error)
  }
}
