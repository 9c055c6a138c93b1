import { request, type IncomingHttpHeaders } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { reportOf, reported } from '../../test/fixtures/report.ts'
import { silentLog } from '../lib/log.ts'
import { Secret } from '../lib/secret.ts'
import { createHistory } from './history.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'
import { routesOf } from './routes.ts'
import type { ProcessStatus } from './status-json.ts'

type Options = Omit<Parameters<typeof startHttpServer>[0], 'routes'> & Parameters<typeof routesOf>[0]

const loopback = { host: '127.0.0.1', port: 0 }
const exposition = { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: '# ünïcode\nup 1\n' }
const status: ProcessStatus = {
  version: '1.2.3',
  revision: 'abc',
  startedAt: new Date(0),
  nextRun: null,
  running: null,
  configs: [],
}
const defaults: Options = {
  listen: loopback,
  token: null,
  metrics: { expose: () => Promise.resolve(exposition) },
  ready: () => true,
  status: () => status,
  now: () => new Date(0),
  log: silentLog,
}

const servers: HttpServer[] = []
const start = async (more: Partial<Options> = {}): Promise<HttpServer> => {
  const options = { ...defaults, ...more }
  const server = await startHttpServer({ ...options, routes: routesOf(options) })
  servers.push(server)
  return server
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

interface Answered {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

const ask = (
  server: HttpServer,
  path: string,
  { method = 'GET', body = '', headers = {} }: { method?: string; body?: string; headers?: object } = {},
): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { host, port } = server.address()
    const length = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    const sent = request(
      { host, port, path, method, agent: false, headers: { ...length, ...headers } },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({
            status: answer.statusCode,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

describe('what is answered', () => {
  test.each<[string, Partial<Options>, string, number, string, string]>([
    ['metrics', {}, '/metrics', 200, exposition.contentType, exposition.body],
    ['alive', { ready: () => false }, '/healthz', 200, 'text/plain; charset=utf-8', 'ok\n'],
    ['ready', {}, '/readyz', 200, 'text/plain; charset=utf-8', 'ok\n'],
    ['not ready', { ready: () => false }, '/readyz', 503, 'text/plain; charset=utf-8', 'not ready\n'],
    [
      'status',
      {},
      '/status',
      200,
      'application/json; charset=utf-8',
      `{
  "version": "1.2.3",
  "revision": "abc",
  "startedAt": "1970-01-01T00:00:00.000Z",
  "nextRun": null,
  "running": null,
  "runs": []
}
`,
    ],
    ['a query', {}, '/healthz?verbose', 200, 'text/plain; charset=utf-8', 'ok\n'],
    ['a report that is not there', {}, '/reports/r1.json', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['a path below', {}, '/metrics/', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['a name of JavaScript', {}, '/constructor', 404, 'text/plain; charset=utf-8', 'not found\n'],
    ['two slashes', {}, '//metrics', 404, 'text/plain; charset=utf-8', 'not found\n'],
  ])('%s', async (_, more, path, status, type, body) => {
    const server = await start(more)
    const got = await ask(server, path)
    expect(got).toMatchObject({
      status,
      body,
      headers: {
        'content-type': type,
        'content-length': `${Buffer.byteLength(body)}`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      },
    })
    const { 'content-length': length, 'content-type': typeOfHead } = (
      await ask(server, path, { method: 'HEAD' })
    ).headers
    expect([length, typeOfHead]).toEqual([got.headers['content-length'], type])
    expect(await ask(server, path, { method: 'HEAD' })).toMatchObject({ status, body: '' })
  })

  test.each<[string, string, string, string, number, string | undefined]>([
    ['a POST', 'POST', '/metrics', '', 405, 'GET, HEAD'],
    ['a POST with a body', 'POST', '/metrics', 'x', 405, 'GET, HEAD'],
    ['a DELETE', 'DELETE', '/status', '', 405, 'GET, HEAD'],
    ['OPTIONS', 'OPTIONS', '/healthz', '', 405, 'GET, HEAD'],
    ['TRACE', 'TRACE', '/healthz', '', 405, 'GET, HEAD'],
    ['a POST to nowhere', 'POST', '/nowhere', '', 404, undefined],
    ['a GET with a body', 'GET', '/metrics', 'x', 413, undefined],
  ])('%s is refused', async (_, method, path, body, status, allow) => {
    const got = await ask(await start(), path, { method, body })
    expect(got.status).toBe(status)
    expect(got.headers.allow).toBe(allow)
    expect(got.headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
  })

  test('ready is asked each time', async () => {
    let ready = false
    const server = await start({ ready: () => ready })
    expect((await ask(server, '/readyz')).status).toBe(503)
    ready = true
    expect((await ask(server, '/readyz')).status).toBe(200)
  })

  const fail = (): never => {
    throw new Error('hush')
  }
  test.each<[string, string, Partial<Options>]>([
    ['metrics that reject', '/metrics', { metrics: { expose: () => Promise.reject(new Error('hush')) } }],
    ['metrics that throw', '/metrics', { metrics: { expose: fail } }],
    ['readiness that throws', '/readyz', { ready: fail }],
    ['a status that throws', '/status', { status: fail }],
    ['a page that throws', '/', { status: fail }],
    ['a report that throws', '/reports/r1.json', { status: fail }],
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what others throw need not be an error
    ['what is no error', '/metrics', { metrics: { expose: () => Promise.reject(Object.create(null)) } }],
  ])('%s: 500, logged and not told', async (_, path, more) => {
    const errors: unknown[] = []
    const server = await start({ ...more, log: { ...silentLog, error: (...line) => errors.push(line) } })
    expect(await ask(server, path)).toMatchObject({ status: 500, body: 'internal error\n' })
    expect(errors).toMatchObject([['a page could not be made', { path }]])
    expect((await ask(server, '/healthz')).status).toBe(200)
  })
})

describe('with a token', () => {
  const token = new Secret('a token of sixteen')
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`

  test.each(['/', '/status', '/reports/r1.json', '/nowhere'])('%s is for those who have it', async (path) => {
    const server = await start({ token })
    const got = await ask(server, path)
    expect(got).toMatchObject({ status: 401, body: 'the token is missing or wrong\n' })
    expect(got.headers['www-authenticate']).toBe(
      'Bearer realm="scim-push", Basic realm="scim-push", charset="UTF-8"',
    )
    const known = await ask(server, path, { headers: { authorization: basic(`me:${token.reveal()}`) } })
    expect(known.status).toBe(path === '/' || path === '/status' ? 200 : 404)
  })

  test.each(['/metrics', '/healthz', '/readyz'])('%s needs none', async (path) => {
    expect((await ask(await start({ token }), path)).status).toBe(200)
  })

  test.each([
    ['another token', 'Bearer another-one'],
    ['a part of it', 'Bearer a-token'],
    ['none', 'Bearer'],
    ['an empty one', 'Bearer '],
    ['another scheme', 'Digest a-token-of-sixteen'],
    ['it as the user', basic('a-token-of-sixteen:')],
    ['it without a colon', basic('a-token-of-sixteen')],
  ])('%s is refused', async (_, authorization) => {
    const server = await start({ token: new Secret('a-token-of-sixteen') })
    expect((await ask(server, '/status', { headers: { authorization } })).status).toBe(401)
  })

  test.each([
    ['as a bearer', 'Bearer a-token-of-sixteen'],
    ['in small letters', 'bearer a-token-of-sixteen'],
    ['as a password', basic('anyone:a-token-of-sixteen')],
    ['as the password of nobody', basic(':a-token-of-sixteen')],
  ])('%s it is taken', async (_, authorization) => {
    const server = await start({ token: new Secret('a-token-of-sixteen') })
    expect((await ask(server, '/status', { headers: { authorization } })).status).toBe(200)
  })
})

describe('a report', () => {
  const at = (showSubjects: boolean) => {
    const history = createHistory()
    history.keep({ report: reportOf({ actions: [reported()] }), showSubjects, conditions: [] })
    return { status: () => ({ ...status, configs: history.configs() }) }
  }

  test('is there while those whom it names may be shown', async () => {
    const { status: code, body, headers } = await ask(await start(at(true)), '/reports/r1.json')
    expect([code, headers['content-type']]).toEqual([200, 'application/json; charset=utf-8'])
    expect(JSON.parse(body)).toMatchObject({ runId: 'r1', actions: [{ subject: 'ann@corp.example' }] })
  })

  test('and not otherwise; neither does anything else name them', async () => {
    const server = await start(at(false))
    expect((await ask(server, '/reports/r1.json')).status).toBe(404)
    for (const path of ['/', '/status', '/metrics'])
      expect((await ask(server, path)).body).not.toContain('ann@')
  })

  test.each(['/reports/r2.json', '/reports/r1', '/reports/r1.txt', '/reports/', '/reports/../status'])(
    '%s is none',
    async (path) => expect((await ask(await start(at(true)), path)).status).toBe(404),
  )
})

test('headers of more than 8 KiB are refused', async () => {
  const server = await start()
  expect((await ask(server, '/healthz', { headers: { 'x-much': 'x'.repeat(9000) } })).status).toBe(431)
  expect((await ask(server, '/healthz', { headers: { 'x-much': 'x'.repeat(7000) } })).status).toBe(200)
})

describe('the address', () => {
  test('is told, with the port that was found', async () => {
    const lines: unknown[] = []
    const server = await start({ log: { ...silentLog, info: (...line) => lines.push(line) } })
    expect(server.address().host).toBe('127.0.0.1')
    expect(server.address().port).toBeGreaterThan(0)
    expect(lines).toEqual([['listening', { address: `127.0.0.1:${server.address().port}` }]])
  })

  test('may be all of them', async () => {
    const { port } = (await start({ listen: { host: null, port: 0 } })).address()
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { headers: { connection: 'close' } })
    expect(await answer.text()).toBe('ok\n')
  })

  test('of another program is refused', async () => {
    const { port } = (await start()).address()
    await expect(start({ listen: { host: '127.0.0.1', port } })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: `127.0.0.1:${port} can’t be listened on: another program has the port`,
      where: `127.0.0.1:${port}`,
    })
  })

  test('of another machine is refused', async () => {
    await expect(start({ listen: { host: '192.0.2.1', port: 0 } })).rejects.toMatchObject({
      code: 'LISTEN_FAILED',
      message: '192.0.2.1:0 can’t be listened on: this machine has no such address',
    })
  })
})
