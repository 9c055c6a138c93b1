import fc from 'fast-check'
import type { CarriedDocument } from '../../src/kubernetes/carrier.ts'
import { listDocuments, readDocument } from '../../src/kubernetes/documents.ts'
import { acquireLock } from '../../src/kubernetes/lease.ts'
import { leaseStore } from '../../src/kubernetes/lease-store.ts'
import { listEntry } from '../../src/kubernetes/list-entry.ts'
import { readSecretKey } from '../../src/kubernetes/secret-key.ts'
import { readStatus } from '../../src/kubernetes/status-store.ts'
import { isNewer, statusOf } from '../../src/kubernetes/status.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { answeringCluster } from '../fixtures/answering-cluster.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileJsonText, mutatedValue } from '../fixtures/fuzz/mutate.ts'
import { endedLater } from '../fixtures/fuzz/outcome.ts'
import { reportOf } from '../fixtures/report.ts'

const metadata = {
  name: 'corp',
  namespace: 'identity',
  uid: 'u',
  resourceVersion: '7',
  generation: 3,
  creationTimestamp: '2026-01-01T00:00:00Z',
}
const condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Converged',
  message: 'in sync',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const status = {
  observedGeneration: 3,
  lastRunTime: '2026-01-01T00:00:00Z',
  lastSuccessTime: '2026-01-01T00:00:00Z',
  lastRunID: 'r0',
  counts: { usersCreated: 1, failed: 0 },
  conditions: [condition, { ...condition, type: 'SourceReachable' }],
}
const resource = {
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata,
  spec: { suspend: true },
  status,
}
const configMap = {
  metadata,
  data: { 'syncconfig.yaml': 'kind: SyncConfig', 'status.json': JSON.stringify(status) },
}

const isText = (value: unknown): boolean => typeof value === 'string'
const mustHold = (fits: boolean, what: string): void => {
  if (!fits) throw new Error(`${what} is not of the shape that is declared`)
}
const checkDocument = ({
  carrier,
  text,
  origin,
  generation,
  createdAt,
  regarding,
}: CarriedDocument): void => {
  mustHold(
    [carrier.name, origin, regarding.uid].every(isText) && (text === null || isText(text)),
    'a document',
  )
  mustHold(generation === null || typeof generation === 'number', 'a generation')
  mustHold(createdAt === null || !Number.isNaN(createdAt.getTime()), 'a date')
}

fuzz('a SyncConfig', 3000, mutatedValue(resource), async (answer) => {
  const end = await endedLater(() =>
    readDocument(answeringCluster(answer), { kind: 'syncconfig', name: 'corp' }),
  )
  if (end.kind === 'error') return
  checkDocument(end.value)
  const entry = listEntry(end.value, { source: null, target: null, suspended: false }, end.value.status)
  mustHold([entry.ready, entry.reason, entry.message].every(isText), 'an entry')
})
fuzz('a ConfigMap', 2000, mutatedValue(configMap), async (answer) => {
  const end = await endedLater(() =>
    readDocument(answeringCluster(answer), { kind: 'configmap', name: 'corp' }),
  )
  if (end.kind === 'value') checkDocument(end.value)
})
fuzz(
  'a list of them',
  2000,
  mutatedValue({ kind: 'List', metadata: {}, items: [configMap, resource] }),
  async (answer) => {
    const end = await endedLater(() => listDocuments(answeringCluster(answer), ''))
    if (end.kind === 'value') end.value.forEach(checkDocument)
  },
)

const carried = (
  kind: 'configmap' | 'syncconfig',
  generation: number | null,
  found: unknown,
): CarriedDocument => ({
  carrier: { kind, name: 'corp' },
  text: 'x',
  origin: `${kind}/corp`,
  regarding: { apiVersion: 'v1', kind, name: 'corp', namespace: 'identity', uid: 'u' },
  generation,
  status: found,
  approval: null,
  createdAt: null,
})
const mostBytes = 400_000
fuzz('the status before', 4000, mutatedValue(status), (previous) => {
  const next = statusOf(reportOf({ result: 'suspended' }), { generation: 4 }, previous)
  isNewer(previous, next)
  const text = JSON.stringify(next)
  mustHold(isText(next.lastRunTime) && next.conditions.every((one) => isText(one.reason)), 'a status')
  mustHold(
    Object.values(next.counts).every((count) => count === null || typeof count === 'number'),
    'a count',
  )
  mustHold(text.length < mostBytes, 'a status that is bounded')
})
fuzz('a status in a ConfigMap', 2000, hostileJsonText(status), async (text) => {
  const answer = { metadata, data: { 'status.json': text } }
  const previous = await readStatus(answeringCluster(answer), carried('configmap', null, null))
  statusOf(reportOf(), { sha256: 'x' }, previous)
})

/** Short waits are over at once, long ones never. */
const clock: Clock = {
  now: () => Date.UTC(2026, 0, 1),
  monotonic: () => 0,
  sleep: (ms, signal) =>
    ms < 5000
      ? Promise.resolve()
      : new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new Error('woken')), { once: true }),
        ),
}
const lease = {
  metadata: { ...metadata, annotations: { 'scim-push.io/config': 'configmap/other' } },
  spec: {
    holderIdentity: 'another',
    leaseDurationSeconds: 150,
    acquireTime: '2025-12-31T23:00:00.000000Z',
    renewTime: '2025-12-31T23:00:00.000000Z',
    leaseTransitions: 1,
  },
}
fuzz('a Lease', 3000, mutatedValue(lease), async (answer) => {
  const store = leaseStore(answeringCluster(answer), 'scim-push-x')
  const end = await endedLater(async () => {
    const stop = new AbortController().signal
    const lock = await acquireLock({ store, holder: 'me', config: 'configmap/corp', clock, waitMs: 0, stop })
    mustHold(lock.otherConfig === null || isText(lock.otherConfig), 'the other configuration')
    return lock.release(true)
  })
  if (end.kind === 'error') mustHold(/^(LOCK|KUBERNETES)_/.test(end.error.code), 'the error')
})

fuzz('a Secret', 1000, fc.tuple(mutatedValue({ metadata, data: { key: 'czNjcjN0' } })), async ([answer]) => {
  const end = await endedLater(() => readSecretKey(answeringCluster(answer), { name: 'corp', key: 'key' }))
  if (end.kind === 'value') mustHold(end.value === null || isText(end.value), 'a secret')
})
