import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test.each<[string, string, string]>([
  ['letters of any script, and an emoji as it is meant', 'Zoë 山田 ❤\ufe0f', 'Zoë 山田 ❤\ufe0f'],
  ['control characters', 'a\u001b[31m\n', 'a\\u{1b}[31m\\u{a}'],
  ['marks that turn the direction', 'a\u202eb', 'a\\u{202e}b'],
  ['letters that show nothing', '\u3164\u115f\uffa0', '\\u{3164}\\u{115f}\\u{ffa0}'],
  ['the blank of Braille, and a joiner of graphemes', 'a\u2800\u034f', 'a\\u{2800}\\u{34f}'],
  ['half a pair', '\ud800', '\\u{d800}'],
])('%s', (_, text, shown) => {
  expect(printable(text)).toBe(shown)
})
