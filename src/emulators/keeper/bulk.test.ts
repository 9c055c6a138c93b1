import { afterEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator, type KeeperEmulatorOptions } from './keeper-emulator.ts'

const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const limits = { maxOperations: 5, maxPayloadSize: 2000 }

let keeper: KeeperEmulator
afterEach(() => keeper.close())

type Json = Readonly<Record<string, unknown>>

const send = async (
  body: object,
  options: KeeperEmulatorOptions = {},
): Promise<{ readonly status: number; readonly body: Json; readonly results: readonly Json[] }> => {
  keeper = await startKeeperEmulator({ bulk: limits, ...options })
  const response = await fetch(`${keeper.url}/Bulk`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keeper.token}`, 'content-type': 'application/scim+json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as Json
  return { status: response.status, body: answer, results: (answer['Operations'] ?? []) as Json[] }
}
const bulk = (...Operations: readonly object[]) => ({ schemas: [BULK], Operations })
const user = (name: string, groups: readonly string[] = []) => ({
  method: 'POST',
  path: '/Users',
  bulkId: name,
  data: {
    schemas: [USER],
    userName: `${name}@corp.example`,
    ...(groups.length > 0 && { groups: groups.map((value) => ({ value })) }),
  },
})
const group = (name: string, more: object = {}) => ({
  method: 'POST',
  path: '/Groups',
  bulkId: name,
  data: { schemas: [GROUP], displayName: name, ...more },
})
const statuses = (results: readonly Json[]) =>
  results.map(({ bulkId, status }) => `${String(bulkId)} ${String(status)}`)

describe('a Bulk', () => {
  test('each operation has its own status, and refers to what another one creates, wherever that stands', async () => {
    const { status, results } = await send(
      bulk(
        user('ann', ['bulkId:dev']),
        group('dev'),
        user('ann2'),
        {
          method: 'PATCH',
          path: '/Users/bulkId:ann2',
          bulkId: 'p',
          data: {
            schemas: [PATCH],
            Operations: [{ op: 'add', path: 'groups', value: [{ value: 'bulkId:dev' }] }],
          },
        },
        { method: 'DELETE', path: '/Users/nobody' },
      ),
    )
    expect(status).toBe(200)
    expect(statuses(results)).toEqual(['ann 201', 'dev 201', 'ann2 201', 'p 200', 'undefined 404'])
    expect(keeper.state.summary().groups).toEqual({ dev: ['ann2@corp.example', 'ann@corp.example'] })
    const [id] = keeper.state.users.keys()
    expect(results[0]).toEqual({
      method: 'POST',
      bulkId: 'ann',
      status: '201',
      location: `${keeper.url}/Users/${id ?? ''}`,
    })
    expect(results[4]).toMatchObject({ response: { status: '404' }, location: `${keeper.url}/Users/nobody` })
    expect(keeper.operations).toHaveLength(5)
    expect(keeper.requests).toEqual(['POST /Bulk'])
  })

  test('what is refused is refused alone, with those who refer to it', async () => {
    const { results } = await send(
      bulk(
        group('dev', { members: [] }),
        user('ann', ['bulkId:dev']),
        user('bob', ['bulkId:ops']),
        user('cat'),
      ),
    )
    expect(statuses(results)).toEqual(['dev 400', 'ann 412', 'bob 400', 'cat 201'])
  })

  test('who refer to each other are refused with 409', async () => {
    const { results } = await send(
      bulk(
        user('ann', ['bulkId:bob']),
        user('bob', ['bulkId:ann']),
        user('cat', ['bulkId:cat']),
        user('dan'),
      ),
    )
    expect(statuses(results)).toEqual(['ann 409', 'bob 409', 'cat 409', 'dan 201'])
  })

  test('failOnErrors ends it', async () => {
    const { results } = await send({
      ...bulk(user('ann'), user('bob', ['x']), user('cat', ['x']), user('dan')),
      failOnErrors: 2,
    })
    expect(statuses(results)).toEqual(['ann 201', 'bob 400', 'cat 400'])
  })

  test('the limit of writes counts operations', async () => {
    const { results } = await send(bulk(user('ann'), user('bob'), user('cat')), { writesPerMinute: 2 })
    expect(statuses(results)).toEqual(['ann 201', 'bob 201', 'cat 429'])
  })

  test('too many operations, too many bytes', async () => {
    expect((await send(bulk(...'abcdef'.split('').map((name) => user(name))))).status).toBe(413)
    await keeper.close()
    expect((await send(bulk(user('x'.repeat(1500)), user('y'.repeat(400))))).status).toBe(413)
    expect(keeper.state.users.size).toBe(0)
  })

  test.each<[string, object]>([
    ['another schema', { ...bulk(user('ann')), schemas: [USER] }],
    ['no operations', bulk()],
    ['GET', bulk({ method: 'GET', path: '/Users/x' })],
    ['another path', bulk({ method: 'POST', path: '/Teams', bulkId: 'x', data: {} })],
    ['a whole URL as path', bulk({ ...user('ann'), path: 'http://127.0.0.1/Users' })],
    ['a POST without bulkId', bulk({ ...user('ann'), bulkId: undefined })],
    ['a bulkId that is there twice', bulk(user('ann'), { ...user('bob'), bulkId: 'ann' })],
    ['a PATCH without data', bulk({ method: 'PATCH', path: '/Users/x' })],
    ['an unknown attribute', { ...bulk(user('ann')), operations: [] }],
  ])('%s is refused as a whole', async (_, body) => {
    expect(await send(body)).toMatchObject({ status: 400, body: { scimType: 'invalidSyntax' } })
    expect(keeper.state.users.size).toBe(0)
  })

  test('a node that has none', async () => {
    expect((await send(bulk(user('ann')), { bulk: null })).status).toBe(404)
  })

  test('it is carried out bit by bit, in the time that it takes', async () => {
    let done = false
    const answer = send(bulk(user('ann'), user('bob'), user('cat')), { bulkOperationMs: 100 }).then(() => {
      done = true
    })
    await expect.poll(() => keeper.state.users.size, { timeout: 20_000 }).toBe(1)
    expect(done).toBe(false)
    await answer
    expect(keeper.state.users.size).toBe(3)
  })
})
