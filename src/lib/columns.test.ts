import { expect, test } from 'vitest'
import { columnsOf, padTo, widestOf } from './columns.ts'

test.each([
  ['', 0],
  ['ann@corp.example', 16],
  ['José', 4],
  ['Jose\u0301', 4],
  ['山田', 4],
  ['김', 2],
  ['a😀b', 4],
  ['Ωмега', 5],
])('%s takes %i columns', (text, columns) => {
  expect(columnsOf(text)).toBe(columns)
})

test('what is padded stands in line, whatever it is written in', () => {
  expect(['山田', 'José', 'far too long'].map((text) => columnsOf(padTo(text, 8)))).toEqual([8, 8, 12])
  expect(widestOf(['a', '山田', 'far too long'], 8)).toBe(8)
  expect(widestOf([], 8)).toBe(0)
})
