import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDispatcher, createFetch, defaultHttpOptions } from './http.ts'
import { wholeAnswers } from './whole-answers.ts'

let answer: (response: ServerResponse) => void
const server = createServer((_, response) => answer(response))
const dispatcher = createDispatcher(defaultHttpOptions)
const send = wholeAnswers(createFetch(dispatcher), 2 ** 20)
let url = ''
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

test('an answer as it is', async () => {
  answer = (response) => response.writeHead(403, { 'x-what': 'a' }).end('{"a":1}')
  const response = await send(url)
  expect([response.status, response.headers.get('x-what'), await response.text()]).toEqual([
    403,
    'a',
    '{"a":1}',
  ])
})

test('one without a body', async () => {
  answer = (response) => response.writeHead(204).end()
  expect((await send(url)).status).toBe(204)
})

test('a body without an end is left at the limit', async () => {
  answer = (response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(2 ** 16)));
    }
    response.on('drain', more)
    more()
  }
  await expect(send(url)).rejects.toMatchObject({ code: 'ANSWER_TOO_LONG' })
})

test('so is one that is packed into little', async () => {
  answer = (response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(2 ** 25, 'x')))
  await expect(send(url)).rejects.toMatchObject({ code: 'ANSWER_TOO_LONG' })
})
