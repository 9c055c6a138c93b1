import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bulkText, bytesAlone, createBulkQueue, operationOf, type BulkOperation } from './bulk-queue.ts'
import type { ScimRequest } from './request.ts'

let count = 0
const operation = (request: ScimRequest, most = 1000): BulkOperation => ({
  ...operationOf(request, `${++count}`),
  most,
})
const create = (name: string, most?: number) =>
  operation({ method: 'POST', path: '/Users', body: { userName: name } }, most)
const change = (path: string) => operation({ method: 'PATCH', path, body: { to: path } })
const limits = { operations: 3, bytes: 100_000 }
const ids = (batch: readonly BulkOperation[]) => batch.map(({ bulkId }) => bulkId)

test('the text of a Bulk', () => {
  const [ann, gone] = [create('ann'), operation({ method: 'DELETE', path: '/Users/1' })]
  expect(JSON.parse(bulkText([ann, gone]))).toEqual({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: [
      { method: 'POST', path: '/Users', bulkId: ann.bulkId, data: { userName: 'ann' } },
      { method: 'DELETE', path: '/Users/1', bulkId: gone.bulkId },
    ],
  })
})

test('by number, in order', () => {
  const queue = createBulkQueue()
  const all = ['a', 'b', 'c', 'd'].map((name) => create(name))
  all.forEach((one) => queue.add(one))
  expect(ids(queue.cut(limits))).toEqual(ids(all.slice(0, 3)))
  expect(queue.size).toBe(1)
  expect(ids(queue.cut(limits))).toEqual(ids(all.slice(3)))
  expect(queue.cut(limits)).toEqual([])
})

test('two changes of one resource are never in one Bulk, and stay in order', () => {
  const queue = createBulkQueue()
  const all = ['/Groups/1', '/Groups/1', '/Groups/2', '/Groups/1'].map(change)
  all.forEach((one) => queue.add(one))
  expect(ids(queue.cut(limits))).toEqual([all[0]?.bulkId, all[2]?.bulkId])
  expect(ids(queue.cut(limits))).toEqual([all[1]?.bulkId])
  expect(ids(queue.cut(limits))).toEqual([all[3]?.bulkId])
})

test('who may only be in a small Bulk is in none that is larger', () => {
  const queue = createBulkQueue()
  const [a, b, c, d] = [create('a'), create('b'), create('c', 2), create('d')]
  for (const one of [a, b, c, d]) queue.add(one)
  expect(ids(queue.cut(limits))).toEqual(ids([a, b, d]))
  queue.add(b)
  queue.add(d)
  expect(ids(queue.cut(limits))).toEqual(ids([c, b]))
})

test('whatever is put in comes out once, within the limits', () => {
  const names = fc.array(
    fc.record({
      name: fc.string({ unit: 'grapheme', maxLength: 60 }),
      path: fc.constantFrom('', '1', '2', '3', '4'),
      most: fc.constantFrom(2, 3, 1000),
    }),
    { maxLength: 60 },
  )
  fc.assert(
    fc.property(
      names,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 500, max: 2000 }),
      (all, operations, bytes) => {
        const queue = createBulkQueue()
        const added = all.map(({ name, path, most }) =>
          operation(
            path === ''
              ? { method: 'POST', path: '/Users', body: { name } }
              : { method: 'PATCH', path: `/Users/${path}`, body: { name } },
            most,
          ),
        )
        added.forEach((one) => queue.add(one))
        const out: BulkOperation[] = []
        while (queue.size > 0) {
          const before = queue.bytes
          const batch = queue.cut({ operations, bytes })
          const length = Buffer.byteLength(bulkText(batch))
          expect(batch.length).toBeGreaterThan(0)
          expect(batch.length).toBeLessThanOrEqual(Math.min(operations, ...batch.map(({ most }) => most)))
          if (batch.length > 1) expect(length).toBeLessThanOrEqual(bytes)
          else expect(length).toBe(bytesAlone(batch[0] ?? { bytes: 0 }))
          if (queue.size === 0) expect(before).toBe(length)
          const changed = batch
            .filter(({ request }) => request.method !== 'POST')
            .map(({ request }) => request.path)
          expect(new Set(changed).size).toBe(changed.length)
          out.push(...batch)
        }
        expect(queue.bytes).toBe(0)
        expect(ids(out).sort()).toEqual(ids(added).sort())
        for (const path of new Set(added.map(({ request }) => request.path)))
          if (path !== '/Users') {
            const of = (some: readonly BulkOperation[]) =>
              ids(some.filter(({ request }) => request.path === path))
            expect(of(out)).toEqual(of(added))
          }
      },
    ),
  )
})

test('a queue that is emptied', () => {
  const queue = createBulkQueue()
  const all = [create('a'), change('/Users/1'), change('/Users/1')]
  all.forEach((one) => queue.add(one))
  expect(ids(queue.drain())).toEqual(ids(all))
  expect([queue.size, queue.bytes]).toEqual([0, 0])
})
