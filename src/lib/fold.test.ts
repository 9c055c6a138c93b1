import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold, sameLetters } from './fold.ts'

const letters = fc.string({ unit: 'binary', maxLength: 20 })

test('folding twice is folding once, and case makes no difference', () => {
  fc.assert(
    fc.property(letters, (text) => {
      expect(fold(fold(text))).toBe(fold(text))
      expect(sameLetters(text, text)).toBe(true)
    }),
  )
})

test('names that are the same letters have the same fold', () => {
  fc.assert(
    fc.property(letters, letters, (a, b) => {
      if (sameLetters(a, b)) expect(fold(a)).toBe(fold(b))
    }),
  )
})

test('of all letters that fold to one, an upper and a lower one are the same letters, and no third', () => {
  const byFold = new Map<string, string[]>()
  // What has upper and lower case ends there.
  for (let point = 0x21; point < 0x1f000; point++) {
    const letter = String.fromCodePoint(point)
    if (!/\p{L}/u.test(letter)) continue
    const some = byFold.get(fold(letter))
    if (some) some.push(letter)
    else byFold.set(fold(letter), [letter])
  }
  for (const [folded, some] of byFold) {
    const same = some.filter((letter) => letter !== folded && sameLetters(letter, folded))
    expect(same, folded).toEqual(folded === 'σ' ? ['Σ', 'ς'] : same.slice(0, 1))
    for (const letter of same) expect(folded.toUpperCase()).toBe(letter.toUpperCase())
  }
  expect(byFold.get('k')).toEqual(['K', 'k', '\u212a'])
  expect(['K', 'k', '\u212a'].map((letter) => sameLetters(letter, 'k'))).toEqual([true, true, false])
})
