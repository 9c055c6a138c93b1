import { assertNever } from '../lib/assert-never.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import type { Secret } from '../lib/secret.ts'
import { matchAnswers } from './bulk-answer.ts'
import { failureOfNothing, failureOfOperation, kindOfFailure } from './bulk-failure.ts'
import { createBulkKinds } from './bulk-kinds.ts'
import {
  bulkText,
  bytesAlone,
  createBulkQueue,
  operationOf,
  type BulkLimits,
  type BulkOperation,
} from './bulk-queue.ts'
import { createBulkSize, type BulkSize } from './bulk-size.ts'
import { FailedTry, failureOfHold } from './failure.ts'
import type { ScimRequest, ScimResponse, Try } from './request.ts'
import type { ServiceProviderConfig } from './service-provider-config.ts'
import type { Throttle } from './throttle.ts'

/** Sends writes, those of one moment together (RFC 7644 §3.7), where the endpoint takes them so. */
export interface Bulk {
  /** What the endpoint offers; null for nothing: each write is a request of its own, as it is before this was called. */
  offer(limits: ServiceProviderConfig['bulk']): void
  /** So many writes at once fill all connections; 0 without Bulk. */
  writesAtOnce(): number
  /**
   * One try, with the answer that the write alone would have had.
   * @throws FailedTry, and what `begin` throws
   */
  send(attempt: Try): Promise<ScimResponse>
}

export interface BulkSurroundings {
  readonly baseUrl: string
  readonly token: Secret
  readonly maxConcurrency: number
  readonly throttle: Throttle
  readonly retryPolicy: RetryPolicy
  readonly random: () => number
  readonly clock: Clock
  readonly log: Log
  /** Asked before something is sent; throws where it is not to be sent any more. */
  readonly begin: () => void
  readonly stop: AbortSignal | undefined
  /** One try of one write. */
  readonly alone: (attempt: Try) => Promise<ScimResponse>
  /** One request, at once; `n` as in Try. */
  readonly exchange: (request: ScimRequest, n: number) => Promise<ScimResponse>
}

interface Waiting extends BulkOperation {
  readonly attempt: Try
  /** Monotonic, of when it began to wait. */
  readonly since: number
  readonly resolve: (response: ScimResponse) => void
  readonly reject: (error: unknown) => void
}

type Batch = readonly Waiting[]

/** Of the payload that is offered; a server may count more than the body. */
const OF_PAYLOAD = 0.95
/** More is not put into a Bulk, whatever is offered: it has to be kept in memory. */
const MOST_OPERATIONS = 5000
const MOST_BYTES = 16 * 1024 * 1024
const MOST_AT_ONCE = 16_000
/** A Bulk that may have failed because of one of its operations is divided by this, until that one is alone. */
const DIVIDED_BY = 4
/** So many answers in a row that make no sense, and the endpoint does not know what a Bulk is; one is enough where none ever did. */
const DOUBTS_IN_A_ROW = 2

export const createBulk = (surroundings: BulkSurroundings): Bulk => {
  const { throttle, retryPolicy, clock, log, alone } = surroundings
  const queue = createBulkQueue<Waiting>()
  /** The largest Bulk for a request that was in one that failed. */
  const mosts = new WeakMap<ScimRequest, number>()
  const kinds = createBulkKinds()
  let limits: BulkLimits | null = null
  let size: BulkSize = createBulkSize(1)
  let count = 0
  let active = 0
  let doubts = 0
  let scheduled = false

  const schedule = (): void => {
    if (scheduled) return
    scheduled = true
    // All that is sent in this moment, and in those that follow from it, is there by then.
    setImmediate(pump)
  }
  const writesAtOnce = (): number =>
    limits === null ? 0 : Math.min(MOST_AT_ONCE, (surroundings.maxConcurrency + 1) * limits.operations)

  const pump = (): void => {
    scheduled = false
    const operations = size.spread(queue.size, places() - active)
    while (limits !== null && queue.size > 0 && active < places()) {
      const batch = queue.cut({ operations, bytes: limits.bytes })
      if (batch.length > 1) void carry(batch)
      else batch.forEach(leave)
    }
  }
  const places = (): number => (size.measured ? throttle.most : 1)

  /** Ends the waiting with a request of its own. */
  const leave = (operation: Waiting): void => {
    stopWaiting(operation)
    void sendAlone(operation)
  }
  const stopWaiting = ({ attempt, since }: Waiting): void => {
    attempt.waitedMs += clock.monotonic() - since
  }
  const sendAlone = ({ attempt, resolve, reject }: Waiting): Promise<void> =>
    alone(attempt).then(resolve, reject)

  const carry = async (batch: Batch): Promise<void> => {
    const n = batch.reduce((most, { attempt }) => Math.max(most, attempt.n), 1)
    const request = { method: 'POST', path: '/Bulk', text: bulkText(batch) } as const
    let started: number | null = null
    const tookMs = (): number => clock.monotonic() - (started ?? clock.monotonic())
    active++
    try {
      const response = await throttle.run(
        () => {
          surroundings.begin()
          started = clock.monotonic()
          batch.forEach(stopWaiting)
          return surroundings.exchange(request, n)
        },
        surroundings.stop,
        (heldMs) => {
          if (heldMs > retryPolicy.totalMs)
            throw failureOfHold(heldMs, request.method, surroundings.baseUrl + request.path)
        },
      )
      size.answered(batch.length, tookMs())
      settle(batch, response)
    } catch (error) {
      if (error instanceof FailedTry) failed(batch, error, tookMs())
      else for (const { reject } of batch) reject(error)
    } finally {
      active--
      schedule()
    }
  }

  /** The whole Bulk failed. */
  const failed = (batch: Batch, error: FailedTry, tookMs: number): void => {
    const kind = kindOfFailure(error)
    switch (kind) {
      case 'busy':
        throttle.slowDown(error.afterMs)
        relieve(batch)
        again(batch, error)
        return
      case 'no-bulk':
        turnOff(error)
        for (const operation of batch) void sendAlone(operation)
        return
      case 'too-large':
        size.refusedAbove(batch.length / 2)
        log.info('a Bulk was too large: the next ones are smaller', { operations: size.operations })
        for (const operation of batch) queue.add({ ...operation, since: clock.monotonic() })
        return
      case 'final':
        for (const { reject } of batch) reject(error)
        return
      case 'doubtful':
        distrust(batch, error)
        return
      case 'late':
      case 'broken':
        if (error.uncertain) divide(batch, batch.length)
        // What the server may still be at must not be looked for too early.
        again(batch, error, error.uncertain ? stillTakesMs(batch.length, tookMs, kind) : 0)
        if (kind === 'late') size.lower(batch.length / DIVIDED_BY)
        return
      default:
        assertNever(kind)
    }
  }
  const stillTakesMs = (operations: number, tookMs: number, kind: 'late' | 'broken'): number =>
    Math.max(size.expectedMs(operations) - tookMs, kind === 'late' ? tookMs / DIVIDED_BY : 0)

  /** Each operation of a Bulk that was answered. */
  const settle = (batch: Batch, response: ScimResponse): void => {
    const answers = matchAnswers(response.body, batch)
    if (answers === null || answers.size === 0) {
      distrust(batch, failureOfNothing(response, surroundings))
      return
    }
    const failures = new Map<Waiting, FailedTry>()
    for (const operation of batch) {
      const { request } = operation
      const failure = failureOfOperation(request, answers.get(operation), surroundings)
      if (failure !== null) failures.set(operation, failure)
      else {
        doubts = 0
        kinds.took(request)
      }
    }
    const throttled = [...failures.values()].filter(({ status }) => status === 429).length
    if (throttled > 0) {
      // It counts each operation, and tells only a request of its own for how long to wait.
      throttle.slowDown(null)
      size.lower(batch.length - throttled)
    }
    for (const operation of batch) {
      const { request, resolve, reject } = operation
      const failure = failures.get(operation)
      const answer = answers.get(operation)
      if (failure === undefined && answer !== undefined) resolve(answer)
      else if (failure !== undefined && kinds.mayBlameBulk(failure, request)) void tryAlone(operation)
      else if (failure?.transient === true) {
        divide([operation], batch.length)
        again([operation], failure)
      } else reject(failure)
    }
  }

  const tryAlone = async ({ attempt, resolve, reject }: Waiting): Promise<void> => {
    try {
      const response = await alone(attempt)
      kinds.passedAlone(attempt.request)
      resolve(response)
    } catch (error) {
      reject(error)
    }
  }

  const divide = (batch: Batch, operations: number): void => {
    const most = Math.max(1, Math.floor(operations / DIVIDED_BY))
    for (const { request } of batch) mosts.set(request, Math.min(most, mosts.get(request) ?? most))
  }

  /** Who counts each operation of a Bulk may never let one through that has more of them than there may be at once. */
  const relieve = (batch: Batch): void => {
    const often = batch.filter(({ attempt }) => attempt.n > 1)
    if (often.length === 0) return
    divide(often, batch.length)
    size.lower(batch.length / DIVIDED_BY)
  }

  /** Fails the try so that the next ones come at the same time, and can share a Bulk and a look-up again. */
  const again = (batch: Batch, error: FailedTry, atLeastMs = 0): void => {
    const { baseMs, capMs } = retryPolicy
    const jitter = 1 + surroundings.random() / 2
    for (const { attempt, reject } of batch) {
      const backOffMs = Math.min(capMs, baseMs * 2 ** (attempt.n - 1)) * jitter
      reject(error.after(Math.max(error.afterMs ?? 0, backOffMs, atLeastMs)))
    }
  }

  /** An answer that makes no sense: what was in the Bulk may have been carried out, and is not put into one again. */
  const distrust = (batch: Batch, error: FailedTry): void => {
    if (!kinds.known || ++doubts >= DOUBTS_IN_A_ROW) turnOff(error)
    divide(batch, 1)
    again(batch, error.inDoubt())
  }

  const turnOff = ({ reason, error }: FailedTry): void => {
    if (limits === null) return
    limits = null
    log.warn(
      'the endpoint offers Bulk and does not take it: from now on each change is a request of its own',
      {
        reason,
        detail: error.message,
      },
    )
    queue.drain().forEach(leave)
  }

  return {
    offer(offered) {
      const operations = Math.min(MOST_OPERATIONS, Math.floor(offered?.maxOperations ?? 0))
      const bytes = Math.min(MOST_BYTES, Math.floor((offered?.maxPayloadSize ?? 0) * OF_PAYLOAD))
      // Also when a number is none.
      limits = operations >= 2 && bytes > 0 ? { operations, bytes } : null
      size = createBulkSize(operations)
      if (limits !== null) log.info('changes go together, in Bulks', { ...limits })
    },
    writesAtOnce,
    send(attempt) {
      const { request } = attempt
      const most = mosts.get(request) ?? MOST_OPERATIONS
      if (limits === null || most === 1 || kinds.refuses(request)) return alone(attempt)
      const operation = operationOf(request, `${++count}`)
      if (bytesAlone(operation) > limits.bytes) return alone(attempt)
      return new Promise((resolve, reject) => {
        queue.add({ ...operation, most, attempt, since: clock.monotonic(), resolve, reject })
        schedule()
      })
    },
  }
}
