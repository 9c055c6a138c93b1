import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import type { ScimReader } from './client.ts'
import { readAll } from './paging.ts'
import type { ScimRequest } from './request.ts'

interface Item {
  readonly id: string
}
type Query = Readonly<Record<string, string>>
const parse = (resource: unknown): Item => resource as Item
const items = (count: number): Item[] => Array.from({ length: count }, (_, n) => ({ id: `${n}` }))

/** A client whose list pages are made by `page`. */
const reading = (
  page: (start: number, count: number, query: Query) => object,
  count = 100,
  cursorsOnly = false,
  maxResults: number | null = null,
) => {
  const asked: Query[] = []
  const reader: ScimReader = {
    send: async ({ query = {} }: ScimRequest) => {
      asked.push(query)
      return Promise.resolve({
        status: 200,
        body: page(Number(query['startIndex'] ?? 1), Number(query['count']), query),
      })
    },
  }
  return {
    result: () => readAll({ reader, path: '/Users', count, concurrency: 4, cursorsOnly, maxResults }, parse),
    asked,
  }
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

  test('an only page costs one more look, since a page may be taken for the total', async () => {
    const { result, asked } = reading(serve(items(99), 100))
    expect(await result()).toHaveLength(99)
    expect(asked.map((query) => query['startIndex'])).toEqual(['1', '100'])
  })

  test.each<[string, number, number | null, readonly string[]]>([
    ['shorter than what was asked for and is served', 99, 100, ['1']],
    ['shorter than what is offered, more than the profile asks for', 150, 1000, ['1']],
    ['full', 100, 100, ['1', '101']],
    ['shorter, where the server says that it serves fewer than were asked for (AWS)', 50, 50, ['1', '51']],
  ])('an only page that is %s', async (_, length, maxResults, starts) => {
    const { result, asked } = reading(serve(items(length), 1000), 100, false, maxResults)
    expect(await result()).toHaveLength(length)
    expect(asked.map((query) => query['startIndex'])).toEqual(starts)
  })

  test.each<[number | null, string]>([
    [null, '100'],
    [50, '100'],
    [500, '500'],
    [1_000_000, '10000'],
  ])('of a server that says it serves %s a page %s are asked for', async (maxResults, count) => {
    const { result, asked } = reading(serve(items(300), 5000), 100, false, maxResults)
    expect(await result()).toHaveLength(300)
    expect(asked[0]?.['count']).toBe(count)
  })

  test('what it really serves is followed, whatever it says', async () => {
    const { result, asked } = reading(serve(items(45), 10), 20, false, 1000)
    expect(await result()).toHaveLength(45)
    expect(asked).toHaveLength(5)
  })

  test.each(['SCIM_REFUSED', 'SCIM_MALFORMED'] as const)(
    'a page as large as is offered brings %s: it is asked for pages of the usual size, and nothing is taken on trust',
    async (code) => {
      const { result, asked } = reading(
        (start, count) => {
          if (count > 100) throw new ScimPushError(code, { message: 'too many' })
          return serve(items(20), 100)(start, count)
        },
        100,
        false,
        1000,
      )
      expect(await result()).toHaveLength(20)
      expect(asked.map(({ count, startIndex }) => [count, startIndex])).toEqual([
        ['1000', '1'],
        ['100', '1'],
        ['20', '21'],
      ])
    },
  )

  test('a refusal is not asked twice where pages had the usual size', async () => {
    const { result, asked } = reading(() => {
      throw new ScimPushError('SCIM_REFUSED', { message: 'no' })
    })
    await expect(result()).rejects.toMatchObject({ code: 'SCIM_REFUSED' })
    expect(asked).toHaveLength(1)
  })

  test('startIndex past the end means page one again (authentik)', async () => {
    const all = items(25)
    const { result } = reading((start) => ({
      totalResults: 25,
      itemsPerPage: 20,
      Resources: start > 25 ? all.slice(0, 10) : all.slice(start - 1, start + 9),
    }))
    expect(await result()).toHaveLength(25)
    const one = reading(() => ({ totalResults: 10, Resources: all.slice(0, 10) }))
    expect(await one.result()).toHaveLength(10)
  })

  test('startIndex past the end is refused', async () => {
    const refused = new ScimPushError('SCIM_REFUSED', { message: 'out of range' })
    const { result } = reading((start) => {
      if (start > 10) throw refused
      return { totalResults: 10, Resources: items(10) }
    })
    expect(await result()).toHaveLength(10)
  })

  test('a server that counts in pages of what it serves', async () => {
    const all = items(47)
    const { result } = reading((start, count) => {
      const size = Math.min(count, 10)
      const page = Math.floor((start - 1) / size)
      return { totalResults: 47, Resources: all.slice(page * size, (page + 1) * size) }
    })
    expect(await result()).toHaveLength(47)
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

  test('an empty page between cursors is not the end', async () => {
    const all = items(20)
    const { result } = reading((_start, _count, { cursor }) => ({
      Resources: cursor === undefined ? all.slice(0, 10) : cursor === 'b' ? all.slice(10) : [],
      nextCursor: cursor === undefined ? 'a' : cursor === 'a' ? 'b' : null,
    }))
    expect(await result()).toHaveLength(20)
  })

  test('cursors where startIndex means nothing, and the total is right', async () => {
    const all = items(25)
    const { result } = reading((_start, _count, { cursor }) => {
      const from = Number(cursor ?? 0)
      return {
        totalResults: 25,
        Resources: all.slice(from, from + 10),
        ...(cursor !== undefined && from + 10 < 25 && { nextCursor: `${from + 10}` }),
      }
    })
    expect(await result()).toHaveLength(25)
  })

  test.each<[string, boolean]>([
    ['only when asked for, and the page is taken for the total (AWS)', false],
    ['as ServiceProviderConfig says', true],
  ])('cursors %s', async (_, cursorsOnly) => {
    const all = items(25)
    const { result, asked } = reading(
      (_start, _count, { cursor }) => {
        const from = Number(cursor ?? 0)
        const Resources = all.slice(from, from + 10)
        return cursor === undefined
          ? { totalResults: 10, startIndex: 1, Resources }
          : { Resources, nextCursor: from + 10 < 25 ? `${from + 10}` : null }
      },
      100,
      cursorsOnly,
    )
    expect(await result()).toHaveLength(25)
    expect(asked).toHaveLength(cursorsOnly ? 3 : 5)
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
      'a total that grows at the end, behind the last page that was asked for',
      (start) => ({ totalResults: start > 20 ? 31 : 30, Resources: all.slice(start - 1, start + 9) }),
    ],
    [
      'a page that is taken for the total',
      (start) => ({ totalResults: 10, Resources: all.slice(start - 1, start + 9) }),
    ],
    [
      'a total that is a lie, by far',
      (start) => ({ totalResults: 1e12, Resources: start === 1 ? all.slice(0, 10) : all.slice(10, 20) }),
    ],
    ['one resource twice on a page', () => ({ totalResults: 2, Resources: [all[0], all[0]] })],
    ['more on a page than there are', () => ({ totalResults: 5, Resources: all.slice(0, 10) })],
    [
      'cursors that end before the total',
      (_start, _count, { cursor }) => ({
        totalResults: 30,
        Resources: cursor === undefined ? all.slice(0, 10) : all.slice(10, 20),
        ...(cursor === undefined && { nextCursor: 'a' }),
      }),
    ],
    [
      'a cursor after which page one comes again',
      () => ({ totalResults: 30, Resources: all.slice(0, 10), nextCursor: 'again' }),
    ],
    [
      'a cursor that leads to itself',
      (_start, _count, { cursor }) => ({
        totalResults: 30,
        Resources: cursor === undefined ? all.slice(0, 10) : [],
        nextCursor: 'self',
      }),
    ],
    [
      'cursors without end',
      (_start, _count, { cursor }) => ({
        Resources: cursor === undefined ? all.slice(0, 10) : [],
        nextCursor: `${Number(cursor ?? 0) + 1}`,
      }),
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
