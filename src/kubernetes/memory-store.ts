import { gunzipSync, gzipSync } from 'node:zlib'
import { hasCode } from '../errors/has-code.ts'
import type { Kept, MemoryStore } from '../memory/store.ts'
import { MEMORY_KEY, type MemoryMap } from './memory-map.ts'

/** A ConfigMap holds 1 MiB, keys and all. */
const MAX_BYTES = 2 ** 20 - 2 ** 12
/** More than fits in, unless somebody wants to fill the memory of this process. */
const MAX_TEXT_BYTES = 64 * 2 ** 20
/** Others may write meanwhile, were it a label; somebody who does so again and again is not waited for. */
const TRIES = 4

/** A memory in a ConfigMap of its own, compressed: a hundred thousand people take some megabytes otherwise. */
export const configMapStore = (map: MemoryMap): MemoryStore => ({
  where: map.where,
  maxBytes: MAX_BYTES,
  bytesOf: (text) => gzipSync(text).length,
  // The rights are looked at beside those for the status.
  unwritable: () => Promise.resolve(null),
  read: async () => unpack((await map.get())?.packed ?? null),
  update: async (make) => {
    for (let n = 1; ; n++) {
      const found = await map.get()
      const text = make(unpack(found?.packed ?? null))
      if (text === null) return
      const packed = gzipSync(text).toString('base64')
      try {
        await (found === null ? map.create(packed) : map.patch(packed, found.resourceVersion))
        return
      } catch (error) {
        if (!hasCode(error, 'KUBERNETES_CONFLICT') || n >= TRIES) throw error
      }
    }
  },
})

const unpack = (packed: string | null): Kept => {
  if (packed === null) return { kind: 'none' }
  try {
    const bytes = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: MAX_TEXT_BYTES })
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return { kind: 'broken', detail: `has a key ${MEMORY_KEY} that is no text in gzip` }
  }
}
