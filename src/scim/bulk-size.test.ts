import { expect, test } from 'vitest'
import { createBulkSize } from './bulk-size.ts'

test('the first Bulk is small; then as many as are offered and are answered in time', () => {
  const size = createBulkSize(1000)
  expect(size.operations).toBe(100)
  expect(size.measured).toBe(false)
  size.answered(20, 60)
  expect(size.measured).toBe(true)
  expect(size.operations).toBe(1000)
  size.answered(1000, 100_000)
  expect(size.operations).toBe(150)
  size.answered(150, 450)
  expect(size.operations).toBe(1000)
  expect(createBulkSize(7).operations).toBe(7)
})

test('a clock that tells no time', () => {
  const size = createBulkSize(5000)
  size.answered(100, 0)
  expect(size.operations).toBe(5000)
})

test('what is too large is too large for good', () => {
  const size = createBulkSize(1000)
  size.answered(10, 1)
  size.refusedAbove(500)
  size.refusedAbove(700)
  size.answered(500, 1)
  expect(size.operations).toBe(500)
  size.refusedAbove(0.5)
  expect(size.operations).toBe(1)
})

test('what took too long is too large for a while', () => {
  const size = createBulkSize(1000)
  size.lower(25)
  expect(size.operations).toBe(25)
  size.answered(25, 10)
  expect(size.operations).toBe(200)
  size.answered(200, 10)
  expect(size.operations).toBe(1000)
  size.lower(0)
  expect(size.operations).toBe(1)
})

test('how long the rest of a Bulk may take', () => {
  const size = createBulkSize(1000)
  expect(size.expectedMs(50)).toBe(500)
  size.answered(10, 200)
  expect(size.expectedMs(50)).toBe(1000)
  expect(size.expectedMs(100_000)).toBe(15_000)
})

test('what takes long is spread over the places that there are, and over two Bulks more at most', () => {
  const size = createBulkSize(1000)
  expect(size.spread(5000, 16)).toBe(100)
  size.answered(100, 200)
  expect(size.spread(1000, 16)).toBe(334)
  expect(size.spread(10_000, 16)).toBe(834)
  expect(size.spread(10_000, 4)).toBe(1000)
  expect(size.spread(20_000, 16)).toBe(1000)
  expect(size.spread(1000, 1)).toBe(1000)
  expect(size.spread(100, 16)).toBe(1000)
})
