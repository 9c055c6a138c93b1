import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator, type KeeperEmulatorOptions } from './keeper-emulator.ts'

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

let keeper: KeeperEmulator
const start = async (options: KeeperEmulatorOptions = {}): Promise<void> => {
  keeper = await startKeeperEmulator(options)
}
beforeEach(() => start())
afterEach(() => keeper.close())
const restart = async (options: KeeperEmulatorOptions): Promise<void> => {
  await keeper.close()
  await start(options)
}

interface Got {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

const call = async (
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> => {
  const response = await fetch(keeper.url + path, {
    method,
    headers: {
      authorization: `Bearer ${keeper.token}`,
      'content-type': 'application/scim+json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
  return { status: response.status, body: json, headers: response.headers }
}
const ann = { schemas: [USER], userName: 'ann@corp.example', externalId: 'k-ann' }
const patch = (...Operations: readonly object[]) => ({ schemas: [PATCH], Operations })

describe('what it refuses, in SCIM’s shape', () => {
  test.each<[string, string, string, unknown, Record<string, string>, number, string?]>([
    ['a wrong token', 'GET', '/Users', undefined, { authorization: 'Bearer x' }, 401],
    ['no token', 'GET', '/Users', undefined, { authorization: '' }, 401],
    ['another path', 'GET', '/Teams', undefined, {}, 404],
    ['a path below a user', 'GET', '/Users/1/groups', undefined, {}, 404],
    ['an id that can not be decoded', 'GET', '/Users/%E0%A4%A', undefined, {}, 404],
    ['an unknown user', 'DELETE', '/Users/nobody', undefined, {}, 404],
    ['DELETE of all users', 'DELETE', '/Users', undefined, {}, 405],
    ['PATCH of all groups', 'PATCH', '/Groups', patch({ op: 'replace', value: {} }), {}, 405],
    ['a content type that is not JSON', 'POST', '/Users', ann, { 'content-type': 'text/plain' }, 415],
    ['a body that is not JSON', 'POST', '/Users', '{', {}, 400, 'invalidSyntax'],
    ['no schemas', 'POST', '/Users', { userName: 'a@b.c' }, {}, 400, 'invalidSyntax'],
    [
      'a stray ; in the schema (S:543)',
      'POST',
      '/Users',
      { ...ann, schemas: [`${USER};`] },
      {},
      400,
      'invalidSyntax',
    ],
    ['an unknown attribute of a user', 'POST', '/Users', { ...ann, nickName: 'x' }, {}, 400, 'invalidPath'],
    [
      'an unknown sub-attribute',
      'POST',
      '/Users',
      { ...ann, name: { middleName: 'x' } },
      {},
      400,
      'invalidPath',
    ],
    ['a userName that is no email', 'POST', '/Users', { ...ann, userName: 'ann' }, {}, 400, 'invalidValue'],
    ['no userName', 'POST', '/Users', { schemas: [USER] }, {}, 400, 'invalidValue'],
    ['active as text', 'POST', '/Users', { ...ann, active: 'False' }, {}, 400, 'invalidValue'],
    ['an unknown team', 'POST', '/Users', { ...ann, groups: [{ value: 'x' }] }, {}, 400, 'invalidValue'],
    [
      'members of a group',
      'POST',
      '/Groups',
      { schemas: [GROUP], displayName: 'G', members: [] },
      {},
      400,
      'invalidPath',
    ],
    ['no displayName', 'POST', '/Groups', { schemas: [GROUP] }, {}, 400, 'invalidValue'],
    [
      'a filter other than eq',
      'GET',
      `/Users?filter=${encodeURIComponent('userName co "a"')}`,
      undefined,
      {},
      400,
      'invalidFilter',
    ],
    [
      'a filter by another attribute',
      'GET',
      `/Users?filter=${encodeURIComponent('active eq "true"')}`,
      undefined,
      {},
      400,
      'invalidFilter',
    ],
    ['a count that is no number', 'GET', '/Users?count=many', undefined, {}, 400, 'invalidValue'],
  ])('%s', async (_, method, path, body, headers, status, scimType) => {
    const got = await call(method, path, body, headers)
    expect(got.status).toBe(status)
    expect(got.headers.get('content-type')).toBe('application/scim+json')
    expect(got.body).toMatchObject({ status: `${status}`, ...(scimType === undefined ? {} : { scimType }) })
    expect(got.body['detail']).toEqual(expect.any(String))
    expect(keeper.state.users.size + keeper.state.groups.size).toBe(0)
  })

  test('another node', async () => {
    const url = keeper.url.replace(/\d+$/, '1/Users')
    const response = await fetch(url, { headers: { authorization: `Bearer ${keeper.token}` } })
    expect(response.status).toBe(404)
    await response.text()
  })

  test.each<[string, unknown]>([
    ['Operations: null (KS:397)', { schemas: [PATCH], Operations: null }],
    ['an empty list of operations', patch()],
    ['another schema', { schemas: [USER], Operations: [{ op: 'replace', value: { active: false } }] }],
    ['a capitalised op', patch({ op: 'Replace', value: { active: false } })],
    ['an unknown attribute', patch({ op: 'replace', path: 'title', value: 'x' })],
    ['remove without a path', patch({ op: 'remove', value: [] })],
    ['an unknown team', patch({ op: 'add', path: 'groups', value: [{ value: 'x' }] })],
    [
      'half a good patch',
      patch({ op: 'replace', value: { active: false } }, { op: 'replace', value: { x: 1 } }),
    ],
  ])('a PATCH with %s, and changes nothing', async (_, body) => {
    const user = keeper.state.addUser({ userName: 'ann@corp.example' })
    expect((await call('PATCH', `/Users/${user.id}`, body)).status).toBe(400)
    expect(user).toMatchObject({ active: true, groups: new Set() })
  })

  test('an email that is taken, in any case, and a user above the seats', async () => {
    await restart({ seats: 1 })
    expect((await call('POST', '/Users', ann)).status).toBe(201)
    const taken = await call('POST', '/Users', { ...ann, userName: 'ANN@corp.example' })
    expect(taken).toMatchObject({ status: 409, body: { scimType: 'uniqueness' } })
    expect((await call('POST', '/Users', { ...ann, userName: 'bob@corp.example' })).status).toBe(428)
    expect(keeper.state.users.size).toBe(1)
  })

  test('more writes a minute than allowed, with Retry-After; reads go on', async () => {
    await restart({ writesPerMinute: 1 })
    expect((await call('POST', '/Users', ann)).status).toBe(201)
    const refused = await call('POST', '/Users', { ...ann, userName: 'bob@corp.example' })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(50)
    expect((await call('GET', '/Users')).status).toBe(200)
  })
})

describe('what it does', () => {
  test('users start invited, teams queued, and a name with the prefix is a role', async () => {
    await restart({ rolePrefix: 'role-' })
    const team = await call('POST', '/Groups', { schemas: [GROUP], displayName: 'Dev', externalId: 'g' })
    await call('POST', '/Groups', { schemas: [GROUP], displayName: 'role-admins' })
    const user = await call('POST', '/Users', { ...ann, groups: [{ value: team.body['id'] }] })
    expect(user.body).toMatchObject({ active: true, groups: [{ value: team.body['id'], display: 'Dev' }] })
    expect(team.body).not.toHaveProperty('members')
    expect([...keeper.state.users.values()].map(({ status }) => status)).toEqual(['invited'])
    expect([...keeper.state.groups.values()].map(({ status }) => status)).toEqual(['queued', 'role'])
  })

  test('the dialect of Keeper’s own client: no path, dotted keys, lists of teams', async () => {
    const user = keeper.state.addUser({ userName: 'ann@corp.example', familyName: 'Doe' })
    const [dev, ops] = ['Dev', 'Ops'].map((displayName) => keeper.state.addGroup({ displayName }))
    const path = `/Users/${user.id}`
    const json = { 'content-type': 'application/json' }
    await call('PATCH', path, patch({ op: 'add', path: 'groups', value: [{ value: dev?.id }] }), json)
    const { body } = await call(
      'PATCH',
      path,
      patch(
        { op: 'replace', value: { 'name.givenName': 'Ann', active: false, externalId: 'k' } },
        { op: 'add', path: 'groups', value: [{ value: ops?.id }] },
        { op: 'remove', path: 'groups', value: [{ value: dev?.id }] },
      ),
      json,
    )
    expect(body).toMatchObject({ active: false, name: { givenName: 'Ann', familyName: 'Doe' } })
    expect(keeper.state.summary()).toEqual({
      users: ['ann@corp.example (locked)'],
      groups: { Dev: [], Ops: ['ann@corp.example'] },
    })
  })

  test('PUT replaces what it is not given, DELETE answers 204 and then 404', async () => {
    const { id } = keeper.state.addUser({ userName: 'ann@corp.example', displayName: 'Ann', externalId: 'k' })
    const put = await call('PUT', `/Users/${id}`, { schemas: [USER], userName: 'anna@corp.example' })
    expect(put.body).toMatchObject({ userName: 'anna@corp.example', displayName: '' })
    expect(put.body).not.toHaveProperty('externalId')
    const group = keeper.state.addGroup({ displayName: 'Dev', externalId: 'g' })
    const renamed = await call('PUT', `/Groups/${group.id}`, { schemas: [GROUP], displayName: 'Devs' })
    expect(renamed.body).toMatchObject({ displayName: 'Devs' })
    for (const path of [`/Users/${id}`, `/Groups/${group.id}`]) {
      expect((await call('GET', path)).status).toBe(200)
      expect((await call('DELETE', path)).status).toBe(204)
      expect((await call('DELETE', path)).status).toBe(404)
    }
  })

  test('pages from startIndex, counts capped, filters by eq', async () => {
    await restart({ maxCount: 3 })
    for (let n = 1; n <= 7; n++) {
      keeper.state.addUser({ userName: `u${n}@corp.example`, externalId: `k${n}` })
      keeper.state.addGroup({ displayName: `G${n}`, externalId: `g${n}` })
    }
    const names = async (path: string, attribute = 'userName'): Promise<readonly unknown[]> => {
      const { Resources, totalResults } = (await call('GET', path)).body
      return [totalResults, ...(Resources as Record<string, unknown>[]).map((item) => item[attribute])]
    }
    expect(await names('/Users?count=1000')).toEqual([
      7,
      'u1@corp.example',
      'u2@corp.example',
      'u3@corp.example',
    ])
    expect(await names('/Users?startIndex=7&count=2')).toEqual([7, 'u7@corp.example'])
    expect(await names('/Users?startIndex=8')).toEqual([7])
    expect(await names('/Users?count=0')).toEqual([7])
    const filtered = (type: string, filter: string) =>
      names(`/${type}?filter=${encodeURIComponent(filter)}`, 'externalId')
    expect(await filtered('Users', 'userName eq "U2@corp.example"')).toEqual([1, 'k2'])
    expect(await filtered('Users', 'externalId eq "k3"')).toEqual([1, 'k3'])
    expect(await filtered('Groups', 'displayName eq "g4"')).toEqual([1, 'g4'])
    expect(await filtered('Groups', 'externalId eq "nobody"')).toEqual([0])
  })

  test('an externalId that two carry survives the deletion of one', () => {
    const [one, two] = ['a@b.c', 'd@e.f'].map((userName) =>
      keeper.state.addUser({ userName, externalId: 'k' }),
    )
    keeper.state.deleteUser(one?.id ?? '')
    expect(keeper.state.userByExternalId('k')).toBe(two)
  })

  test('100,000 users: made, a page and a look-up, all in the time of a test', async () => {
    for (let n = 0; n < 100_000; n++) keeper.state.addUser({ userName: `u${n}@corp.example` })
    const page = await call('GET', '/Users?startIndex=99001&count=1000')
    expect(page.body['Resources']).toHaveLength(1000)
    expect((await call('POST', '/Users', ann)).status).toBe(201)
  })
})

describe('faults', () => {
  test('latency', async () => {
    keeper.setLatency(60_000)
    const late = call('GET', '/Users').then(
      () => 'answered',
      () => 'closed',
    )
    await vi.waitUntil(() => keeper.requests.length === 1, { timeout: 10_000 })
    keeper.setLatency(0)
    await call('GET', '/Users')
    await keeper.close()
    expect(await late).toBe('closed')
    await start({ latencyMs: 5 })
    expect((await call('GET', '/Users')).status).toBe(200)
  })

  test.each(['drop-before', 'drop-after', 'truncate'] as const)('%s', async (kind) => {
    keeper.setFaults(() => ({ kind }))
    await expect(call('POST', '/Users', ann)).rejects.toThrow()
    expect(keeper.state.users.size).toBe(kind === 'drop-before' ? 0 : 1)
  })

  test('ignored counts and repeated pages', async () => {
    await restart({ ignoreCount: true, repeatPages: true })
    for (let n = 0; n < 150; n++) keeper.state.addUser({ userName: `u${n}@corp.example` })
    const first = await call('GET', '/Users?count=1000')
    const second = await call('GET', '/Users?startIndex=101&count=1')
    expect(first.body['Resources']).toHaveLength(100)
    expect(second.body['Resources']).toEqual(first.body['Resources'])
  })
})
