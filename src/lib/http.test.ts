import { expect, test } from 'vitest'
import { readBounded } from './http.ts'

test('a body is read to its end, or no further than allowed', async () => {
  const seen = { sent: 0, ended: false }
  async function* body(parts: number): AsyncGenerator<Uint8Array> {
    try {
      for (let n = 0; n < parts; n++) {
        seen.sent++
        yield Buffer.from('ä'.repeat(5))
        await Promise.resolve()
      }
    } finally {
      seen.ended = true
    }
  }
  expect(await readBounded(body(10), 100)).toBe('ä'.repeat(50))
  Object.assign(seen, { sent: 0, ended: false })
  expect(await readBounded(body(Number.POSITIVE_INFINITY), 100)).toBeNull()
  expect(seen).toEqual({ sent: 11, ended: true })
})

test('a character may be cut by the network', async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from('💥')) {
      yield Buffer.from([byte])
      await Promise.resolve()
    }
  }
  expect(await readBounded(body(), 4)).toBe('💥')
})

test('a byte order mark is no part of the text', async () => {
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const part of ['\ufeff', '{"a":"\ufeff"}']) {
      yield Buffer.from(part)
      await Promise.resolve()
    }
  }
  expect(await readBounded(body(), 100)).toBe('{"a":"\ufeff"}')
})
