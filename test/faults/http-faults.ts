import type { Answer, Fault } from '../../src/emulators/faults.ts'
import { isObject } from '../../src/lib/json.ts'
import type { FaultId } from './faults.ts'

/** The request is not answered at all; the service goes away with it. */
type HttpFault = Fault | { readonly kind: 'refuse' }

/** How a service puts an error of its own. */
export type ErrorBody = (status: number) => object

/** RFC 7644 §3.12 */
export const scimError: ErrorBody = (status) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
  status: `${status}`,
  detail: 'as the test wants it',
})

const json = 'application/json'

/** The name of the resources in a page, at either service. */
const listIn = (body: Readonly<Record<string, unknown>>): string | null =>
  ['Resources', 'users', 'groups', 'members'].find((name) => Array.isArray(body[name])) ?? null

const itemsOf = (body: unknown): readonly unknown[] => {
  const name = isObject(body) ? listIn(body) : null
  const items = isObject(body) && name !== null ? body[name] : []
  return Array.isArray(items) ? (items as readonly unknown[]) : []
}

/** The page with other items. */
const withItems = (answer: Answer, items: (own: readonly unknown[]) => readonly unknown[]): Answer => {
  if (!isObject(answer.body)) return answer
  const name = listIn(answer.body)
  return name === null ? answer : { ...answer, body: { ...answer.body, [name]: items(itemsOf(answer.body)) } }
}

const withTotal = (answer: Answer, add: number): Answer =>
  isObject(answer.body) && typeof answer.body['totalResults'] === 'number'
    ? { ...answer, body: { ...answer.body, totalResults: answer.body['totalResults'] + add } }
    : answer

/**
 * A fault as an emulator makes it.
 * @param pageBefore the items of the page before the one that is hit
 */
export const httpFault = (
  fault: FaultId,
  {
    nowMs,
    errorBody,
    pageBefore,
  }: { readonly nowMs: number; readonly errorBody: ErrorBody; readonly pageBefore: readonly unknown[] },
): HttpFault => {
  const answer = (status: number, headers: Readonly<Record<string, string>> = {}): Fault => ({
    kind: 'answer',
    status,
    headers: { 'content-type': json, ...headers },
    body: JSON.stringify(errorBody(status)),
  })
  const page = (status: number): Fault => ({
    kind: 'answer',
    status,
    headers: { 'content-type': 'text/html' },
    body: '<html><title>Please log in</title></html>',
  })
  const alter = (change: (own: Answer) => Answer): Fault => ({ kind: 'alter', alter: change })
  switch (fault) {
    case 'refused':
    case 'certificate expired':
      return { kind: 'refuse' }
    case 'reset before':
      return { kind: 'drop-before' }
    case 'reset in':
      return { kind: 'truncate' }
    case 'reset after':
      return { kind: 'drop-after' }
    case 'timeout':
      return { kind: 'silent' }
    case 'drip':
      return { kind: 'drip' }
    case 'truncated':
      return alter((own) => ({ ...own, status: 200, text: JSON.stringify(own.body ?? null).slice(0, -1) }))
    case 'malformed':
      return alter((own) => ({ ...own, status: 200, text: 'OK' }))
    case 'other type':
      return alter((own) => ({ ...own, headers: { 'content-type': 'text/plain' } }))
    case 'other JSON':
      return alter((own) => ({ ...own, status: 200, body: [] }))
    case 'html 200':
      return page(200)
    case 'html 502':
      return page(502)
    case 'redirect':
      return { kind: 'answer', status: 302, headers: { location: 'https://elsewhere.example/' } }
    case '429 seconds':
      return answer(429, { 'retry-after': '3' })
    case '429 date':
      return answer(429, { 'retry-after': new Date(nowMs + 3000).toUTCString() })
    case '429 past':
      return answer(429, { 'retry-after': new Date(nowMs - 60_000).toUTCString() })
    case '429 garbage':
      return answer(429, { 'retry-after': 'soon' })
    case '429 absurd':
      return answer(429, { 'retry-after': '9'.repeat(40) })
    case '503 seconds':
      return answer(503, { 'retry-after': '3' })
    case 'page repeats':
      return alter((own) => withItems(own, () => pageBefore))
    case 'page overlaps':
      return alter((own) => withItems(own, (items) => [...items.slice(1), ...pageBefore.slice(-1)]))
    case 'page empty':
      return alter((own) => withItems(own, () => []))
    case 'total grows':
      return alter((own) => withTotal(own, 1))
    case 'total shrinks':
      return alter((own) => withTotal(own, -1))
    case 'token of the page':
      // Google's alone: see GoogleFault.
      return answer(500)
    case '400':
    case '401':
    case '403':
    case '404':
    case '408':
    case '409':
    case '412':
    case '413':
    case '428':
    case '429':
    case '500':
    case '502':
    case '503':
    case '504':
      return answer(Number(fault))
  }
}
