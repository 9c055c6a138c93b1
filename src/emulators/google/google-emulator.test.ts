import { createPrivateKey, sign } from 'node:crypto'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from './google-emulator.ts'
import { readOnlyScopes } from './scopes.ts'
import { makeKeyPair, type KeyPair } from './service-account.ts'

let keyPair: KeyPair
let google: GoogleEmulator
beforeAll(async () => {
  keyPair = await makeKeyPair()
})
beforeEach(async () => {
  google = await startGoogleEmulator({ keyPair })
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
})
afterEach(() => google.close())

const GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

const claims = (changes: object = {}): object => {
  const iat = Math.floor(Date.now() / 1000)
  const { client_email: iss } = JSON.parse(google.credentials()) as { client_email: string }
  const scope = readOnlyScopes.join(' ')
  return { iss, sub: 'admin@corp.example', aud: google.tokenUrl, scope, iat, exp: iat + 3600, ...changes }
}

const assertion = (changes: object = {}, header: object = { alg: 'RS256', typ: 'JWT' }): string => {
  const { private_key: pem } = JSON.parse(google.credentials()) as { private_key: string }
  const unsigned = `${encode(header)}.${encode(claims(changes))}`
  return `${unsigned}.${sign('sha256', Buffer.from(unsigned), createPrivateKey(pem)).toString('base64url')}`
}

const post = async (form: Record<string, string>) => {
  const answer = await fetch(google.tokenUrl, { method: 'POST', body: new URLSearchParams(form) })
  return { status: answer.status, body: (await answer.json()) as Record<string, string> }
}

const tokenWith = async (changes: object = {}): Promise<string> =>
  (await post({ grant_type: GRANT, assertion: assertion(changes) })).body['access_token'] ?? ''

const get = async (path: string, token: string) => {
  const answer = await fetch(`${google.rootUrl}admin/directory/v1/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  })
  const body = (await answer.json()) as Record<string, unknown> & {
    error?: { code: number; message: string; errors: [{ reason: string }] }
  }
  return { status: answer.status, body, reason: body.error?.errors[0].reason }
}

describe('the token endpoint', () => {
  const hour = 3600
  const now = (): number => Math.floor(Date.now() / 1000)
  test.each<[string, () => object, number, string]>([
    ['an unknown service account', () => ({ iss: 'x@y.iam.gserviceaccount.com' }), 400, 'account not found'],
    ['a wrong audience', () => ({ aud: 'https://oauth2.googleapis.com/token' }), 400, 'audience'],
    ['more than an hour', () => ({ exp: now() + hour + 60 }), 400, 'short-lived token (60 minutes)'],
    ['an expired assertion', () => ({ iat: now() - 2 * hour, exp: now() - hour }), 400, 'short-lived'],
    ['one from the future', () => ({ iat: now() + hour, exp: now() + 2 * hour }), 400, 'short-lived'],
    ['an unknown subject', () => ({ sub: 'nobody@corp.example' }), 400, 'Invalid email or User ID'],
    ['no scope', () => ({ scope: '' }), 400, 'scope'],
    [
      'a scope that is not delegated',
      () => ({ scope: `${readOnlyScopes.join(' ')} https://www.googleapis.com/auth/admin.directory.user` }),
      401,
      'Client is unauthorized',
    ],
  ])('refuses %s', async (_, changes, status, message) => {
    const answer = await post({ grant_type: GRANT, assertion: assertion(changes()) })
    expect(answer.status).toBe(status)
    expect(answer.body['error_description']).toContain(message)
  })

  test('refuses the signature of a key that was deleted', async () => {
    const old = assertion()
    await google.rotateKey()
    expect(await post({ grant_type: GRANT, assertion: old })).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    })
    expect(await tokenWith()).not.toBe('')
  })

  test('refuses other algorithms and other grants', async () => {
    expect(await post({ grant_type: GRANT, assertion: assertion({}, { alg: 'none' }) })).toMatchObject({
      status: 400,
    })
    expect(await post({ grant_type: 'password', assertion: assertion() })).toMatchObject({
      body: { error: 'unsupported_grant_type' },
    })
  })
})

describe('every call', () => {
  test('needs a token that was issued and not revoked', async () => {
    expect(await get('users?customer=my_customer', 'made-up')).toMatchObject({
      status: 401,
      reason: 'authError',
    })
    const token = await tokenWith()
    expect(await get('users?customer=my_customer', token)).toMatchObject({ status: 200 })
    google.revokeTokens()
    expect(await get('users?customer=my_customer', token)).toMatchObject({ status: 401 })
  })

  test('needs a token that has not expired', async () => {
    let now = Date.now()
    await google.close()
    google = await startGoogleEmulator({ keyPair, now: () => now, tokenLifetimeSeconds: 60 })
    google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
    const token = await tokenWith()
    expect(await get('users?customer=my_customer', token)).toMatchObject({ status: 200 })
    now += 61_000
    expect(await get('users?customer=my_customer', token)).toMatchObject({ status: 401 })
  })

  test.each([
    ['users?customer=my_customer', 'user'],
    ['groups?customer=my_customer', 'group'],
    ['groups/all@corp.example/members', 'group.member'],
  ])('of %s needs the scope %s', async (path, scope) => {
    google.directory.addGroup({ email: 'all@corp.example', name: 'All' })
    const one = (name: string): string => `https://www.googleapis.com/auth/admin.directory.${name}.readonly`
    expect(await get(path, await tokenWith({ scope: one(scope) }))).toMatchObject({ status: 200 })
    const other = one(scope === 'user' ? 'group' : 'user')
    expect(await get(path, await tokenWith({ scope: other }))).toMatchObject({
      status: 403,
      reason: 'insufficientPermissions',
    })
  })

  test('needs an administrator', async () => {
    google.directory.addUser({ primaryEmail: 'ann@corp.example' })
    const token = await tokenWith({ sub: 'ann@corp.example' })
    expect(await get('users?customer=my_customer', token)).toMatchObject({ status: 403, reason: 'forbidden' })
  })

  test('needs the API to be enabled', async () => {
    google.setApiEnabled(false)
    expect(await get('users?customer=my_customer', await tokenWith())).toMatchObject({
      status: 403,
      reason: 'accessNotConfigured',
    })
  })

  test.each([
    ['users', 400, 'badRequest'],
    ['groups', 400, 'badRequest'],
    ['users?customer=C99other', 400, 'invalid'],
    ['users?domain=other.example', 404, 'notFound'],
    ['users?customer=my_customer&maxResults=501', 400, 'invalidParameter'],
    ['groups?customer=my_customer&maxResults=201', 400, 'invalidParameter'],
    ['groups/all@corp.example/members?maxResults=201', 400, 'invalidParameter'],
    ['users?customer=my_customer&fields=users(id,mail)', 400, 'invalidParameter'],
    ['users?customer=my_customer&fields=users(id', 400, 'invalidParameter'],
    ['users?customer=my_customer&pageToken=bWFkZS11cA', 400, 'invalid'],
    ['users?customer=my_customer&nonsense=1', 400, 'invalidParameter'],
    [`groups?customer=my_customer&query=name='It's'`, 400, 'invalid'],
    ['groups?customer=my_customer&query=name=Two Words', 400, 'invalid'],
    [`groups?customer=my_customer&query=owner='x'`, 400, 'invalid'],
    ['users/nobody@corp.example', 404, 'notFound'],
    ['users/someone@other.example', 403, 'forbidden'],
    ['groups/none@corp.example', 404, 'notFound'],
    ['groups?userKey=all@corp.example&customer=my_customer', 400, 'invalid'],
    ['groups?userKey=all@corp.example&maxResults=201', 400, 'invalidParameter'],
    ['groups?userKey=nobody@corp.example', 404, 'notFound'],
    ['groups?userKey=someone@other.example', 403, 'forbidden'],
    ['orgunits', 404, 'notFound'],
  ])('refuses %s', async (path, status, reason) => {
    google.directory.addGroup({ email: 'all@corp.example', name: 'All' })
    expect(await get(path, await tokenWith())).toMatchObject({ status, reason })
  })
})

describe('lists', () => {
  const emails = async (path: string, token: string): Promise<string[]> => {
    const found: string[] = []
    let page = ''
    do {
      const { body } = await get(`${path}${page && `&pageToken=${page}`}`, token)
      const { users = [], nextPageToken = '' } = body as {
        users?: { primaryEmail: string }[]
        nextPageToken?: string
      }
      found.push(...users.map(({ primaryEmail }) => primaryEmail))
      page = nextPageToken
    } while (page !== '')
    return found
  }

  test('come in pages, whole, also while someone leaves', async () => {
    for (let n = 0; n < 25; n++) google.directory.addUser({ primaryEmail: `u${n}@corp.example` })
    const token = await tokenWith()
    const path = 'users?customer=my_customer&maxResults=10&fields=nextPageToken,users(primaryEmail)'
    expect(new Set(await emails(path, token)).size).toBe(26)
    const first = (await get(path, token)).body as { nextPageToken: string }
    google.directory.removeUser('u0@corp.example')
    const second = await get(`${path}&pageToken=${first.nextPageToken}`, token)
    expect((second.body as { users: { primaryEmail: string }[] }).users[0]?.primaryEmail).toBe(
      'u9@corp.example',
    )
    expect(await emails(path, token)).toHaveLength(25)
  })

  test('have tokens that are good for the same query only', async () => {
    for (let n = 0; n < 5; n++) google.directory.addUser({ primaryEmail: `u${n}@corp.example` })
    const token = await tokenWith()
    const { body } = await get('users?customer=my_customer&maxResults=2', token)
    const page = (body as { nextPageToken: string }).nextPageToken
    expect(await get(`users?customer=my_customer&maxResults=3&pageToken=${page}`, token)).toMatchObject({
      status: 400,
    })
    expect(await get(`groups?customer=my_customer&maxResults=2&pageToken=${page}`, token)).toMatchObject({
      status: 400,
    })
  })

  test('of the groups of a member: of a user by email, alias or id, of a group by its addresses', async () => {
    const { directory } = google
    const ann = directory.addUser({ primaryEmail: 'ann@corp.example', aliases: ['a@corp.example'] })
    const dev = directory.addGroup(
      { email: 'dev@corp.example', name: 'Dev', aliases: ['eng@corp.example'] },
      ['ann@corp.example'],
    )
    directory.addGroup({ email: 'all@corp.example', name: 'All' }, ['dev@corp.example'])
    const token = await tokenWith()
    const groupsOf = async (key: string): Promise<string[] | number> => {
      const { status, body } = await get(`groups?userKey=${key}&fields=groups(email)`, token)
      const { groups = [] } = body as { groups?: { email: string }[] }
      return status === 200 ? groups.map(({ email }) => email) : status
    }
    for (const key of ['ann@corp.example', 'a@corp.example', ann.id])
      expect(await groupsOf(key), key).toEqual(['dev@corp.example'])
    for (const key of ['dev@corp.example', 'eng@corp.example'])
      expect(await groupsOf(key), key).toEqual(['all@corp.example'])
    expect(await groupsOf('all@corp.example')).toEqual([])
    // "If it's an ID, it should match with the ID of the user object."
    expect(await groupsOf(dev.id)).toBe(404)
  })

  test('hold what `fields` names and nothing else', async () => {
    const { body } = await get(
      'users?customer=my_customer&fields=kind,users(id,name/givenName)',
      await tokenWith(),
    )
    expect(body).toEqual({
      kind: 'admin#directory#users',
      users: [{ id: expect.any(String) as string, name: { givenName: 'admin' } }],
    })
  })

  test('leave out what is empty', async () => {
    expect((await get('groups?customer=my_customer', await tokenWith())).body).toEqual({
      kind: 'admin#directory#groups',
      etag: expect.any(String) as string,
    })
  })

  test.each([
    [`name='Bob\\'s "Team"'`, ['bob']],
    [`name='bob\\'s "team"'`, ['bob']],
    ['name:Bob*', ['bob', 'bobby']],
    ['email=bobby@corp.example', ['bobby']],
    [`name='Bob'`, []],
  ])('of groups are searched: %s', async (query, wanted) => {
    google.directory.addGroup({ email: 'bob@corp.example', name: `Bob's "Team"` })
    google.directory.addGroup({ email: 'bobby@corp.example', name: 'Bobby' })
    const path = `groups?customer=my_customer&query=${encodeURIComponent(query)}`
    const { groups = [] } = (await get(path, await tokenWith())).body as { groups?: { email: string }[] }
    expect(groups.map(({ email }) => email.split('@')[0])).toEqual(wanted)
  })

  test('name members by type, with their present address', async () => {
    const { directory } = google
    directory.addUser({ primaryEmail: 'ann@corp.example' })
    directory.addGroup({ email: 'sub@corp.example', name: 'Sub' })
    directory.addGroup({ email: 'all@corp.example', name: 'All' }, [
      'ann@corp.example',
      'sub@corp.example',
      'guest@other.example',
      { type: 'CUSTOMER' },
    ])
    directory.updateUser('ann@corp.example', { primaryEmail: 'ann.lee@corp.example' })
    const { body } = await get(
      'groups/all@corp.example/members?fields=members(type,email)',
      await tokenWith(),
    )
    expect(body).toEqual({
      members: [
        { type: 'USER', email: 'ann.lee@corp.example' },
        { type: 'GROUP', email: 'sub@corp.example' },
        { type: 'USER', email: 'guest@other.example' },
        { type: 'CUSTOMER' },
      ],
    })
    directory.removeUser('ann.lee@corp.example')
    expect((await get('groups/all@corp.example', await tokenWith())).body).toMatchObject({
      directMembersCount: '3',
    })
  })
})
