import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../../test/fixtures/certificate.ts'
import { systemClock } from '../lib/clock.ts'
import { silentLog } from '../lib/log.ts'
import { Secret } from '../lib/secret.ts'
import { createPusher, type PushCredentials, type PushLimits } from './pushgateway.ts'

const exposition = { contentType: 'text/plain; version=0.0.4; charset=utf-8', body: 'a 1\n' }
const group = { job: 'scim-push', namespace: null, config: 'corp' }
const path = '/metrics/job/scim-push/config/corp'

let server: Server | null = null
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pusher-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  const open = server
  server = null
  open?.closeAllConnections()
  if (open) await new Promise((resolve) => open.close(resolve))
})

interface Got {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What is asked of a server, which answers as it is told. */
const serve = async (
  answer: RequestListener,
  make: (listener: RequestListener) => Server = (listener) => createServer(listener),
) => {
  const got: Got[] = []
  const started = make((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      got.push({ method, url, headers, body })
      answer(request, response)
    })
  })
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  return { got, port: (started.address() as AddressInfo).port }
}

const status =
  (code: number, headers: Readonly<Record<string, string>> = {}, body = ''): RequestListener =>
  (_, response) =>
    response.writeHead(code, headers).end(body)
const silence: RequestListener = () => undefined

const patient: PushLimits = { tryMs: 10_000, allMs: 15_000, stoppedMs: 15_000 }

const pusherTo = (
  url: string,
  more: {
    readonly credentials?: PushCredentials
    readonly caFile?: string
    readonly limits?: PushLimits
    readonly stop?: AbortSignal
  } = {},
) => {
  const debug: unknown[] = []
  const pusher = createPusher({
    gateway: { url, credentials: more.credentials ?? null, caFile: more.caFile ?? '' },
    userAgent: 'scim-push/test',
    clock: systemClock,
    random: () => 0,
    stop: more.stop ?? new AbortController().signal,
    log: { ...silentLog, debug: (...line) => debug.push(line) },
    // Of tests that are not about time none is ended by it, on however busy a machine.
    limits: more.limits ?? patient,
  })
  return { pusher, debug }
}

/** The error of one push; null where it went well. */
const failureOf = async (url: string, more: Parameters<typeof pusherTo>[1] = {}): Promise<unknown> => {
  const { pusher } = pusherTo(url, more)
  try {
    await pusher.push(group, exposition)
    return null
  } catch (error) {
    return error
  } finally {
    await pusher.close()
  }
}

test.each(['', '/', '/pushgateway', '/pushgateway//'])(
  'posts below the URL, whatever it ends in: "%s"',
  async (end) => {
    const { got, port } = await serve(status(200))
    expect(await failureOf(`http://127.0.0.1:${port}${end}`)).toBeNull()
    expect(got).toMatchObject([
      {
        method: 'POST',
        url: `${end.replace(/\/+$/, '')}${path}`,
        headers: { 'content-type': exposition.contentType, 'user-agent': 'scim-push/test' },
        body: 'a 1\n',
      },
    ])
    expect(got[0]!.headers.authorization).toBeUndefined()
  },
)

test.each<[string, PushCredentials, string]>([
  ['basic', { kind: 'basic', username: 'ännä', password: new Secret('p:w') }, 'Basic w6RubsOkOnA6dw=='],
  ['bearer', { kind: 'bearer', token: new Secret('t0ken') }, 'Bearer t0ken'],
])('credentials: %s', async (_, credentials, header) => {
  const { got, port } = await serve(status(202))
  expect(await failureOf(`http://127.0.0.1:${port}`, { credentials })).toBeNull()
  expect(got[0]!.headers.authorization).toBe(header)
})

describe('answers', () => {
  test.each<[string, RequestListener, string, number, RegExp]>([
    [
      'a redirect',
      status(302, { location: 'https://u:p@other.example/x?t' }),
      'PUSHGATEWAY_REDIRECT',
      1,
      /302.*to other\.example$/,
    ],
    [
      'a redirect on the spot',
      status(307, { location: '/login' }),
      'PUSHGATEWAY_REDIRECT',
      1,
      /another path$/,
    ],
    ['401', status(401), 'PUSHGATEWAY_UNAUTHORIZED', 1, /401/],
    ['403', status(403), 'PUSHGATEWAY_UNAUTHORIZED', 1, /403/],
    ['400', status(400, {}, 'bad\u202eline\nand more'), 'PUSHGATEWAY_REFUSED', 1, /\(400\): bad line$/],
    ['a long answer', status(404, {}, 'x'.repeat(100_000)), 'PUSHGATEWAY_REFUSED', 1, /\(404\): x{300}…$/],
    [
      'a page',
      status(200, { 'content-type': 'text/html' }, '<p>'),
      'PUSHGATEWAY_REFUSED',
      1,
      /HTML \(200\)$/,
    ],
    [
      'a page that fails',
      status(404, { 'content-type': 'text/html' }, '<p>'),
      'PUSHGATEWAY_REFUSED',
      1,
      /HTML \(404\)$/,
    ],
    ['500', status(500), 'PUSHGATEWAY_UNAVAILABLE', 3, /500/],
    ['429', status(429), 'PUSHGATEWAY_UNAVAILABLE', 3, /429/],
    ['503 for a while', status(503, { 'retry-after': '600' }), 'PUSHGATEWAY_UNAVAILABLE', 1, /503/],
    [
      'a connection that breaks',
      (request) => request.socket.destroy(),
      'PUSHGATEWAY_UNREACHABLE',
      3,
      /closed/,
    ],
  ])('%s', async (_, answer, code, tries, message) => {
    const { got, port } = await serve(answer)
    const error = await failureOf(`http://127.0.0.1:${port}`)
    expect(error).toMatchObject({ code, where: `POST http://127.0.0.1:${port}${path}` })
    expect((error as Error).message).toMatch(message)
    expect(got).toHaveLength(tries)
  })

  test('a gateway that comes back is pushed to after all, and each try is in the log', async () => {
    let n = 0
    const { port } = await serve((request, response) => {
      n++
      status(n < 3 ? 503 : 200)(request, response)
    })
    const { pusher, debug } = pusherTo(`http://127.0.0.1:${port}`)
    await pusher.push(group, exposition)
    await pusher.close()
    expect(debug).toMatchObject(
      [503, 503, 200].map((code, at) => [
        `POST ${path}`,
        { system: 'pushgateway', status: code, attempt: at + 1 },
      ]),
    )
  })

  const echo: RequestListener = ({ headers: { authorization = '' } }, response) =>
    response
      .writeHead(400)
      .end(`no: ${authorization}, ${Buffer.from(authorization.slice(6), 'base64').toString()}`)
  test.each<[PushCredentials, string]>([
    [{ kind: 'basic', username: 'ann', password: new Secret('hush') }, 'Basic [secret], ann:[secret]'],
    [{ kind: 'bearer', token: new Secret('hush') }, 'Bearer [secret], '],
  ])('credentials that are echoed are not repeated: %j', async (credentials, words) => {
    const { port } = await serve(echo)
    const { message } = (await failureOf(`http://127.0.0.1:${port}`, { credentials })) as Error
    expect(message).toContain(words)
  })
})

describe('no answer', () => {
  test('nobody there', async () => {
    const { port } = await serve(status(200))
    await new Promise((resolve) => server?.close(resolve))
    server = null
    expect(await failureOf(`http://127.0.0.1:${port}`)).toMatchObject({
      code: 'PUSHGATEWAY_UNREACHABLE',
      message: 'no connection can be made (ECONNREFUSED)',
    })
  })

  test('no such host', async () => {
    expect(await failureOf('http://nobody.invalid')).toMatchObject({
      code: 'PUSHGATEWAY_UNREACHABLE',
      message: expect.stringMatching(/can’t be resolved/) as string,
    })
  })

  test('silence: tried again, and of the next push only once; one that goes well counts anew', async () => {
    let answer: RequestListener = status(200)
    const { got, port } = await serve((request, response) => answer(request, response))
    // As long as nothing is answered: what is must be in time.
    const limits: PushLimits = {
      ...patient,
      get tryMs() {
        return answer === silence ? 200 : patient.tryMs
      },
    }
    const { pusher } = pusherTo(`http://127.0.0.1:${port}`, { limits })
    const timeout = { code: 'PUSHGATEWAY_UNREACHABLE', message: 'no answer came in time (TimeoutError)' }
    const tries: number[] = []
    for (const next of [silence, silence, status(200), silence]) {
      answer = next
      got.length = 0
      const pushing = pusher.push(group, exposition)
      if (next === silence) await expect(pushing).rejects.toMatchObject(timeout)
      else await pushing
      tries.push(got.length)
    }
    await pusher.close()
    expect(tries).toEqual([3, 1, 1, 3])
  })

  test('the whole push has an end', async () => {
    const { got, port } = await serve(silence)
    const limits = { ...patient, tryMs: 60_000, allMs: 500 }
    expect(await failureOf(`http://127.0.0.1:${port}`, { limits })).toMatchObject({
      code: 'PUSHGATEWAY_UNREACHABLE',
    })
    expect(got).toHaveLength(1)
  })

  test('an answer whose body never ends is taken by its status', async () => {
    const { port } = await serve((_, response) => response.writeHead(200).write('x'))
    expect(await failureOf(`http://127.0.0.1:${port}`)).toBeNull()
  })

  test.each(['before', 'meanwhile'])('told to stop %s: all pushes together have one end', async (when) => {
    const stop = new AbortController()
    const { got, port } = await serve(() => stop.abort('SIGTERM'))
    if (when === 'before') stop.abort('SIGTERM')
    const { pusher } = pusherTo(`http://127.0.0.1:${port}`, {
      stop: stop.signal,
      limits: { tryMs: 60_000, allMs: 60_000, stoppedMs: 500 },
    })
    const one = { code: 'PUSHGATEWAY_UNREACHABLE' }
    await expect(pusher.push(group, exposition)).rejects.toMatchObject(one)
    expect(got).toHaveLength(1)
    for (let n = 0; n < 20; n++) await expect(pusher.push(group, exposition)).rejects.toMatchObject(one)
    expect(got).toHaveLength(1)
    await pusher.close()
  })
})

describe('TLS', () => {
  const ours = createAuthority('Ours')
  const { certificate, key } = ours.issue(['127.0.0.1'])
  const tls = () => serve(status(200), (listener) => createTlsServer({ cert: certificate, key }, listener))
  const caFile = async (of = ours): Promise<string> => {
    const file = join(folder, 'ca.pem')
    await writeFile(file, of.certificate)
    return file
  }
  const credentials: PushCredentials = { kind: 'bearer', token: new Secret('t') }

  test('an authority from the CA file is trusted', async () => {
    const { port } = await tls()
    expect(await failureOf(`https://127.0.0.1:${port}`, { credentials, caFile: await caFile() })).toBeNull()
  })

  test.each([false, true])(
    'another one is not, and nothing is sent: with a CA file: %s',
    async (withFile) => {
      const { got, port } = await tls()
      const other = withFile ? { caFile: await caFile(createAuthority('Other')) } : {}
      expect(await failureOf(`https://127.0.0.1:${port}`, { credentials, ...other })).toMatchObject({
        code: 'PUSHGATEWAY_TLS',
      })
      expect(got).toEqual([])
    },
  )

  test('a CA file that is gone', () => {
    expect(() => pusherTo('https://gateway.example', { caFile: join(folder, 'gone.pem') })).toThrow(
      expect.objectContaining({ code: 'PUSHGATEWAY_TLS' }) as Error,
    )
  })
})
