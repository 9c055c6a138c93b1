import { expect, test } from 'vitest'
import { suggest } from './suggest.ts'

const names = ['adminEmail', 'credentials', 'customer', 'url', 'user']

test.each([
  ['a letter missing', 'adminEmai', 'adminEmail'],
  ['letter case', 'ADMINEMAIL', 'adminEmail'],
  ['two swapped', 'credentails', 'credentials'],
  ['short', 'ulr', 'url'],
  ['the nearest of two', 'usr', 'user'],
  ['nothing near', 'frobnicate', null],
  ['nothing in common, though short', 'xy', null],
  ['empty', '', null],
  ['far too long', 'a'.repeat(10_000), null],
])('%s: %s', (_, word, expected) => {
  expect(suggest(word, names)).toBe(expected)
})
