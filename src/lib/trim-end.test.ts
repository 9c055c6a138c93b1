import { expect, test } from 'vitest'
import { trimEndOf } from './trim-end.ts'

test.each([
  ['https://a.example//', '/', 'https://a.example'],
  ['https://a.example', '/', 'https://a.example'],
  ['token\r\n\n', '\r\n', 'token'],
  ['///', '/', ''],
  ['', '/', ''],
])('%j without %j', (text, characters, expected) => {
  expect(trimEndOf(text, characters)).toBe(expected)
})

test('half a million slashes that are not at the end', () => {
  const text = `${'/'.repeat(2 ** 19)}a`
  expect(trimEndOf(text, '/')).toBe(text)
})
