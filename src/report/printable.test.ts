import { expect, test } from 'vitest'
import { inCell, printable, printableJson } from './printable.ts'

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

test.each<[string, string]>([
  ['a control of C1', 'a\u009b31m\u0085\u007f'],
  ['what ends a line to some', 'a\u2028b\u2029'],
  ['marks that nobody sees', '\u202e\u200b\ufeff\u2066\u{e0041}\u3164'],
  ['half a pair, and a quote', '\ud800"\\'],
])('as JSON: %s is an escape, and the same to a program', (_, text) => {
  const json = printableJson(JSON.stringify({ [text]: [text] }))
  expect(json).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u3164]/u)
  expect(JSON.parse(json)).toEqual({ [text]: [text] })
})

test.each<[string, boolean]>([
  ['=1+1', true],
  [' =1+1', true],
  ["=cmd|' /C calc'!A0", true],
  ["+1+cmd|' /C calc'!A0", true],
  ['-2+3+cmd|x', true],
  ['@SUM(1)', true],
  ['+1 team', false],
  ['@everyone', false],
  ['-archive', false],
  ['ann+test@corp.example', false],
  ['a = b', false],
])('in a cell %s is a formula: %s', (text, isFormula) => {
  expect(inCell(text)).toBe(isFormula ? `'${text}` : text)
})
