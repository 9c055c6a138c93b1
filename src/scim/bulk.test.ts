import { expect, test } from 'vitest'
import { systemClock, type Clock } from '../lib/clock.ts'
import { ScimPushError } from '../errors/error.ts'
import { silentLog } from '../lib/log.ts'
import { Secret } from '../lib/secret.ts'
import { createBulk } from './bulk.ts'
import { FailedTry } from './failure.ts'
import type { ScimRequest, ScimResponse, Try } from './request.ts'
import { createThrottle } from './throttle.ts'

interface Sent {
  readonly method: string
  readonly path: string
  readonly bulkId: string
}
type Status = string | null

const tooMany = new FailedTry(new ScimPushError('SCIM_THROTTLED', { message: 'too many', where: 'x' }), {
  reason: '429',
  status: 429,
  transient: true,
  uncertain: false,
})

/** A Bulk over a server that answers each operation with the status that is asked for, and nothing where that is null. */
const bulkOver = (
  statusOf: (operation: Sent, bulk: number) => Status,
  {
    maxConcurrency = 4,
    maxOperations = 1000,
    bulkMs = 0,
    refusedAbove = Number.POSITIVE_INFINITY,
    clock: given,
  }: {
    maxConcurrency?: number
    maxOperations?: number
    bulkMs?: number
    /** More operations than this are answered with 429, all of them. */
    refusedAbove?: number
    clock?: Clock
  } = {},
) => {
  /** As long as Bulks are meant to take, however busy the machine is. */
  let passedMs = 0
  const clock = given ?? { ...systemClock, monotonic: () => passedMs }
  const bulks: string[][] = []
  const alone: string[] = []
  const throttle = createThrottle({ max: maxConcurrency, clock: systemClock })
  let underWay = 0
  let most = 0
  let ended: Error | null = null
  const bulk = createBulk({
    baseUrl: 'https://x/scim',
    token: new Secret('the-token'),
    maxConcurrency,
    throttle,
    retryPolicy: { attempts: 8, baseMs: 100, capMs: 1000, totalMs: 10_000 },
    random: () => 0,
    clock,
    log: silentLog,
    stop: undefined,
    begin() {
      if (ended) throw ended
    },
    alone({ request }: Try): Promise<ScimResponse> {
      alone.push(request.path)
      return Promise.resolve({ status: 200, body: 'alone' })
    },
    async exchange({ text = '' }) {
      const { Operations } = JSON.parse(text) as { readonly Operations: readonly Sent[] }
      bulks.push(Operations.map(({ path }) => path))
      if (Operations.length > refusedAbove) throw tooMany
      most = Math.max(most, ++underWay)
      await systemClock.sleep(bulkMs)
      passedMs += bulkMs
      underWay--
      const n = bulks.length
      const parts = Operations.map(({ method, path, bulkId }) => {
        const status = statusOf({ method, path, bulkId }, n)
        return status === null ? null : { bulkId, method, status, location: path }
      })
      return { status: 200, body: { Operations: parts } }
    },
  })
  bulk.offer({ maxOperations, maxPayloadSize: 1_000_000 })
  const send = async (request: ScimRequest, n = 1): Promise<ScimResponse | FailedTry> => {
    try {
      return await bulk.send({ request, n, waitedMs: 0 })
    } catch (error) {
      if (error instanceof FailedTry) return error
      throw error
    }
  }
  return {
    bulk,
    bulks,
    alone,
    throttle,
    send,
    mostAtOnce: () => most,
    end(error: Error) {
      ended = error
    },
  }
}
const patch = (id: string | number): ScimRequest => ({ method: 'PATCH', path: `/Users/${id}`, body: {} })
const patches = (count: number, from = 0) => Array.from({ length: count }, (_, n) => patch(n + from))
const ok = () => '200'

test('writes of one moment go together, a lone one alone and at once', async () => {
  const { send, bulks, alone } = bulkOver(ok)
  expect(await send(patch('first'))).toMatchObject({ body: 'alone' })
  const answers = await Promise.all(patches(3).map((one) => send(one)))
  expect(answers).toEqual(patches(3).map(({ path }) => ({ status: 200, body: null, location: path })))
  expect(bulks).toEqual([patches(3).map(({ path }) => path)])
  expect(alone).toEqual(['/Users/first'])
})

test('the first one measures, then they are full, and as many at once as there are connections', async () => {
  const { send, bulks, bulk, mostAtOnce } = bulkOver(ok, {
    maxOperations: 200,
    maxConcurrency: 4,
    bulkMs: 5,
    clock: { ...systemClock, monotonic: () => 0 },
  })
  expect(bulk.writesAtOnce()).toBe(1000)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < 5000) await send(patch(next++))
  }
  await Promise.all(Array.from({ length: bulk.writesAtOnce() }, work))
  expect(bulks.map((one) => one.length)).toEqual([100, ...Array<number>(24).fill(200), 100])
  expect(mostAtOnce()).toBe(4)
})

test('what takes long is spread over a few more, where there are places for them', async () => {
  const { send, bulks } = bulkOver(ok, { maxConcurrency: 8, maxOperations: 100, bulkMs: 100 })
  const sizes = async (count: number): Promise<readonly number[]> => {
    const before = bulks.length
    await Promise.all(patches(count).map((one) => send(one)))
    return bulks.slice(before).map((one) => one.length)
  }
  // Measured: 10 ms an operation.
  expect(await sizes(10)).toEqual([10])
  expect(await sizes(100)).toEqual([34, 34, 32])
  expect(await sizes(10)).toEqual([10])
})

test('a few that come while a Bulk is under way do not wait for it', async () => {
  const { send, bulks } = bulkOver(ok, { bulkMs: 30 })
  await Promise.all(patches(10).map((one) => send(one)))
  const first = Promise.all(patches(10).map((one) => send(one)))
  await systemClock.sleep(10)
  await Promise.all([first, ...patches(5, 10).map((one) => send(one))])
  expect(bulks.map((one) => one.length)).toEqual([10, 10, 5])
})

test('what is refused alone is refused, and the others are done', async () => {
  const { send, alone } = bulkOver(({ path }) => (path === '/Users/1' ? '409' : '200'))
  const [done, refused] = await Promise.all(patches(3).map((one) => send(one)))
  expect(done).toMatchObject({ status: 200 })
  expect(refused).toMatchObject({
    status: 409,
    transient: false,
    error: { code: 'SCIM_CONFLICT', where: 'PATCH https://x/scim/Users/1' },
  })
  expect(alone).toEqual([])
})

test('429 for some: those alone, where a Retry-After can be obeyed, and fewer at once', async () => {
  const { send, alone, throttle, bulks } = bulkOver(({ path }) =>
    Number(path.slice(7)) < 60 ? '200' : '429',
  )
  const answers = await Promise.all(patches(100).map((one) => send(one)))
  expect(answers.every((one) => !(one instanceof FailedTry))).toBe(true)
  expect(alone).toHaveLength(40)
  expect(throttle.concurrency).toBe(2)
  await Promise.all(patches(100).map((one) => send(one)))
  expect(bulks[1]?.length).toBe(60)
})

test('500 for one: it comes back in smaller and smaller company, and in the end alone', async () => {
  const { send, bulks, alone } = bulkOver(({ path }) => (path === '/Users/0' ? '500' : '200'))
  const poison = patch(0)
  for (let n = 1; n <= 4; n++) {
    const [failed] = await Promise.all([poison, ...patches(99, n * 100)].map((one) => send(one, n)))
    if (n < 4) expect(failed).toMatchObject({ transient: true, uncertain: true, status: 500 })
  }
  expect(bulks.filter((one) => one.includes('/Users/0')).map((one) => one.length)).toEqual([100, 25, 6])
  expect(alone).toEqual(['/Users/0'])
})

test('429 for the whole, and again: there may be more operations than are ever let through at once', async () => {
  const { send, bulks } = bulkOver(ok, { refusedAbove: 30 })
  const all = patches(100)
  const refusedAt = async (n: number): Promise<number> => {
    const answers = await Promise.all(all.map((one) => send(one, n)))
    return answers.filter((answer) => answer instanceof FailedTry && answer.asksToSlowDown).length
  }
  expect([await refusedAt(1), await refusedAt(2), await refusedAt(3)]).toEqual([100, 100, 0])
  // What is refused once may only be too early.
  expect(bulks.map((one) => one.length)).toEqual([100, 100, 25, 25, 25, 25])
})

test('what is taken in Bulks for one type need not be for another', async () => {
  const { send, alone } = bulkOver(({ path }) => (path.startsWith('/Groups') ? '200' : '400'))
  const group = (id: number): ScimRequest => ({ method: 'PATCH', path: `/Groups/${id}`, body: {} })
  await Promise.all([group(1), group(2)].map((one) => send(one)))
  const answers = await Promise.all(patches(2).map((one) => send(one)))
  expect(answers).toMatchObject([{ body: 'alone' }, { body: 'alone' }])
  await Promise.all([group(1), group(2)].map((one) => send(one)))
  expect(alone).toEqual(['/Users/0', '/Users/1'])
})

test('a method that is refused in Bulks, and alone is not, is not sent in one again', async () => {
  const { send, bulks, alone } = bulkOver(({ method }) => (method === 'PATCH' ? '400' : '204'))
  const requests: readonly ScimRequest[] = [...patches(3), { method: 'DELETE', path: '/Users/x' }]
  const answers = await Promise.all(requests.map((one) => send(one)))
  expect(answers.map((one) => (one instanceof FailedTry ? one.status : one.body))).toEqual([
    'alone',
    'alone',
    'alone',
    null,
  ])
  await Promise.all(patches(3).map((one) => send(one)))
  expect(bulks).toHaveLength(1)
  expect(alone).toHaveLength(6)
})

test('401 for an operation is final', async () => {
  const { send, alone } = bulkOver(() => '401')
  const [failed] = await Promise.all(patches(2).map((one) => send(one)))
  expect(failed).toMatchObject({ error: { code: 'SCIM_UNAUTHORIZED' } })
  expect(alone).toEqual([])
})

test('what waits when the run ends is never sent', async () => {
  const server = bulkOver(ok, { maxOperations: 10, maxConcurrency: 1, bulkMs: 200 })
  const { send, bulks } = server
  await Promise.all(patches(2).map((one) => send(one)))
  const sent = Promise.allSettled(patches(30).map((one) => send(one)))
  await systemClock.sleep(10)
  server.end(new Error('over'))
  expect((await sent).map(({ status }) => status)).toEqual([
    ...Array<string>(10).fill('fulfilled'),
    ...Array<string>(20).fill('rejected'),
  ])
  expect(bulks).toHaveLength(2)
})

test.each([
  ['nothing', null],
  ['one operation', { maxOperations: 1, maxPayloadSize: 1000 }],
  ['no bytes', { maxOperations: 10, maxPayloadSize: 0 }],
  ['less than nothing', { maxOperations: -5, maxPayloadSize: -1 }],
  ['numbers that are none', { maxOperations: Number.NaN, maxPayloadSize: Number.NaN }],
])('where %s is offered there are no Bulks', async (_, offered) => {
  const { send, bulk, bulks, alone } = bulkOver(ok)
  bulk.offer(offered)
  expect(bulk.writesAtOnce()).toBe(0)
  await Promise.all(patches(3).map((one) => send(one)))
  expect(bulks).toEqual([])
  expect(alone).toHaveLength(3)
})

test('however much is offered, what waits is bounded', () => {
  const { bulk } = bulkOver(ok, { maxConcurrency: 256 })
  bulk.offer({ maxOperations: 1e9, maxPayloadSize: 1e12 })
  expect(bulk.writesAtOnce()).toBeLessThanOrEqual(16_000)
})
