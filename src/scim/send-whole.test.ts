import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDispatcher, defaultHttpOptions } from '../lib/http.ts'
import { sendWhole } from './send-whole.ts'

let answer: (request: IncomingMessage, response: ServerResponse) => void
const server = createServer((request, response) => answer(request, response))
const dispatcher = createDispatcher({ ...defaultHttpOptions, maxConnections: 1 })
let origin = ''
beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await dispatcher.destroy()
  server.closeAllConnections()
  server.close()
})
const send = (limits: { longest?: number; answerMs?: number; abort?: AbortSignal } = {}, body?: string) =>
  sendWhole(
    dispatcher,
    { origin, path: '/a?b=c', method: 'POST', body: body ?? null },
    { longest: 1000, answerMs: 10_000, ...limits },
  )

test('what was sent arrives, and the answer is here in full', async () => {
  const arrived: string[] = []
  answer = (request, response) => {
    arrived.push(`${request.method} ${request.url}`)
    request.setEncoding('utf8').on('data', (part: string) => arrived.push(part))
    request.on('end', () => {
      response.writeHead(201, { 'set-cookie': ['a', 'b'], location: '/x' })
      response.write(Buffer.from('ä').subarray(0, 1), () => {
        setImmediate(() => response.end(Buffer.concat([Buffer.from('ä').subarray(1), Buffer.from('!')])))
      })
    })
  }
  const { status, header, text } = await send({}, 'body')
  expect(arrived).toEqual(['POST /a?b=c', 'body'])
  expect([status, text, header('location'), header('set-cookie'), header('x')]).toEqual([
    201,
    'ä!',
    '/x',
    'a, b',
    '',
  ])
})

test('an answer that was announced is not the answer', async () => {
  answer = (_, response) => {
    response.writeProcessing()
    response.end('whole')
  }
  expect(await send()).toMatchObject({ status: 200, text: 'whole' })
})

test('what is longer than allowed is not read to its end', async () => {
  const closed = Promise.withResolvers<undefined>()
  answer = (_, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(100), () => setImmediate(more))
    }
    response.on('close', () => closed.resolve(undefined))
    more()
  }
  expect(await send()).toMatchObject({ status: 200, text: null })
  await closed.promise
})

test.each<[string, (response: ServerResponse) => void]>([
  ['before the first byte', (response) => response.destroy()],
  [
    'in the middle',
    (response) =>
      response
        .writeHead(200, { 'content-length': 100 })
        .write('half', () => setImmediate(() => response.destroy())),
  ],
])('an answer that is cut off %s is none', async (_, cut) => {
  answer = (_request, response) => cut(response)
  await expect(send()).rejects.toMatchObject({ code: 'UND_ERR_SOCKET' })
})

test.each<[string, (response: ServerResponse) => void]>([
  ['does not begin', () => undefined],
  ['does not end', (response) => response.write('half')],
])('an answer that %s in time is late, and its connection is closed', async (_, begin) => {
  const closed = Promise.withResolvers<undefined>()
  answer = (_request, response) => {
    response.on('close', () => closed.resolve(undefined))
    begin(response)
  }
  await expect(send({ answerMs: 300 })).rejects.toMatchObject({ name: 'TimeoutError' })
  await closed.promise
})

test('a signal ends what is under way, and what waits for a connection is never sent', async () => {
  let asked = 0
  const arrived = Promise.withResolvers<undefined>()
  answer = () => {
    asked++
    arrived.resolve(undefined)
  }
  const end = new AbortController()
  const sent = [send({ abort: end.signal }), send({ abort: end.signal })]
  await arrived.promise
  end.abort(new Error('enough'))
  for (const one of [...sent, send({ abort: end.signal })]) await expect(one).rejects.toThrow('enough')
  answer = (_, response) => response.end('next')
  expect(await send()).toMatchObject({ text: 'next' })
  expect(asked).toBe(1)
})
