import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { isObject } from '../../src/lib/json.ts'
import { groupKey, userKey } from '../../src/model/ids.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileText } from '../fixtures/fuzz/hostile.ts'
import { hostileJsonText } from '../fixtures/fuzz/mutate.ts'
import { hastyClock, pushed } from '../fixtures/fuzz/pushed.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

const userOf = (n: number) => ({
  id: `u${n}`,
  externalId: `k${n}`,
  userName: `u${n}@corp.example`,
  displayName: `U${n}`,
  active: true,
})
const listOf = (resources: readonly unknown[]) => ({
  schemas: ['x'],
  totalResults: resources.length,
  startIndex: 1,
  Resources: resources,
})
const right = {
  '/Users': listOf([1, 2, 3].map(userOf)),
  '/Groups': listOf([
    { id: 'g1', externalId: 'kg', displayName: 'Dev', members: [{ value: 'u1' }, { value: 'u2' }] },
  ]),
  '/ServiceProviderConfig': { patch: { supported: true }, filter: { supported: true } },
  write: { ...userOf(9), id: 'u9' },
} as const
type Place = keyof typeof right

/** Everybody is wanted, and a newcomer; so nothing is to be removed whatever the target says, but what it made up itself. */
const snapshot: DirectorySnapshot = {
  users: [1, 2, 3, 9].map((n) => ({
    key: userKey(`k${n}`),
    userName: `u${n}@corp.example`,
    label: `u${n}`,
    displayName: `U${n}`,
    givenName: '',
    familyName: '',
    active: true,
  })),
  groups: [
    {
      key: groupKey('kg'),
      displayName: 'Dev',
      members: new Set([1, 2, 3, 9].map((n) => userKey(`k${n}`))),
      unread: null,
    },
  ],
  strangers: [],
  gaps: [],
  groupsComplete: true,
}
const wanted = new Set(snapshot.users.flatMap(({ key, userName }) => [key as string, userName]))

interface Wrong {
  readonly place: Place
  readonly status: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** In place of an answer of HTTP. */
  readonly raw: string | null
}
let wrong: Wrong | null = null
let removals: string[] = []

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}
const server = createServer((request, response) => {
  void bodyOf(request).then((body) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://x')
    const path = pathname.replace('/scim', '')
    const place: Place = request.method === 'GET' && path in right ? (path as Place) : 'write'
    const isRemoval =
      request.method === 'DELETE' || (path.startsWith('/Users/') && /"active"|"remove"/.test(body))
    if (isRemoval) removals.push(`${request.method ?? ''} ${path}`)
    if (wrong?.place === place) {
      if (wrong.raw !== null) {
        request.socket.end(wrong.raw)
        return
      }
      for (const [name, value] of Object.entries(wrong.headers)) response.setHeader(name, value)
      response.writeHead(wrong.status)
      response.end(wrong.text)
      return
    }
    response.setHeader('content-type', 'application/scim+json')
    if (request.method === 'GET' && searchParams.has('filter')) response.end(JSON.stringify(listOf([])))
    else if (place === 'write' && request.method === 'GET') response.writeHead(404).end()
    else if (place === 'write' && request.method !== 'POST') response.writeHead(204).end()
    else if (Number(searchParams.get('startIndex')) > 1) response.end(JSON.stringify(listOf([])))
    else response.end(JSON.stringify(right[place]))
  })
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/scim`
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** What Node's own server lets out. */
const headerText = fc
  .oneof(hostileText, fc.constantFrom('0', '120', '9'.repeat(300), 'application/json', 'text/html'))
  .map((text) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '?'))
const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'location', 'content-type', 'x-odd', 'set-cookie'),
  headerText,
  { maxKeys: 2 },
)
const raw = fc.option(
  fc.oneof(
    fc.constantFrom(
      '',
      'HTTP/1.1',
      'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{}',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nfffffffffffff\r\n',
      'HTTP/9.9 1 x\r\n\r\n',
    ),
    fc.string({ unit: 'binary', maxLength: 60 }),
  ),
  { freq: 6 },
)
const statuses = fc.oneof(
  { weight: 6, arbitrary: fc.constant(200) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      201,
      204,
      206,
      301,
      307,
      400,
      401,
      403,
      404,
      409,
      412,
      413,
      428,
      429,
      500,
      503,
      599,
    ),
  },
)
const anyWrong: fc.Arbitrary<Wrong> = fc.oneof(
  ...(Object.keys(right) as Place[]).map((place) =>
    fc.record({
      place: fc.constant(place),
      status: statuses,
      text: hostileJsonText(right[place]),
      headers,
      raw,
    }),
  ),
)

/** Those whom the target itself says to be nobody's whom the source has: by their id. */
const madeUp = ({ place, text, status, raw: bytes }: Wrong): ReadonlySet<string> => {
  if (bytes !== null || status >= 300 || (place !== '/Users' && place !== '/Groups')) return new Set()
  try {
    const body: unknown = JSON.parse(text)
    const list: unknown = isObject(body) ? body['Resources'] : null
    const some: readonly unknown[] = Array.isArray(list) ? list : []
    return new Set(
      some.flatMap((one) =>
        isObject(one) &&
        (place === '/Groups' || !wanted.has(String(one['externalId'])) || one['active'] !== true)
          ? [String(one['id'])]
          : [],
      ),
    )
  } catch {
    return new Set()
  }
}

for (const profile of ['rfc7644', 'keeper'] as const)
  fuzz(`a target of profile ${profile} that answers anything`, 500, anyWrong, async (answer) => {
    wrong = answer
    removals = []
    const { target } = scimTargetTo(
      { url, token: 't0p-secret' },
      { profile, clock: hastyClock(), retryPolicy: { attempts: 2, baseMs: 0, capMs: 0, totalMs: 1000 } },
    )
    try {
      const report = await pushed(
        memorySource(() => snapshot),
        target,
      )
      if (JSON.stringify(report).includes('t0p-secret')) throw new Error('a secret is in the report')
    } finally {
      await target.close()
      server.closeAllConnections()
    }
    const odd = madeUp(answer)
    const wrongly = removals.filter((call) => !odd.has(decodeURIComponent(call.split('/').at(-1) ?? '')))
    if (wrongly.length > 0) throw new Error(`removed ${wrongly.join()}`)
  })
