import { expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { createLookUp } from './lookup.ts'
import { parseUser } from './parse.ts'

const user = (id: string, externalId: string | null, userName = 'ann@b.c') => ({ id, externalId, userName })
const page = (...Resources: readonly object[]) => ({ totalResults: Resources.length, Resources })
const refuse = (): never => {
  throw new ScimPushError('SCIM_REFUSED', { message: 'no such filter' })
}

interface Server {
  readonly byExternalId: () => object
  readonly byName: () => object
  readonly list: () => object
}

const find = async ({ byExternalId, byName, list }: Server) => {
  const filters: string[] = []
  const lookUp = createLookUp(
    () => ({
      path: '/Users',
      count: 10,
      concurrency: 1,
      reader: {
        send({ query = {} }) {
          const { filter, startIndex } = query
          if (filter === undefined && startIndex !== '1')
            return Promise.resolve({ status: 200, body: page() })
          filters.push(filter ?? 'all')
          const answer = filter === undefined ? list : filter.startsWith('externalId') ? byExternalId : byName
          return Promise.resolve().then(() => ({ status: 200, body: answer() }))
        },
      },
    }),
    parseUser,
    () => 0,
  )
  const found = await lookUp({ externalId: 'k"1', name: { attribute: 'userName', value: 'ann@b.c' } })
  return { found, filters }
}
const empty = () => page()
const mine = () => page(user('1', 'k"1'))
const other = () => page(user('2', 'other'), user('3', null))
const never = (): never => {
  throw new Error('not asked for')
}
const [key, name] = ['externalId eq "k\\"1"', 'userName eq "ann@b.c"']

test.each<[string, Server, string | null, readonly string[]]>([
  ['by externalId', { byExternalId: mine, byName: never, list: never }, '1', [key]],
  ['by name', { byExternalId: empty, byName: mine, list: never }, '1', [key, name]],
  ['none', { byExternalId: empty, byName: empty, list: never }, null, [key, name]],
  [
    'the name with another externalId, or none, is not ours',
    { byExternalId: empty, byName: other, list: never },
    null,
    [key, name],
  ],
  [
    'filters refused: in the list',
    { byExternalId: refuse, byName: refuse, list: mine },
    '1',
    [key, name, 'all'],
  ],
  [
    'filters refused, and not in the list',
    { byExternalId: refuse, byName: refuse, list: other },
    null,
    [key, name, 'all'],
  ],
  [
    'filters ignored: in the list',
    { byExternalId: other, byName: other, list: mine },
    '1',
    [key, name, 'all'],
  ],
  [
    'externalId refused, none by name',
    { byExternalId: refuse, byName: empty, list: never },
    null,
    [key, name],
  ],
])('%s', async (_, server, found, filters) => {
  expect(await find(server)).toEqual({ found, filters })
})

test('no answer at all is an error, not “none”', async () => {
  const gone = (): never => {
    throw new ScimPushError('SCIM_UNREACHABLE', { message: 'no answer' })
  }
  await expect(find({ byExternalId: gone, byName: empty, list: empty })).rejects.toMatchObject({
    code: 'SCIM_UNREACHABLE',
  })
})

const PEOPLE = 50
/** Everybody with an even number is there. */
const lookUpMany = async (listed: boolean, filters: boolean) => {
  const asked: string[] = []
  const there = Array.from({ length: PEOPLE }, (_, n) => user(`${n}`, `k${n}`)).filter((_, n) => n % 2 === 0)
  const lookUp = createLookUp(
    () => ({
      path: '/Users',
      count: 10,
      concurrency: 2,
      reader: {
        async send({ query = {} }) {
          const { filter, startIndex } = query
          asked.push(filter === undefined ? 'list' : 'filter')
          await Promise.resolve()
          if (filter !== undefined) {
            if (!filters) return refuse()
            const [, key = ''] = /"(.*)"/.exec(filter) ?? []
            return { status: 200, body: page(...there.filter(({ externalId }) => externalId === key)) }
          }
          if (!listed) throw new ScimPushError('SCIM_PAGING', { message: 'it changes all the time' })
          const at = Number(startIndex) - 1
          return { status: 200, body: { totalResults: there.length, Resources: there.slice(at, at + 10) } }
        },
      },
    }),
    parseUser,
    () => there.length,
  )
  const found = await Promise.all(
    Array.from({ length: PEOPLE }, (_, n) =>
      lookUp({ externalId: `k${n}`, name: { attribute: 'userName', value: 'ann@b.c' } }),
    ),
  )
  expect(found).toEqual(Array.from({ length: PEOPLE }, (_, n) => (n % 2 === 0 ? `${n}` : null)))
  return { lists: asked.filter((one) => one === 'list').length, filters: asked.length }
}

test('many in one moment share one read of the list', async () => {
  expect(await lookUpMany(true, true)).toEqual({ lists: 3, filters: 3 })
})

test('where the list can not be read they are found one by one', async () => {
  expect((await lookUpMany(false, true)).filters).toBeGreaterThan(PEOPLE)
})
