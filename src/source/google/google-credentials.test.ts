import { beforeEach, describe, expect, test } from 'vitest'
import { scopeOf, startTenant } from '../../../test/fixtures/google-source.ts'
import {
  company,
  count,
  failing,
  failure,
  google,
  group,
  keyPair,
  people,
  read,
} from '../../../test/fixtures/google-tenant.ts'
import { tokenFault } from '../../emulators/google/google-faults.ts'
import { readOnlyScopes } from '../../emulators/google/scopes.ts'
import { Secret } from '../../lib/secret.ts'

describe('economy', () => {
  test('sixteen at once, and no more', async () => {
    for (let n = 0; n < 60; n++) group(`g${n}`, 'admin')
    google.setLatency(5)
    await read(scopeOf([], 'all'))
    expect(google.mostAtOnce()).toBeGreaterThan(5)
    expect(google.mostAtOnce()).toBeLessThanOrEqual(16)
  })

  test('a small scope in a large tenant is asked for person by person', async () => {
    people(...Array.from({ length: 6000 }, (_, n) => `u${n}`), 'zoe', 'zara')
    group('Few', 'zoe', 'zara')
    expect(await read(scopeOf(['Few']))).toMatchObject({ users: ['zara', 'zoe'], gaps: [] })
    expect(count(({ path }) => path.includes('/users'))).toBeLessThanOrEqual(4)
  })

  test('masks, pages of 500 and 200, and the customer are always said', async () => {
    company()
    await read(scopeOf([], 'all'))
    const api = google.requests.filter(({ path }) => path !== '/token')
    expect(api.every(({ query }) => query['fields'] !== undefined)).toBe(true)
    const sizes = new Set(
      api.map(({ path, query }) => `${path.split('/').at(-1) ?? ''} ${query['maxResults'] ?? ''}`),
    )
    expect([...sizes].sort()).toEqual(['groups 200', 'members 200', 'users 500'])
  })

  test('each attempt is reported, without query and without secrets', async () => {
    company()
    const { events } = await read(scopeOf(['Roster']))
    expect(events).toHaveLength(google.requests.length)
    expect(events[0]).toMatchObject({
      system: 'google',
      method: 'POST',
      path: '/token',
      status: 200,
      attempt: 1,
    })
    expect(JSON.stringify(events)).not.toMatch(/[?]|ya29|PRIVATE/)
  })
})

describe('credentials', () => {
  beforeEach(company)

  test.each<[string, () => void | Promise<void>, string, RegExp]>([
    [
      'delegation that was refused',
      () => google.setScopes(readOnlyScopes.slice(1)),
      'credentials',
      /Admin console.*Domain-wide delegation/,
    ],
    ['a key that was deleted', () => google.rotateKey(), 'credentials', /Cloud console.*key/],
    [
      'an API that is not enabled',
      () => google.setApiEnabled(false),
      'credentials',
      /APIs & Services.*Admin SDK API/,
    ],
    [
      'an administrator without rights',
      () => void google.directory.updateUser('admin@corp.example', { isAdmin: false }),
      'credentials',
      /Admin console.*[Rr]ole/,
    ],
    [
      'a clock that is wrong',
      () =>
        failing(
          '/token',
          tokenFault(400, 'invalid_grant', 'Invalid JWT: Token must be a short-lived token (60 minutes)'),
        ),
      'credentials',
      /clock/,
    ],
  ])('%s: what to do, in which console', async (_, arrange, kind, remedy) => {
    const credentials = new Secret(google.credentials())
    await arrange()
    const error = await failure(scopeOf(['Roster']), { credentials })
    expect(error.failure).toBe(kind)
    expect(error.remedy).toMatch(remedy)
  })

  test('an administrator who does not exist', async () => {
    const error = await failure(scopeOf(['Roster']), { adminEmail: 'ghost@corp.example' })
    expect(error).toMatchObject({ failure: 'credentials' })
    expect(`${error.message} ${error.remedy}`).toContain('adminEmail')
    expect(error.message).toContain('ghost@corp.example')
  })

  test('delegation that was refused names the client id and every scope', async () => {
    google.setScopes([])
    const { remedy } = await failure(scopeOf(['Roster']))
    for (const word of [google.clientId, ...readOnlyScopes]) expect(remedy).toContain(word)
  })

  test('a customer that is not there is a matter of the configuration', async () => {
    expect(await failure(scopeOf([]), { customer: 'C0unknown' })).toMatchObject({
      code: 'GOOGLE_CUSTOMER',
      failure: 'config',
    })
  })

  test('a proxy below a path is asked below that path', async () => {
    await failure(scopeOf([]), { rootUrl: `${google.rootUrl}proxy/` })
    expect(google.requests.at(-1)?.path).toBe('/proxy/admin/directory/v1/users')
  })

  test('no server at all is unreachable, not a credential', async () => {
    const error = await failure(scopeOf(['Roster']), { tokenUrl: 'http://127.0.0.1:1/token' })
    expect(error).toMatchObject({ failure: 'unreachable' })
  })

  test('a redirect is not followed: the token would go along', async () => {
    const other = await startTenant({ keyPair })
    failing('/groups', { kind: 'answer', status: 302, headers: { location: `${other.rootUrl}elsewhere` } })
    await failure(scopeOf(['Roster']))
    expect(other.requests).toEqual([])
    await other.close()
  })

  test.each<[string, string]>([
    ['no JSON', 'PRIVATE-THING {'],
    ['an OAuth client', '{"installed":{"client_secret":"PRIVATE-THING"}}'],
    ['a log-in of a person', '{"type":"authorized_user","refresh_token":"PRIVATE-THING"}'],
    ['no key', '{"type":"service_account","client_email":"a@b.c"}'],
    ['a broken key', '{"type":"service_account","client_email":"a@b.c","private_key":"PRIVATE-THING"}'],
  ])('KG:93: %s is no key file, and nothing of it is in the error', async (_, text) => {
    const error = await failure(scopeOf([]), { credentials: new Secret(text) })
    expect(error.failure).toBe('config')
    expect(JSON.stringify([error.message, error.remedy, error.where, String(error.cause)])).not.toContain(
      'PRIVATE',
    )
    expect(google.requests).toEqual([])
  })
})
