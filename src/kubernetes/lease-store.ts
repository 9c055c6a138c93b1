import { V1MicroTime, type V1Lease } from '@kubernetes/client-node'
import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import type { Connection } from './connection.ts'
import type { LeaseClaim, LeaseRecord, LeaseStore } from './lease.ts'

/** Who takes or renews a lock tries again itself, after a new look: an old answer is worth nothing. */
const once: RetryPolicy = { attempts: 1, baseMs: 0, capMs: 0, totalMs: 0 }

const CONFIG_ANNOTATION = 'scim-push.io/config'

/** The Lease of that name in the connection's namespace. */
export const leaseStore = ({ namespace, coordination, call }: Connection, name: string): LeaseStore => {
  const where = `lease/${name}`
  // What others put there, labels and owners, stays there.
  let metadata: V1Lease['metadata'] = { name }
  const keep = (lease: V1Lease): LeaseRecord => {
    const record = recordOf(lease, where)
    metadata = lease.metadata ?? { name }
    return record
  }
  const bodyOf = (claim: LeaseClaim, resourceVersion?: string): V1Lease => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: {
      ...metadata,
      annotations: { ...metadata?.annotations, [CONFIG_ANNOTATION]: claim.config ?? '' },
      ...(resourceVersion !== undefined && { resourceVersion }),
    },
    spec: {
      ...(claim.holder !== null && { holderIdentity: claim.holder }),
      ...(claim.durationSeconds !== null && { leaseDurationSeconds: claim.durationSeconds }),
      ...(claim.acquiredAt !== null && { acquireTime: new V1MicroTime(claim.acquiredAt) }),
      ...(claim.renewedAt !== null && { renewTime: new V1MicroTime(claim.renewedAt) }),
      leaseTransitions: claim.transitions,
    },
  })
  return {
    where: `${namespace}/${where}`,
    async get() {
      try {
        return keep(await call(where, () => coordination.readNamespacedLease({ namespace, name }), once))
      } catch (error) {
        if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
        throw error
      }
    },
    create: async (claim) =>
      keep(
        await call(where, () => coordination.createNamespacedLease({ namespace, body: bodyOf(claim) }), once),
      ),
    replace: async (claim, resourceVersion) => {
      const body = bodyOf(claim, resourceVersion)
      return keep(
        await call(where, () => coordination.replaceNamespacedLease({ namespace, name, body }), once),
      )
    },
  }
}

/** @throws ScimPushError KUBERNETES_UNAVAILABLE: who holds the lock can't be told, so it is not taken for free */
const recordOf = (lease: unknown, where: string): LeaseRecord => {
  const object = (value: unknown): Readonly<Record<string, unknown>> => {
    if (value === undefined || value === null) return {}
    return isObject(value) ? value : unreadable(where)
  }
  const text = (value: unknown): string | null => {
    if (value === undefined || value === null) return null
    return typeof value === 'string' ? value : unreadable(where)
  }
  const count = (value: unknown): number | null => {
    if (value === undefined || value === null) return null
    return typeof value === 'number' ? value : unreadable(where)
  }
  /** The client calls it a date and hands over the text (client-node 2.0.1 knows no model of that name to make one). */
  const time = (value: unknown): number | null => {
    if (value === undefined || value === null) return null
    const ms = value instanceof Date ? value.getTime() : Date.parse(text(value) ?? '')
    return Number.isNaN(ms) ? unreadable(where) : ms
  }
  if (!isObject(lease)) return unreadable(where)
  const metadata = object(lease['metadata'])
  const spec = object(lease['spec'])
  return {
    holder: text(spec['holderIdentity']),
    durationSeconds: count(spec['leaseDurationSeconds']),
    acquiredAt: time(spec['acquireTime']),
    renewedAt: time(spec['renewTime']),
    transitions: count(spec['leaseTransitions']) ?? 0,
    config: text(object(metadata['annotations'])[CONFIG_ANNOTATION]),
    resourceVersion: text(metadata['resourceVersion']) ?? '',
  }
}

const unreadable = (where: string): never => {
  throw new ScimPushError('KUBERNETES_UNAVAILABLE', {
    message: 'the answer of the API server is no Lease',
    where,
  })
}
