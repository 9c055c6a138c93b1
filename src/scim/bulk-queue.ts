import type { ScimRequest } from './request.ts'

/** A write that waits for its Bulk. */
export interface BulkOperation {
  readonly request: ScimRequest
  /** Its own, so that its answer can be told from the others' (RFC 7644 §3.7). */
  readonly bulkId: string
  /** As it stands in the Bulk. */
  readonly text: string
  /** How long that is in UTF-8. */
  readonly bytes: number
  /** Operations in the largest Bulk that it may be one of. */
  readonly most: number
}

export interface BulkLimits {
  readonly operations: number
  /** Of the whole request body. */
  readonly bytes: number
}

export interface BulkQueue<T extends BulkOperation> {
  add(operation: T): void
  /**
   * Takes out the next Bulk: in order, within the limits, and never two operations on one resource, since a server may process them
   * in any order. At least one operation, where there is one.
   */
  cut(limits: BulkLimits): readonly T[]
  /** Takes out all. */
  drain(): readonly T[]
  readonly size: number
  /** Of a Bulk with all of them. */
  readonly bytes: number
}

const START = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":['
const END = ']}'
const ENVELOPE = START.length + END.length

/** RFC 7644 §3.7.2, without `failOnErrors`: what fails is no reason to leave out the rest. */
export const bulkText = (operations: readonly BulkOperation[]): string =>
  `${START}${operations.map(({ text }) => text).join(',')}${END}`

/** How many bytes a Bulk of this operation alone has. */
export const bytesAlone = ({ bytes }: Pick<BulkOperation, 'bytes'>): number => ENVELOPE + bytes

export const operationOf = (
  request: ScimRequest,
  bulkId: string,
): Pick<BulkOperation, 'request' | 'bulkId' | 'text' | 'bytes'> => {
  const { method, path, body } = request
  const text = JSON.stringify({ method, path, bulkId, ...(body && { data: body }) })
  return { request, bulkId, text, bytes: Buffer.byteLength(text) }
}

export const createBulkQueue = <T extends BulkOperation>(): BulkQueue<T> => {
  /** By resource; what is created has none yet, and goes by its bulkId. */
  const waiting = new Map<string, T[]>()
  let size = 0
  let bytes = 0
  const taken = (operation: T): T => {
    size--
    bytes -= operation.bytes + 1
    return operation
  }
  return {
    add(operation) {
      const { request, bulkId } = operation
      const key = request.method === 'POST' ? bulkId : request.path
      const list = waiting.get(key)
      if (list) list.push(operation)
      else waiting.set(key, [operation])
      size++
      bytes += operation.bytes + 1
    },
    cut(limits) {
      const batch: T[] = []
      let most = limits.operations
      let length = ENVELOPE - 1
      for (const [key, list] of waiting) {
        const [next] = list
        if (next === undefined) continue
        if (batch.length > 0 && length + next.bytes + 1 > limits.bytes) break
        if (batch.length > 0 && batch.length >= next.most) continue
        batch.push(taken(next))
        length += next.bytes + 1
        most = Math.min(most, next.most)
        if (list.length > 1) list.shift()
        else waiting.delete(key)
        if (batch.length >= most) break
      }
      return batch
    },
    drain() {
      const all = [...waiting.values()].flat()
      waiting.clear()
      size = bytes = 0
      return all
    },
    get size() {
      return size
    },
    get bytes() {
      return size === 0 ? 0 : ENVELOPE - 1 + bytes
    },
  }
}
