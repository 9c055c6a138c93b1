import { describe, expect, test } from 'vitest'
import { expiryMs, isActive } from './account.ts'

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

describe('isActive', () => {
  test.each([
    ['a normal account', '512', '0', true],
    ['disabled', '514', '0', false],
    ['disabled, password never expires', '66050', '0', false],
    ['locked out, which passes', '528', '0', true],
    ['expired yesterday', '512', fileTime(NOW - 86_400_000), false],
    ['expires this very moment', '512', fileTime(NOW), false],
    ['expires tomorrow', '512', fileTime(NOW + 86_400_000), true],
    ['state not readable', null, null, true],
  ])('%s', (_, control, expires, expected) => {
    expect(isActive(control, expires, NOW)).toBe(expected)
  })
})
