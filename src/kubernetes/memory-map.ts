import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { hasCode } from '../errors/has-code.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import { memoryMapOf, type CarriedDocument } from './carrier.ts'
import type { Connection } from './connection.ts'

/** The ConfigMap that holds a memory; its key's bytes in base64. */
export interface MemoryMap {
  readonly where: string
  /** Null when there is none. @throws ScimPushError KUBERNETES_… */
  get(): Promise<{ readonly packed: string | null; readonly resourceVersion: string } | null>
  /** @throws ScimPushError KUBERNETES_CONFLICT when it has changed since, KUBERNETES_… */
  patch(packed: string, resourceVersion: string): Promise<void>
  /** @throws ScimPushError KUBERNETES_CONFLICT when it is there by now, KUBERNETES_… */
  create(packed: string): Promise<void>
}

export const MEMORY_KEY = 'memory.json.gz'
/** A pod that is being stopped has little time, and who waits for somebody's removal longer has lost nothing. */
const haste: RetryPolicy = { attempts: 4, baseMs: 200, capMs: 1000, totalMs: 8000 }
/** The generated client would send a JSON patch by default. */
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

/** Beside the ConfigMap or resource that carries the document: written into that one it would fight Helm and GitOps. */
export const memoryMap = (
  { namespace, core, call }: Connection,
  { carrier, regarding: { apiVersion, kind, name: owner, uid } }: CarriedDocument,
): MemoryMap => {
  const name = memoryMapOf(carrier)
  const where = `configmap/${name}`
  return {
    where: `${namespace}/${where}`,
    get: async () => {
      try {
        const { metadata, binaryData } = await call(
          where,
          () => core.readNamespacedConfigMap({ namespace, name }),
          haste,
        )
        return {
          packed: binaryData?.[MEMORY_KEY] ?? null,
          resourceVersion: metadata?.resourceVersion ?? '',
        }
      } catch (error) {
        if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
        throw error
      }
    },
    patch: async (packed, resourceVersion) => {
      const body = { metadata: { resourceVersion }, binaryData: { [MEMORY_KEY]: packed } }
      await call(where, () => core.patchNamespacedConfigMap({ namespace, name, body }, merge), haste)
    },
    // The chart makes it beforehand, and then no right to create one is needed.
    create: async (packed) => {
      const metadata = {
        name,
        labels: { 'app.kubernetes.io/managed-by': 'scim-push' },
        // It goes when its carrier goes.
        ownerReferences: [{ apiVersion, kind, name: owner, uid }],
      }
      const body = { metadata, binaryData: { [MEMORY_KEY]: packed } }
      await call(where, () => core.createNamespacedConfigMap({ namespace, body }), haste)
    },
  }
}
