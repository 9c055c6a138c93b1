import { hostname } from 'node:os'
import type { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import type { CheckedPart, RunReport } from '../report/report.ts'
import type { MemoryStore } from '../memory/store.ts'
import type { CarriedDocument, Carrier } from './carrier.ts'
import { connect, type ConnectOptions } from './connection.ts'
import { listDocuments, readDocument } from './documents.ts'
import { createEvent } from './event-store.ts'
import { eventOf } from './event.ts'
import { CALLS_END_MS, endAfter } from '../lib/winding-down.ts'
import { acquireLock, type Lock } from './lease.ts'
import { leaseName } from './lease-name.ts'
import { leaseStore } from './lease-store.ts'
import { authorityOf, checkRights } from './rights.ts'
import { readSecretKey } from './secret-key.ts'
import { memoryMap } from './memory-map.ts'
import { configMapStore } from './memory-store.ts'
import { observedOf, readStatus, updateStatus } from './status-store.ts'
import { isNewer, statusOf } from './status.ts'

/** The few things that are read and written in a cluster, all in one namespace. */
export interface Cluster {
  readonly namespace: string
  /** The document that a carrier holds. @throws ScimPushError KUBERNETES_… */
  read(carrier: Carrier): Promise<CarriedDocument>
  /** All documents that match a label selector; the empty one matches all. @throws ScimPushError KUBERNETES_… */
  list(selector: string): Promise<readonly CarriedDocument[]>
  /** A key of a Secret; null when there is no such Secret or key. @throws ScimPushError KUBERNETES_… */
  readSecretKey(ref: { readonly name: string; readonly key: string }): Promise<string | null>
  /** The status that a document has now, not parsed; null when it has none. @throws ScimPushError KUBERNETES_… */
  readStatus(document: CarriedDocument): Promise<unknown>
  /**
   * Whether this account may do what a push does here beside reading. Never throws.
   * @param document null when it is a file
   * @param run whose target's lock is taken, null when none is; and whether who is missing is remembered beside the document
   */
  checkRights(
    document: CarriedDocument | null,
    run: { readonly targetUrl: string | null; readonly memory: boolean },
  ): Promise<CheckedPart['findings']>
  /** Where who is missing is remembered for a document. */
  memory(document: CarriedDocument): MemoryStore
  /** Takes the lock of a target for a run of that configuration. @throws ScimPushError LOCK_HELD, INTERRUPTED, KUBERNETES_… */
  lock(
    targetUrl: string,
    run: { readonly runId: string; readonly config: string; readonly waitMs: number },
  ): Promise<Lock>
  /** Which configuration pushed to a target last; null when nobody knows. @throws ScimPushError KUBERNETES_… */
  lastConfig(targetUrl: string): Promise<string | null>
  /** Writes a run's status and event. Never throws: reporting must not fail a sync. Answers with what went wrong. */
  post(document: CarriedDocument, report: RunReport): Promise<readonly ScimPushError[]>
}

/**
 * The cluster around this process.
 * @throws ScimPushError KUBERNETES_NO_CLUSTER
 */
export const connectCluster = async ({
  stop,
  ...options
}: ConnectOptions & { readonly stop: AbortSignal }): Promise<Cluster> => {
  // What is read is no longer wanted after a stop. A lock is still given back, and a status written, but not for as long as it takes.
  const reading = await connect({ ...options, stop })
  const connection = await connect({ ...options, stop: endAfter(stop, CALLS_END_MS) })
  return {
    namespace: connection.namespace,
    read: (carrier) => readDocument(reading, carrier),
    list: (selector) => listDocuments(reading, selector),
    readSecretKey: (ref) => readSecretKey(reading, ref),
    readStatus: (document) => readStatus(reading, document),
    checkRights: (document, { targetUrl, memory }) =>
      checkRights(authorityOf(reading), {
        lease: targetUrl === null ? null : leaseName(targetUrl),
        carrier: document?.carrier ?? null,
        memory,
      }),
    memory: (document) => configMapStore(memoryMap(connection, document)),
    lock: (targetUrl, { runId, config, waitMs }) =>
      acquireLock({
        store: leaseStore(connection, leaseName(targetUrl)),
        holder: `${hostname()}_${runId}`,
        config,
        clock: options.clock,
        waitMs,
        stop,
      }),
    lastConfig: async (targetUrl) => (await leaseStore(reading, leaseName(targetUrl)).get())?.config ?? null,
    post: async (document, report) => {
      const status = async (): Promise<void> => {
        // The one who holds the lock writes the status; the other one only says that it was there.
        if (report.error?.code === 'LOCK_HELD') return
        await updateStatus(connection, document, (previous) => {
          const next = statusOf(report, observedOf(document), previous)
          return isNewer(previous, next) ? null : next
        })
      }
      const event = async (): Promise<void> => {
        const text = eventOf(report)
        if (text)
          await createEvent(connection, document, text, { runId: report.runId, at: report.finishedAt })
      }
      const results = await Promise.allSettled([status(), event()])
      return results.flatMap((result) =>
        result.status === 'rejected' ? [toScimPushError(result.reason)] : [],
      )
    },
  }
}
