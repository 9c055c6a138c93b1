import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../faults.ts'
import { objectOf, requireSchema } from './body.ts'
import { ScimRefusal } from './scim-error.ts'

/** What ServiceProviderConfig offers, and what is enforced. */
export interface KeeperBulk {
  readonly maxOperations: number
  readonly maxPayloadSize: number
}

interface Surroundings {
  readonly limits: KeeperBulk
  /** What the request's body measures. */
  readonly bytes: number
  readonly operationMs: number
  /** `http://127.0.0.1:8080/api/rest/scim/v2/1` */
  readonly url: string
  /** Seconds to wait where there were too many writes; 0 to go on. */
  readonly take: () => number
  readonly carryOut: (method: string, path: string, data: unknown) => Answer
}

interface Operation {
  readonly method: string
  readonly path: string
  readonly bulkId: string | null
  readonly data: unknown
  /** The bulkIds that it refers to. */
  readonly refersTo: readonly string[]
}

/** Sleeping for each operation alone would take longer than was asked for. */
const SLEEP_MS = 20

/**
 * A Bulk (RFC 7644 §3.7): each operation has a status of its own, what refers to another one's `bulkId` waits for it, and those that
 * wait for each other are refused with 409. Successes are answered without the resource, as the RFC's examples are.
 */
export const answerBulk = async (body: unknown, surroundings: Surroundings): Promise<Answer> => {
  const { limits, bytes, operationMs } = surroundings
  if (bytes > limits.maxPayloadSize)
    throw new ScimRefusal(413, `a Bulk has at most ${limits.maxPayloadSize} bytes`, 'tooMany')
  const { operations, failOnErrors } = bulkOf(body)
  if (operations.length > limits.maxOperations)
    throw new ScimRefusal(413, `a Bulk has at most ${limits.maxOperations} operations`, 'tooMany')
  const results = new Map<Operation, object>()
  const created = new Map<string, string | null>()
  const circular = inCircles(operations)
  let errors = 0
  let owedMs = 0
  for (const operation of inOrder(operations)) {
    if (failOnErrors !== null && errors >= failOnErrors) break
    owedMs += operationMs
    if (owedMs >= SLEEP_MS) {
      await sleep(owedMs)
      owedMs = 0
    }
    const answer = circular.has(operation)
      ? new ScimRefusal(409, 'these operations refer to each other').answer()
      : answerOperation(operation, created, surroundings)
    if (answer.status >= 400) errors++
    results.set(operation, resultOf(operation, answer, created, surroundings.url))
  }
  if (owedMs > 0) await sleep(owedMs)
  return {
    status: 200,
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkResponse'],
      Operations: operations.flatMap((operation) => results.get(operation) ?? []),
    },
  }
}

const bulkOf = (
  body: unknown,
): { readonly operations: readonly Operation[]; readonly failOnErrors: number | null } => {
  const { schemas, Operations, failOnErrors, ...rest } = objectOf(body, 'the Bulk')
  requireSchema({ schemas }, 'urn:ietf:params:scim:api:messages:2.0:BulkRequest')
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw invalid(`unknown attribute ${unknown}`)
  if (failOnErrors !== undefined && !Number.isSafeInteger(failOnErrors))
    throw invalid('failOnErrors must be a number')
  if (!Array.isArray(Operations) || Operations.length === 0)
    throw invalid('Operations must be a list that is not empty')
  const operations = Operations.map(operationOf)
  const ids = operations.flatMap(({ bulkId }) => bulkId ?? [])
  if (new Set(ids).size < ids.length) throw invalid('a bulkId is there twice')
  return { operations, failOnErrors: (failOnErrors as number | undefined) ?? null }
}

const operationOf = (value: unknown): Operation => {
  const { method, path, bulkId, data, ...rest } = objectOf(value, 'an operation')
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) throw invalid(`unknown attribute ${unknown} of an operation`)
  if (typeof method !== 'string' || !['POST', 'PUT', 'PATCH', 'DELETE'].includes(method))
    throw invalid('method must be POST, PUT, PATCH or DELETE')
  if (typeof path !== 'string' || !/^\/(Users|Groups)(\/[^/]+)?$/.test(path))
    throw invalid('path must lead to users or groups')
  if (bulkId !== undefined && (typeof bulkId !== 'string' || bulkId === ''))
    throw invalid('bulkId must be a string')
  if (method === 'POST' && bulkId === undefined) throw invalid('POST needs a bulkId')
  if ((method === 'DELETE') !== (data === undefined)) throw invalid('data goes with all but DELETE')
  return { method, path, bulkId: bulkId ?? null, data, refersTo: referencesIn(path, data) }
}

const invalid = (detail: string): ScimRefusal => new ScimRefusal(400, detail, 'invalidSyntax')

const referencesIn = (path: string, data: unknown): readonly string[] =>
  [...`"${path.split('/')[2] ?? ''}"${JSON.stringify(data ?? null)}`.matchAll(/"bulkId:([^"]+)"/g)].map(
    ([, id = '']) => id,
  )

const inCircles = (operations: readonly Operation[]): ReadonlySet<Operation> => {
  const byId = new Map(operations.map((operation) => [operation.bulkId, operation]))
  const reaches = (from: Operation, wanted: Operation, seen: Set<Operation>): boolean =>
    from.refersTo.some((id) => {
      const next = byId.get(id)
      if (next === undefined || seen.has(next)) return false
      seen.add(next)
      return next === wanted || reaches(next, wanted, seen)
    })
  return new Set(
    operations.filter(
      (operation) => operation.refersTo.length > 0 && reaches(operation, operation, new Set()),
    ),
  )
}

/** What is referred to comes before who refers to it; circles are cut anywhere. */
const inOrder = (operations: readonly Operation[]): ReadonlySet<Operation> => {
  const byId = new Map(operations.map((operation) => [operation.bulkId, operation]))
  const ordered = new Set<Operation>()
  const begun = new Set<Operation>()
  const place = (operation: Operation): void => {
    if (begun.has(operation)) return
    begun.add(operation)
    for (const id of operation.refersTo) {
      const before = byId.get(id)
      if (before) place(before)
    }
    ordered.add(operation)
  }
  for (const operation of operations) place(operation)
  return ordered
}

const answerOperation = (
  operation: Operation,
  created: ReadonlyMap<string, string | null>,
  { take, carryOut }: Surroundings,
): Answer => {
  try {
    if (take() > 0) throw new ScimRefusal(429, 'too many requests')
    const resolve = (text: string): string => {
      const [, bulkId] = /^bulkId:(.+)$/.exec(text) ?? []
      if (bulkId === undefined) return text
      const id = created.get(bulkId)
      if (id === undefined)
        throw new ScimRefusal(400, `nothing here has the bulkId ${bulkId}`, 'invalidValue')
      if (id === null) throw new ScimRefusal(412, `what has the bulkId ${bulkId} was not created`)
      return id
    }
    const [, type = '', id] = operation.path.split('/')
    const path = id === undefined ? `/${type}` : `/${type}/${encodeURIComponent(resolve(id))}`
    const data = operation.refersTo.length > 0 ? resolvedIn(operation.data, resolve) : operation.data
    return carryOut(operation.method, id?.startsWith('bulkId:') ? path : operation.path, data)
  } catch (error) {
    if (error instanceof ScimRefusal) return error.answer()
    throw error
  }
}

const resolvedIn = (value: unknown, resolve: (text: string) => string): unknown => {
  if (typeof value === 'string') return resolve(value)
  if (Array.isArray(value)) return value.map((one: unknown) => resolvedIn(one, resolve))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, one]: [string, unknown]) => [name, resolvedIn(one, resolve)]),
  )
}

/** One entry of the answer; notes what a POST has created. */
const resultOf = (
  { method, path, bulkId }: Operation,
  { status, body }: Answer,
  created: Map<string, string | null>,
  url: string,
): object => {
  const failed = status >= 400
  const id = failed || method !== 'POST' ? null : String(objectOf(body, 'the resource')['id'])
  if (method === 'POST' && bulkId !== null) created.set(bulkId, id)
  const location = method === 'POST' ? (id === null ? null : `${url}${path}/${id}`) : `${url}${path}`
  return {
    ...(location !== null && { location }),
    method,
    ...(bulkId !== null && { bulkId }),
    status: `${status}`,
    ...(failed && { response: body }),
  }
}
