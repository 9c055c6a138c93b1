import { gunzipSync, gzipSync } from 'node:zlib'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { hasCode } from '../errors/has-code.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import type { Kept, MemoryStore } from '../memory/store.ts'
import { memoryMapOf, type CarriedDocument } from './carrier.ts'
import type { Connection } from './connection.ts'

const MEMORY_KEY = 'memory.json.gz'
/** A ConfigMap holds 1 MiB, keys and all. */
const MAX_BYTES = 2 ** 20 - 2 ** 12
/** More than ever fits in when it is compressed honestly. */
const MAX_TEXT_BYTES = 64 * 2 ** 20
/** A pod that is being stopped has little time; who waits for somebody longer has lost nothing. */
const haste: RetryPolicy = { attempts: 4, baseMs: 200, capMs: 1000, totalMs: 8000 }
/** The generated client would send a JSON patch by default. */
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)
/** Others may write meanwhile, were it a label. */
const TRIES = 4

/** A memory in a ConfigMap beside the one that carries the document: written into that one it would fight Helm and GitOps. */
export const configMapStore = (
  { namespace, core, call }: Connection,
  { carrier, regarding }: CarriedDocument,
): MemoryStore => {
  const name = memoryMapOf(carrier)
  const where = `configmap/${name}`
  const read = async (): Promise<{ readonly kept: Kept; readonly resourceVersion: string | null }> => {
    try {
      const { metadata, binaryData } = await call(
        where,
        () => core.readNamespacedConfigMap({ namespace, name }),
        haste,
      )
      return { kept: unpack(binaryData?.[MEMORY_KEY]), resourceVersion: metadata?.resourceVersion ?? '' }
    } catch (error) {
      if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return { kept: { kind: 'none' }, resourceVersion: null }
      throw error
    }
  }
  const write = async (text: string, resourceVersion: string | null): Promise<void> => {
    const binaryData = { [MEMORY_KEY]: gzipSync(text).toString('base64') }
    if (resourceVersion !== null) {
      const body = { metadata: { resourceVersion }, binaryData }
      await call(where, () => core.patchNamespacedConfigMap({ namespace, name, body }, merge), haste)
      return
    }
    // The chart makes the map beforehand, and then no right to create one is needed.
    const { apiVersion, kind, uid } = regarding
    const metadata = {
      name,
      labels: { 'app.kubernetes.io/managed-by': 'scim-push' },
      // It goes when its carrier goes.
      ownerReferences: [{ apiVersion, kind, name: regarding.name, uid }],
    }
    await call(
      where,
      () => core.createNamespacedConfigMap({ namespace, body: { metadata, binaryData } }),
      haste,
    )
  }
  return {
    where: `${namespace}/${where}`,
    maxBytes: MAX_BYTES,
    bytesOf: (text) => gzipSync(text).length,
    read: async () => (await read()).kept,
    update: async (make) => {
      for (let n = 1; ; n++) {
        const { kept, resourceVersion } = await read()
        const text = make(kept)
        if (text === null) return
        try {
          await write(text, resourceVersion)
          return
        } catch (error) {
          if (!hasCode(error, 'KUBERNETES_CONFLICT') || n >= TRIES) throw error
        }
      }
    },
  }
}

const unpack = (packed: string | undefined): Kept => {
  if (packed === undefined) return { kind: 'none' }
  try {
    const bytes = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_TEXT_BYTES })
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { kind: 'broken', detail: `has a key ${MEMORY_KEY} that is no text in gzip` }
  }
}
