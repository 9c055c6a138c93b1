import { describe, expect, test } from 'vitest'
import { expiryMs, inactiveBecause } from './account.ts'

const NOW = Date.UTC(2026, 0, 15)
/** 1601 to 1970 in milliseconds, and 10,000 ticks of 100 ns each. */
const fileTime = (ms: number): string => String((BigInt(ms) + 11_644_473_600_000n) * 10_000n)

test.each([
  ['never, as 0', '0', null],
  ['never, as the largest value', '9223372036854775807', null],
  ['never, when nothing can be read', null, null],
  ['never, when it is nonsense', 'soon', null],
  ['a day', '133801632000000000', Date.UTC(2025, 0, 1)],
  ['the epoch', '116444736000000000', 0],
])('accountExpires: %s', (_, value, expected) => {
  expect(expiryMs(value)).toBe(expected)
})

describe('inactiveBecause', () => {
  test.each<[string, string | null, string | null, readonly string[]]>([
    ['a normal account', '512', '0', []],
    ['disabled', '514', '0', ['disabled']],
    ['disabled, password never expires', '66050', '0', ['disabled']],
    ['locked out, which passes', '528', '0', []],
    ['expired yesterday', '512', fileTime(NOW - 86_400_000), ['expired on 2026-01-14']],
    ['expires this very moment', '512', fileTime(NOW), ['expired on 2026-01-15']],
    ['expires tomorrow', '512', fileTime(NOW + 86_400_000), []],
    ['disabled and expired', '514', fileTime(0), ['disabled', 'expired on 1970-01-01']],
    ['state not readable', null, null, []],
  ])('%s', (_, control, expires, expected) => {
    expect(inactiveBecause(control, expires, NOW)).toEqual(expected)
  })
})
