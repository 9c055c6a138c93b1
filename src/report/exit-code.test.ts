import { expect, test } from 'vitest'
import { exitCodes, worstOf } from './exit-code.ts'

test.each<[readonly number[], number]>([
  [[], 0],
  [[0, 0], 0],
  [[0, 75, 0], 75],
  [[75, 3], 3],
  [[3, 4, 0], 4],
  [[4, 69], 69],
  [[77, 69], 77],
  [[78, 77], 78],
  [[1, 78], 1],
  [[143, 1], 143],
  [[0, 99], 99],
])('the worst of %j is %i', (codes, expected) => {
  expect(worstOf(codes)).toBe(expected)
  expect(worstOf([...codes].reverse())).toBe(expected)
})

test('every exit code has its place in that order', () => {
  const unknown = 255
  for (const { code } of exitCodes) expect(worstOf([code, unknown])).toBe(unknown)
})
