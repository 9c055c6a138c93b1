import { expect, test } from 'vitest'
import { matcher } from './wildcard.ts'

test.each([
  ['svc-*@corp.example', 'svc-backup@corp.example', true],
  ['svc-*@corp.example', 'svc-backup@corp.example.evil', false],
  ['SVC@corp.example', 'svc@CORP.example', true],
  ['*', 'anyone', true],
  ['a*a', 'a', false],
  ['a*b*c', 'a1b2c', true],
  ['a*b*b', 'ab', false],
  ['a.c', 'abc', false],
  ['(x)*', '(x)y', true],
  ['', '', false],
])('%s against %s: %s', (pattern, name, expected) => {
  expect(matcher([pattern])(name)).toBe(expected)
})

test('no pattern matches nothing', () => {
  expect(matcher([])('x')).toBe(false)
})

test('a pattern made to be slow is not', () => {
  expect(matcher([`${'*a'.repeat(50)}*b`])('a'.repeat(5000))).toBe(false)
})
