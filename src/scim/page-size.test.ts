import fc from 'fast-check'
import { expect, test } from 'vitest'
import { pageSizeFor, pagesAtOnce } from './page-size.ts'

test('a promise is kept only by a server that offers what was asked for', () => {
  expect(pageSizeFor(200, null)).toEqual({ count: 200, promised: false })
  expect(pageSizeFor(200, 100)).toEqual({ count: 200, promised: false })
  expect(pageSizeFor(200, 200)).toEqual({ count: 200, promised: true })
  expect(pageSizeFor(200, 1000)).toEqual({ count: 1000, promised: true })
  expect(pageSizeFor(200, 2_000_000)).toEqual({ count: 10_000, promised: true })
})

test('large pages are read a few at a time, and always one at least', () => {
  expect(pagesAtOnce(10_000, 16)).toBe(4)
  expect(pagesAtOnce(100, 16)).toBe(16)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e7 }), fc.integer({ min: 1, max: 256 }), (served, concurrency) => {
      const pages = pagesAtOnce(served, concurrency)
      expect(pages).toBeGreaterThanOrEqual(1)
      expect(pages).toBeLessThanOrEqual(concurrency)
      expect(pages === 1 || pages * served <= 40_000).toBe(true)
    }),
  )
})
