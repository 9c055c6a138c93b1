import { isObject } from '../lib/json.ts'
import type { BulkOperation } from './bulk-queue.ts'
import type { ScimRequest, ScimResponse } from './request.ts'

/** Which operation each part of the answer to a Bulk is about; what nothing, or more than one part, is about is not there. */
export type BulkAnswers<T> = ReadonlyMap<T, Required<ScimResponse>>

type Operation = Pick<BulkOperation, 'request' | 'bulkId'>

/**
 * Reads the answer to a Bulk (RFC 7644 §3.7.3). What belongs together is told by `bulkId`; where a server leaves it out, as it may for all
 * but POST, by the method and the resource in `location`. Never by the order: nobody may get another one's answer.
 * @returns null when it is no such answer
 */
export const matchAnswers = <T extends Operation>(
  body: unknown,
  operations: readonly T[],
): BulkAnswers<T> | null => {
  const parts = isObject(body) ? body['Operations'] : null
  if (!Array.isArray(parts)) return null
  const byId = new Map(operations.map((operation) => [operation.bulkId, operation]))
  const byResource = new Map(
    operations
      .filter(({ request }) => request.method !== 'POST')
      .map((operation) => [keyOf(operation.request.method, resourceIn(operation.request.path)), operation]),
  )
  const answers = new Map<T, Required<ScimResponse>>()
  const contradictory = new Set<T>()
  for (const part of parts as readonly unknown[]) {
    if (!isObject(part)) continue
    const method = typeof part['method'] === 'string' ? part['method'].toUpperCase() : null
    const location = typeof part['location'] === 'string' ? part['location'] : ''
    const { bulkId } = part
    const operation =
      typeof bulkId === 'string' && bulkId !== ''
        ? byId.get(bulkId)
        : byResource.get(keyOf(method ?? '', resourceIn(location)))
    if (operation === undefined) continue
    const status = statusOf(part['status'])
    const another = method !== null && method !== operation.request.method
    if (status === null || another || answers.has(operation)) contradictory.add(operation)
    else
      answers.set(operation, {
        status,
        body: bodyOf(part['response'], location, operation.request),
        location,
      })
  }
  for (const operation of contradictory) answers.delete(operation)
  return answers
}

/** RFC 7644 has a string; a number and the `{code}` of drafts are met with, too. */
const statusOf = (value: unknown): number | null => {
  const code = isObject(value) ? value['code'] : value
  const text = typeof code === 'number' ? `${code}` : code
  return typeof text === 'string' && /^[1-5]\d\d$/.test(text) ? Number(text) : null
}

/** `response` may be left out of a success: the id of what was created is in its location then. */
const bodyOf = (response: unknown, location: string, { method, path }: ScimRequest): unknown => {
  if (method !== 'POST' || (isObject(response) && response['id'] !== undefined)) return response ?? null
  const created = resourceIn(location)
  return created !== null && path.toLowerCase() === `/${created.type}`
    ? { ...(isObject(response) && response), id: created.id }
    : (response ?? null)
}

interface Resource {
  /** `users` or `groups` */
  readonly type: string
  readonly id: string
}

/** The resource that a path or URL ends in; null where it ends in none. */
export const resourceIn = (location: string): Resource | null => {
  const [, type, id] = /(?:^|\/)(Users|Groups)\/([^/?#]+)\/?$/i.exec(location) ?? []
  if (type === undefined || id === undefined) return null
  try {
    return { type: type.toLowerCase(), id: decodeURIComponent(id) }
  } catch {
    return { type: type.toLowerCase(), id }
  }
}

const keyOf = (method: string, resource: Resource | null): string =>
  JSON.stringify([method, resource?.type, resource?.id])
