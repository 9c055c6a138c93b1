import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { scimTargetTo } from '../../test/fixtures/scim-target.ts'
import type { Fault } from '../emulators/faults.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../emulators/keeper/keeper-emulator.ts'
import { systemClock, type Clock } from '../lib/clock.ts'
import { groupKey, scimId, userKey } from '../model/ids.ts'

const signal = new AbortController().signal
let keeper: KeeperEmulator
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

const ann = {
  key: userKey('k-ann'),
  userName: 'ann@corp.example',
  displayName: 'Ann',
  givenName: 'Ann',
  familyName: 'Doe',
}
const answer = (status: number, headers: Record<string, string> = {}, body = ''): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
})

describe('an uncertain POST is looked up before it is sent again', () => {
  test.each<[string, Fault, number]>([
    ['the answer is lost', { kind: 'drop-after' }, 1],
    ['the answer is cut off', { kind: 'truncate' }, 1],
    ['the request is lost', { kind: 'drop-before' }, 2],
    ['503', answer(503), 2],
    ['502 with HTML from a proxy', answer(502, {}, '<html>'), 2],
    ['429', answer(429, { 'retry-after': '0' }), 2],
  ])('%s', async (_, fault, posts) => {
    for (const filters of [true, false]) {
      await keeper.close()
      keeper = await startKeeperEmulator({ filters })
      keeper.setFaults(({ n }) => (n === 1 ? fault : null))
      const { target } = scimTargetTo(keeper)
      const id = await target.createUser(ann, [])
      expect(keeper.state.users.get(id)?.userName).toBe('ann@corp.example')
      expect(keeper.state.users.size).toBe(1)
      expect(keeper.requests.filter((request) => request === 'POST /Users')).toHaveLength(posts)
      await target.close()
    }
  })

  test('while it can not be looked up it is not sent again (SS:253)', async () => {
    keeper.setFaults(({ n, method }) =>
      n === 1 ? { kind: 'drop-after' } : method === 'GET' ? answer(500) : null,
    )
    const { target } = scimTargetTo(keeper)
    await expect(target.createUser(ann, [])).rejects.toMatchObject({ failure: 'unreachable' })
    expect(keeper.requests.filter((request) => request === 'POST /Users')).toHaveLength(1)
    await target.close()
  })

  test('our own success is not mistaken for a conflict', async () => {
    // The answer is lost, the first look-ups (by externalId, by name) do not see the user yet, so the second POST meets the first one's user.
    const nobody = JSON.stringify({ totalResults: 0 })
    keeper.setFaults(({ n }) =>
      n === 1
        ? { kind: 'drop-after' }
        : n <= 3
          ? answer(200, { 'content-type': 'application/json' }, nobody)
          : null,
    )
    const { target } = scimTargetTo(keeper)
    expect(await target.createUser(ann, [])).toBe([...keeper.state.users.keys()][0])
    expect(keeper.requests).toEqual(['POST /Users', 'GET /Users', 'GET /Users', 'POST /Users', 'GET /Users'])
    await target.close()
  })
})

describe('retries', () => {
  test.each<[string, Fault]>([
    ['429 with Retry-After in seconds', answer(429, { 'retry-after': '0' })],
    ['429 with a date', answer(429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })],
    ['500', answer(500)],
    ['503', answer(503)],
    ['reset before', { kind: 'drop-before' }],
    ['reset after', { kind: 'drop-after' }],
    ['truncated', { kind: 'truncate' }],
    ['HTML with 200', answer(200, {}, '<html>log in</html>')],
  ])('a read and a PATCH survive %s', async (_, fault) => {
    const user = keeper.state.addUser({ userName: 'ann@corp.example' })
    keeper.setFaults(({ n }) => (n % 2 === 1 ? fault : null))
    const { target, events } = scimTargetTo(keeper, { maxConcurrency: 1 })
    expect((await target.read(signal)).users).toHaveLength(1)
    await target.updateUser(scimId(user.id), { displayName: 'Ann' })
    expect(user.displayName).toBe('Ann')
    expect(events.filter(({ retry }) => retry !== null).length).toBeGreaterThanOrEqual(4)
    await target.close()
  })

  test.each<[string, Fault, string, string]>([
    ['401', answer(401), 'SCIM_UNAUTHORIZED', 'credentials'],
    ['403 on a read', answer(403), 'SCIM_UNAUTHORIZED', 'credentials'],
    ['404 on the list', answer(404), 'SCIM_WRONG_URL', 'config'],
    [
      'a redirect',
      answer(302, { location: 'https://elsewhere.example/x?token=1' }),
      'SCIM_REDIRECT',
      'config',
    ],
    ['429 for ever', answer(429), 'SCIM_THROTTLED', 'unreachable'],
    ['503 for ever', answer(503), 'SCIM_UNAVAILABLE', 'unreachable'],
    ['HTML for ever', answer(200, {}, '<html>'), 'SCIM_MALFORMED', 'protocol'],
    ['connections that break for ever', { kind: 'drop-before' }, 'SCIM_UNREACHABLE', 'unreachable'],
  ])('%s is an error with a code', async (_, fault, code, failure) => {
    keeper.setFaults(({ path }) => (path === '/ServiceProviderConfig' ? null : fault))
    const { target } = scimTargetTo(keeper)
    await expect(target.read(signal)).rejects.toMatchObject({ code, failure })
    await target.close()
  })

  test('what the endpoint says is kept, bounded and on one line, and the token is nowhere (S:767)', async () => {
    const detail = `first\nsecond ${'x'.repeat(5000)}`
    const body = JSON.stringify({ status: '400', scimType: 'invalidValue', detail })
    keeper.setFaults(() => answer(400, { 'content-type': 'application/scim+json' }, body))
    const { target } = scimTargetTo(keeper)
    const error: unknown = await target
      .createGroup({ key: groupKey('g'), displayName: 'G' })
      .catch((reason: unknown) => reason)
    const { message } = error as Error
    expect(message).toContain('invalidValue: first second x')
    expect(message.length).toBeLessThan(500)
    expect(JSON.stringify(error) + message).not.toContain(keeper.token)
    await target.close()
  })

  test('a token that the endpoint echoes is masked', async () => {
    const body = JSON.stringify({ detail: `Bearer ${keeper.token} is not good enough` })
    keeper.setFaults(() => answer(401, { 'content-type': 'application/json' }, body))
    const { target } = scimTargetTo(keeper)
    await expect(target.read(signal)).rejects.toMatchObject({
      message: expect.stringContaining('Bearer [secret] is not') as unknown,
    })
    await target.close()
  })

  test('a redirect names the host, and the token does not go there', async () => {
    const other = await startKeeperEmulator()
    keeper.setFaults(() => answer(307, { location: `${other.url}/Users?token=1` }))
    const { target } = scimTargetTo(keeper)
    const error: unknown = await target.read(signal).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'SCIM_REDIRECT', where: `GET ${keeper.url}/Users` })
    expect((error as Error).message).toContain(new URL(other.url).host)
    expect(other.requests).toEqual([])
    await target.close()
    await other.close()
  })

  test('nothing listens', async () => {
    const { target } = scimTargetTo({ url: 'http://127.0.0.1:1/scim', token: 't' })
    await expect(target.read(signal)).rejects.toMatchObject({ code: 'SCIM_UNREACHABLE' })
    await target.close()
  })
})

describe('patience has an end', () => {
  test('a pause longer than the time limit fails at once, also for the requests behind it', async () => {
    keeper.setFaults(() => answer(429, { 'retry-after': '3600' }))
    const { target } = scimTargetTo(keeper)
    for (let n = 0; n < 2; n++) {
      await expect(target.createUser(ann, [])).rejects.toMatchObject({ code: 'SCIM_THROTTLED' })
    }
    expect(keeper.requests).toHaveLength(1)
    await target.close()
  })

  test('a read that is stopped ends although the endpoint does not answer (KA:119)', async () => {
    const stop = new AbortController()
    keeper.setFaults(() => {
      setImmediate(() => stop.abort('SIGTERM'))
      return { kind: 'silent' }
    })
    const { target } = scimTargetTo(keeper)
    await expect(target.read(stop.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(keeper.requests.length).toBeGreaterThan(0)
    await target.close()
  })

  test('a stop ends the waiting of a write, with the error of its last try', async () => {
    const stop = new AbortController()
    keeper.setFaults(() => answer(503, { 'retry-after': '5' }))
    const sleep: Clock['sleep'] = (ms, signal) => {
      const sleeping = systemClock.sleep(100 * ms, signal)
      stop.abort('SIGTERM')
      return sleeping
    }
    const { target } = scimTargetTo(keeper, { signal: stop.signal, clock: { ...systemClock, sleep } })
    await expect(target.deleteUser(scimId('x'))).rejects.toMatchObject({ code: 'SCIM_UNAVAILABLE' })
    expect(keeper.requests).toEqual(['DELETE /Users/x'])
    await target.close()
  })

  test('after a stop an uncertain POST is still looked up, once', async () => {
    const stop = new AbortController()
    keeper.setFaults(({ n }) => {
      if (n === 1) stop.abort('SIGTERM')
      return n === 1 ? { kind: 'drop-after' } : null
    })
    const { target } = scimTargetTo(keeper, { signal: stop.signal })
    expect(await target.createUser(ann, [])).toBe([...keeper.state.users.keys()][0])
    expect(keeper.requests).toEqual(['POST /Users', 'GET /Users'])
    await target.close()
  })
})

test('a stop while writes wait for a place: none of them is begun, and that is what they say', async () => {
  // So that neither of the first two is answered before both have come.
  keeper.setLatency(300)
  const stop = new AbortController()
  keeper.setFaults(({ n }) => {
    if (n === 2) stop.abort('SIGTERM')
    return null
  })
  const { target } = scimTargetTo(keeper, { signal: stop.signal, maxConcurrency: 2 })
  const writes = Array.from({ length: 20 }, (_, n) =>
    target.createUser({ ...ann, key: userKey(`k${n}`), userName: `u${n}@corp.example` }, []),
  )
  const results = await Promise.allSettled(writes)
  expect(keeper.requests.length).toBe(2)
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2)
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'INTERRUPTED' })
  await target.close()
})

describe('one pool', () => {
  test('few kept-alive connections, and the headers that services ask for (S:767, GitHub)', async () => {
    const headers: IncomingHttpHeaders[] = []
    let connections = 0
    const server = createServer((request, response) => {
      headers.push(request.headers)
      request.resume()
      response.writeHead(204).end()
    })
    server.on('connection', () => connections++)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const { target, events } = scimTargetTo(
      { url: `http://127.0.0.1:${port}/scim/?x=1`, token: 'secret-token' },
      { maxConcurrency: 3 },
    )
    await Promise.all(
      Array.from({ length: 30 }, (_, n) => target.updateUser(scimId(`${n}/`), { active: false })),
    )
    expect(connections).toBeLessThanOrEqual(3)
    expect(headers[0]).toMatchObject({
      'user-agent': 'scim-push/test',
      authorization: 'Bearer secret-token',
      'content-type': 'application/scim+json',
      accept: 'application/scim+json, application/json',
    })
    expect(events[0]).toMatchObject({ system: 'scim', method: 'PATCH', status: 204, attempt: 1, retry: null })
    expect(events.map(({ path }) => path)).toContain('/Users/7%2F')
    expect(JSON.stringify(events)).not.toContain('secret-token')
    await target.close()
    server.close()
    server.closeAllConnections()
  })
})

test('a run that was told to stop waits for an answer, but not for good', async () => {
  const asked: string[] = []
  const silent = createServer((request) => void asked.push(request.method ?? ''))
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  const stop = new AbortController()
  const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/scim`
  const { target } = scimTargetTo({ url, token: 'token' }, { signal: stop.signal, finishMs: 50 })
  const creating = target.createUser(ann, [])
  const error = expect(creating).rejects.toMatchObject({ code: 'SCIM_UNREACHABLE' })
  while (asked.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
  stop.abort('SIGTERM')
  await error
  // What became of it can't be looked up in no time either: the next run finds out.
  expect(asked).toEqual(['POST'])
  silent.closeAllConnections()
  await new Promise((resolve) => silent.close(resolve))
  await target.close()
})
