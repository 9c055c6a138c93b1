import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { silentLog } from '../lib/log.ts'
import { startHttpServer, type HttpServer } from './http-server.ts'

const exposition = { contentType: 'text/plain', body: 'up 1\n' }
const servers: HttpServer[] = []
const start = async (expose = () => Promise.resolve(exposition)): Promise<HttpServer> => {
  const server = await startHttpServer({
    listen: { host: '127.0.0.1', port: 0 },
    token: null,
    routes: () => ({ guarded: false, make: async () => ({ status: 200, ...(await expose()) }) }),
    log: silentLog,
  })
  servers.push(server)
  return server
}
afterEach(async () => {
  vi.useRealTimers()
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

/** Below the time that a request may take and that a connection is kept alive: who waits for one of those is too late. */
const IN_TIME = { timeout: 4000 }
/** The moment that an answer under way is given does not end: nothing but what is tested closes a connection. */
const holdGrace = (): void => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
}

/** A connection that says `text` and stays; `received` resolves when what came back has `part` in it. */
const dial = (server: HttpServer, text: string) => {
  const { host, port } = server.address()
  const socket: Socket = connect(port, host)
  let received = ''
  const waiting: (() => void)[] = []
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString()
    for (const look of waiting) look()
  })
  socket.on('error', () => {})
  socket.write(text)
  return {
    received: (part: string) =>
      new Promise<string>((resolve) => {
        const look = () => received.includes(part) && resolve(received)
        waiting.push(look)
        look()
      }),
    closed: new Promise<string>((resolve) => socket.on('close', () => resolve(received))),
  }
}

test.each([
  ['a length', 'POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx', '405'],
  ['chunks', 'GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n', '413'],
])('a body with %s is not waited for', IN_TIME, async (_, text, status) => {
  const { closed } = dial(await start(), text)
  expect(await closed).toContain(`HTTP/1.1 ${status} `)
})

describe('closing', () => {
  const get = 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n'

  test('ends connections that are kept alive', IN_TIME, async () => {
    const server = await start()
    const { received, closed } = dial(server, get)
    expect(await received('up 1\n')).toContain('Connection: keep-alive')
    holdGrace()
    await server.close()
    await closed
    expect(await dial(server, get).closed).toBe('')
  })

  test('lets an answer under way finish', IN_TIME, async () => {
    const called = Promise.withResolvers<undefined>()
    const answer = Promise.withResolvers<typeof exposition>()
    const server = await start(() => {
      called.resolve(undefined)
      return answer.promise
    })
    const { closed } = dial(server, get)
    await called.promise
    holdGrace()
    const end = server.close()
    answer.resolve(exposition)
    await end
    expect(await closed).toMatch(/connection: close[\s\S]*up 1\n$/)
  })

  test('does not wait for a client that says nothing more', async () => {
    const server = await start()
    const { received } = dial(server, `${get}GET /hea`)
    await received('up 1\n')
    await server.close()
  }, 4000)

  test('twice is once', async () => {
    const server = await start()
    expect(server.close()).toBe(server.close())
    await server.close()
  })
})
