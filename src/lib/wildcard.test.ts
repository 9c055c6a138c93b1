import { expect, test } from 'vitest'
import { matcher, unmatched } from './wildcard.ts'

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

test('patterns that no name fits', () => {
  const patterns = ['ann', 'BOB@corp.example', 'c*@corp.example', 'd*', '', 'Zoë']
  const names = ['Ann', 'bob@corp.example', 'cat@corp.example', '', 'ZOE\u0308']
  expect(unmatched(patterns, names)).toEqual(['d*', ''])
  expect(unmatched(['*'], [])).toEqual(['*'])
})

test('thousands of patterns look at thousands of names once', () => {
  let reads = 0
  const names = new Proxy(
    Array.from({ length: 2_000 }, (_, n) => `user${n}@corp.example`),
    {
      get(target, property, receiver): unknown {
        if (typeof property === 'string' && /^\d+$/.test(property)) reads++
        return Reflect.get(target, property, receiver)
      },
    },
  )
  const patterns = Array.from({ length: 2_000 }, (_, n) => `nobody${n}@corp.example`)
  expect(unmatched(patterns, names)).toHaveLength(2_000)
  expect(reads).toBeLessThan(5 * 2_000)
})
