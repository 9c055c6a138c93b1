import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScimClient, ScimRequest } from './client.ts'
import { readAll } from './paging.ts'

interface Item {
  readonly id: string
}
type Query = Readonly<Record<string, string>>
const parse = (resource: unknown): Item => resource as Item
const items = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: `${n}` }))

/** A client whose list pages are made by `page`. */
const reading = (page: (start: number, count: number, query: Query) => object, count = 100) => {
  const asked: Query[] = []
  const client: ScimClient = {
    send: ({ query = {} }: ScimRequest) => {
      asked.push(query)
      return Promise.resolve({
        status: 200,
        body: page(Number(query['startIndex']), Number(query['count']), query),
      })
    },
    create: () => Promise.reject(new Error('not here')),
  }
  return { result: () => readAll({ client, path: '/Users', count, concurrency: 4 }, parse), asked }
}

const serve = (all: readonly Item[], served: number) => (start: number, count: number) => ({
  totalResults: all.length,
  itemsPerPage: 0,
  Resources: all.slice(start - 1, start - 1 + Math.min(count, served)),
})

describe('a whole list', () => {
  test('for any length and any number served a page: every item once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 50 }),
        async (length, served, count) => {
          const { result } = reading(serve(items(length), served), count)
          expect((await result()).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
            items(length).map(({ id }) => Number(id)),
          )
        },
      ),
    )
  })

  test('the last of 501 is there, and an itemsPerPage of 0 is no endless loop (S:828)', async () => {
    const { result, asked } = reading(serve(items(501), 100))
    expect(await result()).toHaveLength(501)
    expect(asked).toHaveLength(6)
  })

  test('a full only page costs one more look, an unfilled one none', async () => {
    const full = reading(serve(items(100), 100))
    await full.result()
    expect(full.asked).toHaveLength(2)
    const unfilled = reading(serve(items(99), 100))
    await unfilled.result()
    expect(unfilled.asked).toHaveLength(1)
  })

  test('pages that come up short are filled', async () => {
    const all = items(50)
    // Every page but the first serves 3 although the first served 10.
    const { result } = reading((start, count) => ({
      totalResults: 50,
      Resources: all.slice(start - 1, start - 1 + (start === 1 ? Math.min(10, count) : 3)),
    }))
    expect(await result()).toHaveLength(50)
  })

  test('a list that changed once while it was read is read again', async () => {
    let reads = 0
    const { result } = reading((start) => {
      if (start === 1) reads++
      const all = items(reads === 1 && start === 1 ? 20 : 19)
      return { totalResults: all.length, Resources: all.slice(start - 1, start + 9) }
    })
    expect(await result()).toHaveLength(19)
    expect(reads).toBe(2)
  })

  test('cursors are followed (RFC 9865)', async () => {
    const all = items(25)
    const { result } = reading((_start, _count, { cursor }) => {
      const from = Number(cursor ?? 0)
      return {
        totalResults: 25,
        Resources: all.slice(from, from + 10),
        ...(from + 10 < 25 && { nextCursor: `${from + 10}` }),
      }
    })
    expect(await result()).toHaveLength(25)
  })

  test('no Resources when there are none', async () => {
    expect(await reading(() => ({ totalResults: 0 })).result()).toEqual([])
  })
})

describe('never a part taken for the whole', () => {
  const all = items(30)
  test.each<[string, (start: number, count: number, query: Query) => object]>([
    [
      'paging parameters that are ignored: page one again and again (KA:227, authentik)',
      () => ({ totalResults: 30, Resources: all.slice(0, 10) }),
    ],
    [
      'an empty page before the end',
      (start) => ({ totalResults: 30, Resources: start === 11 ? [] : all.slice(start - 1, start + 9) }),
    ],
    ['an empty first page', () => ({ totalResults: 30, Resources: [] })],
    [
      'a total that grows with every page',
      (start) => ({ totalResults: 30 + start, Resources: all.slice(start - 1, start + 9) }),
    ],
    [
      'a page that is taken for the total',
      (start) => ({ totalResults: 10, Resources: all.slice(start - 1, start + 9) }),
    ],
    ['more on a page than there are', () => ({ totalResults: 5, Resources: all.slice(0, 10) })],
    [
      'a cursor that comes back',
      () => ({ totalResults: 30, Resources: all.slice(0, 10), nextCursor: 'again' }),
    ],
  ])('%s', async (_, page) => {
    await expect(reading(page, 10).result()).rejects.toMatchObject({ code: 'SCIM_PAGING' })
  })

  test.each<[string, object]>([
    ['no totalResults', { Resources: [] }],
    ['Resources that are no list', { totalResults: 1, Resources: {} }],
  ])('%s', async (_, page) => {
    await expect(reading(() => page).result()).rejects.toMatchObject({ code: 'SCIM_MALFORMED' })
  })
})
