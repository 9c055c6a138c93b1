import { V1MicroTime, type V1Lease } from '@kubernetes/client-node'
import { hasCode } from '../errors/has-code.ts'
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
    metadata = lease.metadata ?? { name }
    return recordOf(lease)
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

const recordOf = ({ metadata, spec }: V1Lease): LeaseRecord => ({
  holder: spec?.holderIdentity ?? null,
  durationSeconds: spec?.leaseDurationSeconds ?? null,
  acquiredAt: millisecondsOf(spec?.acquireTime),
  renewedAt: millisecondsOf(spec?.renewTime),
  transitions: spec?.leaseTransitions ?? 0,
  config: metadata?.annotations?.[CONFIG_ANNOTATION] ?? null,
  resourceVersion: metadata?.resourceVersion ?? '',
})

/** The client calls it a date and hands over the text (client-node 2.0.1 knows no model of that name to make one). */
const millisecondsOf = (time: unknown): number | null => {
  const ms = time instanceof Date ? time.getTime() : Date.parse(typeof time === 'string' ? time : '')
  return Number.isNaN(ms) ? null : ms
}
