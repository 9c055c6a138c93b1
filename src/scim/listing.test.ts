import { expect, test } from 'vitest'
import { createListing } from './listing.ts'

test('a list that goes on for ever is left', () => {
  const list = createListing(
    () => Promise.reject(new Error('not asked')),
    (resource) => ({ id: String(resource) }),
    3,
  )
  const page = (...resources: readonly unknown[]) => ({ totalResults: null, resources, nextCursor: 'x' })
  expect(list.take(page(1, 2, 3))).toBe(3)
  expect(() => list.take(page(4))).toThrow(expect.objectContaining({ code: 'SCIM_PAGING' }))
})
