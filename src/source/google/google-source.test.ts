import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { googleSourceTo, namesIn, scopeOf, startTenant } from '../../../test/fixtures/google-source.ts'
import type { GoogleEmulator, GoogleFault, GoogleRequest } from '../../emulators/google/google-emulator.ts'
import { quotaFault, serverFault, tokenFault, tooManyFault } from '../../emulators/google/google-faults.ts'
import { readOnlyScopes } from '../../emulators/google/scopes.ts'
import { makeKeyPair, type KeyPair } from '../../emulators/google/service-account.ts'
import { ScimPushError } from '../../errors/error.ts'
import { Secret } from '../../lib/secret.ts'
import type { Scope } from '../source.ts'
import { patience, type GoogleOptions } from './google-source.ts'

let keyPair: KeyPair
let google: GoogleEmulator
beforeAll(async () => {
  keyPair = await makeKeyPair()
})
beforeEach(async () => {
  google = await startTenant({ keyPair })
})
afterEach(() => google.close())

const signal = new AbortController().signal

const read = async (scope: Scope, more: Partial<GoogleOptions> = {}) => {
  const { source, events } = googleSourceTo(google, scope, more)
  try {
    const snapshot = await source.read(signal)
    return { snapshot, events, ...namesIn(google, snapshot) }
  } finally {
    await source.close()
  }
}

const failure = async (scope: Scope, more: Partial<GoogleOptions> = {}): Promise<ScimPushError> => {
  try {
    await read(scope, more)
  } catch (error) {
    if (error instanceof ScimPushError) return error
    throw error
  }
  throw new Error('it did not fail')
}

const people = (...names: string[]): void => {
  for (const name of names) google.directory.addUser({ primaryEmail: `${name}@corp.example` })
}
const group = (name: string, ...members: string[]): void => {
  google.directory.addGroup(
    { email: `${name.toLowerCase()}@corp.example`, name },
    members.map((member) => (member.includes('@') ? member : `${member}@corp.example`)),
  )
}
/** Each request whose path ends like that gets the fault, `times` times. */
const failing = (path: string, fault: GoogleFault, times = Number.POSITIVE_INFINITY): void => {
  let left = times
  google.setFaults((request) => (request.path.endsWith(path) && left-- > 0 ? fault : null))
}
const membersOf = (name: string): string =>
  `${google.directory.findGroup(`${name}@corp.example`)?.id ?? ''}/members`
const count = (test: (request: GoogleRequest) => boolean): number => google.requests.filter(test).length

// roster ─ ann, sales ─ bob, emea ─ cat
const company = (): void => {
  people('ann', 'bob', 'cat', 'dan')
  group('EMEA', 'cat')
  group('Sales', 'bob', 'emea')
  group('Roster', 'ann', 'sales')
  group('Outside', 'dan', 'ann')
}

describe('scope', () => {
  beforeEach(company)
  test.each<[Scope['groups'], Record<string, string[]> | null]>([
    ['selected', { Roster: ['ann', 'bob', 'cat'] }],
    ['listed', { Sales: ['bob', 'cat'] }],
    ['all', { EMEA: ['cat'], Sales: ['bob', 'cat'], Outside: ['ann'] }],
    ['none', null],
  ])('mode %s', async (mode, groups) => {
    expect(await read(scopeOf(['Roster'], mode))).toMatchObject({
      users: ['ann', 'bob', 'cat'],
      groups,
      gaps: [],
    })
  })

  test.each([
    ['its email', 'ROSTER@corp.example'],
    ['its name, in another case', 'roster'],
  ])('a SCIM group by %s', async (_, entry) => {
    expect(await read(scopeOf([entry]))).toMatchObject({
      groups: { Roster: ['ann', 'bob', 'cat'] },
      gaps: [],
    })
  })

  test('a SCIM group by its id, and by an alias', async () => {
    const { id } = google.directory.updateGroup('sales@corp.example', { aliases: ['vertrieb@corp.example'] })
    for (const entry of [id, 'vertrieb@corp.example'])
      expect(await read(scopeOf([entry]))).toMatchObject({ groups: { Sales: ['bob', 'cat'] }, gaps: [] })
  })

  test('a user by email', async () => {
    expect(await read(scopeOf(['dan@corp.example']))).toMatchObject({ users: ['dan'], gaps: [] })
  })

  test('no SCIM group: everyone', async () => {
    expect(await read(scopeOf([]))).toMatchObject({
      users: ['admin', 'ann', 'bob', 'cat', 'dan'],
      groups: null,
    })
    expect(await read(scopeOf([], 'all'))).toMatchObject({
      groups: {
        EMEA: ['cat'],
        Sales: ['bob', 'cat'],
        Roster: ['ann', 'bob', 'cat'],
        Outside: ['ann', 'dan'],
      },
    })
  })

  test('a member of type CUSTOMER: everyone', async () => {
    google.directory.addMember('emea@corp.example', { type: 'CUSTOMER' })
    expect(await read(scopeOf(['Roster']))).toMatchObject({
      users: ['admin', 'ann', 'bob', 'cat', 'dan'],
      gaps: [],
    })
  })

  test('groups nested in a circle', async () => {
    google.directory.addMember('emea@corp.example', 'roster@corp.example')
    expect(await read(scopeOf(['Roster']))).toMatchObject({
      groups: { Roster: ['ann', 'bob', 'cat'] },
      gaps: [],
    })
    expect(count(({ path }) => path.endsWith('/members'))).toBe(3)
  })

  test('an excluded group is excluded by its name, however deep it is', async () => {
    expect(await read(scopeOf(['Roster'], 'selected', { groups: ['EMEA'] }))).toMatchObject({
      users: ['ann', 'bob'],
    })
  })
})

describe('SCIM groups that are not there', () => {
  beforeEach(company)

  test('are a gap', async () => {
    expect((await read(scopeOf(['Roster', 'Ghosts', 'ghosts@corp.example']))).gaps).toEqual([
      'scim-group-unresolved Ghosts',
      'scim-group-unresolved ghosts@corp.example',
    ])
  })

  test('are an error that names each, when there is no other', async () => {
    const error = await failure(scopeOf(['Ghosts', 'ghosts@corp.example']))
    expect(error).toMatchObject({ failure: 'config' })
    expect(error.message).toContain('Ghosts: ')
    expect(error.message).toContain('ghosts@corp.example: ')
    expect(error.remedy).toContain('36 hours')
  })

  test('a name that fits two groups is a gap that names both, not the first one (D: "takes the first hit")', async () => {
    google.directory.addGroup({ email: 'sales2@corp.example', name: 'SALES' }, ['dan@corp.example'])
    const { snapshot } = await read(scopeOf(['Roster', 'Sales']))
    expect(snapshot.gaps).toMatchObject([{ kind: 'scim-group-unresolved', subject: 'Sales' }])
    expect(snapshot.gaps[0]?.detail).toContain('sales@corp.example')
    expect(snapshot.gaps[0]?.detail).toContain('sales2@corp.example')
  })

  test('a name that only begins alike is not taken (Commander PR#1101)', async () => {
    google.setLooseSearch(true)
    group('Sales Interns', 'dan')
    expect(await read(scopeOf(['Sales']))).toMatchObject({ groups: { Sales: ['bob', 'cat'] }, gaps: [] })
  })

  test.each([`Bob's "Team"`, 'back\\slash', 'a* (b) + ü'])(
    'D:481, D:502: names are escaped: %s',
    async (name) => {
      google.directory.addGroup({ email: 'odd@corp.example', name }, ['ann@corp.example'])
      expect(await read(scopeOf([name]))).toMatchObject({ groups: { [name]: ['ann'] }, gaps: [] })
    },
  )
})

describe('members', () => {
  test('groups beyond 200 members and tenants beyond 500 users are read whole', async () => {
    const names = Array.from({ length: 1100 }, (_, n) => `u${n}`)
    people(...names)
    group('Big', ...names)
    const result = await read(scopeOf(['Big']))
    expect(result.users).toHaveLength(1100)
    expect(result.groups?.['Big']).toHaveLength(1100)
    expect(count(({ path }) => path.endsWith('/members'))).toBe(6)
    expect(count(({ path }) => path.endsWith('/users'))).toBe(3)
  })

  test('D:555: members of a nested group belong to the group that is selected', async () => {
    company()
    expect((await read(scopeOf(['Roster']))).groups).toEqual({ Roster: ['ann', 'bob', 'cat'] })
  })

  test('a suspended or archived user is not active (idp-scim-sync#40)', async () => {
    people('ann', 'bob', 'cat')
    google.directory.updateUser('bob@corp.example', { suspended: true })
    google.directory.updateUser('cat@corp.example', { archived: true })
    group('All', 'ann', 'bob', 'cat')
    const { snapshot } = await read(scopeOf(['All']))
    expect(Object.fromEntries(snapshot.users.map(({ label, active }) => [label, active]))).toEqual({
      'ann@corp.example': true,
      'bob@corp.example': false,
      'cat@corp.example': false,
    })
  })

  test('an external member is a stranger and stops nothing (idp-scim-sync#49)', async () => {
    people('ann')
    google.directory.addGroup({ email: 'all@corp.example', name: 'All' }, [
      'ann@corp.example',
      'guest@other.example',
      { type: 'EXTERNAL', email: 'ext@third.example' },
    ])
    const { snapshot, users, gaps, groups } = await read(scopeOf(['All']))
    expect({ users, gaps }).toEqual({ users: ['ann'], gaps: [] })
    expect(snapshot.strangers.map(({ label }) => label).sort()).toEqual([
      'ext@third.example',
      'guest@other.example',
    ])
    expect(groups).toEqual({ All: ['ann', 'ext@third.example', 'guest@other.example'] })
  })

  test('a nested group of another tenant leaves its parent unread', async () => {
    people('ann')
    google.directory.addGroup({ email: 'all@corp.example', name: 'All' }, [
      'ann@corp.example',
      { type: 'GROUP', email: 'partners@other.example' },
    ])
    const { snapshot, gaps } = await read(scopeOf(['All']))
    expect(gaps).toEqual(['members-unread partners@other.example'])
    expect(snapshot.groups?.[0]?.unread).not.toBeNull()
  })

  test('a member whom Google does not tell us about is not called a stranger (users-unread)', async () => {
    people('ann', 'bob')
    group('All', 'ann', 'bob')
    const id = google.directory.findUser('bob@corp.example')?.id ?? ''
    google.setFaults(({ path }) =>
      path.endsWith('/users') ? { kind: 'list', fault: 'cut' } : path.endsWith(id) ? serverFault(503) : null,
    )
    expect((await read(scopeOf(['All']))).gaps).toEqual(['users-unread bob@corp.example'])
  })
})

describe('what fails for good', () => {
  test.each<[string, GoogleFault]>([
    ['D:548: a member list that fails', serverFault(503)],
    ['KG:212: a quota that stays exceeded', quotaFault()],
    ['ssosync#234: an incomplete list', { kind: 'list', fault: 'cut' }],
    ['a page token that repeats', { kind: 'list', fault: 'repeat' }],
    ['a list that never ends', { kind: 'list', fault: 'endless' }],
    ['an answer that is cut off', { kind: 'truncate' }],
    ['HTML', { kind: 'answer', status: 200, body: '<html>log in</html>' }],
    [
      'an empty object',
      { kind: 'answer', status: 200, body: '{}', headers: { 'content-type': 'application/json' } },
    ],
  ])('%s: the group is unread, and the run goes on', async (_, fault) => {
    company()
    failing(membersOf('sales'), fault)
    const { snapshot, users, gaps } = await read(scopeOf(['Roster', 'Outside']))
    expect(gaps).toHaveLength(1)
    expect(gaps[0]).toMatch(/^members-unread sales/i)
    expect(users).toEqual(expect.arrayContaining(['ann', 'dan']))
    expect(snapshot.groups?.map(({ displayName, unread }) => [displayName, unread === null])).toEqual([
      ['Roster', false],
      ['Outside', true],
    ])
  })

  test('a nested group whose name can not be read is not renamed to its address', async () => {
    company()
    failing(google.directory.findGroup('sales@corp.example')?.id ?? '', serverFault(503))
    const { snapshot } = await read(scopeOf(['Roster'], 'listed'))
    expect(snapshot.groups).toEqual([])
    expect(snapshot.groupsComplete).toBe(false)
  })

  test('a nested group whose name can not be read may be an excluded one', async () => {
    company()
    failing(google.directory.findGroup('emea@corp.example')?.id ?? '', serverFault(503))
    const { users, gaps } = await read(scopeOf(['Roster'], 'selected', { groups: ['EMEA'] }))
    expect(users).toEqual(['ann', 'bob'])
    expect(gaps).toHaveLength(1)
  })

  test('users that fail wholly fail the run, instead of leaving nobody in scope', async () => {
    company()
    failing('/users', serverFault(500))
    expect(await failure(scopeOf([]))).toMatchObject({ failure: 'unreachable' })
  })

  test('users that fail half-way are a gap', async () => {
    people(...Array.from({ length: 600 }, (_, n) => `u${n}`))
    google.setFaults(({ path, query }) =>
      path.endsWith('/users') && query['pageToken'] ? serverFault(500) : null,
    )
    const { users, snapshot } = await read(scopeOf([]))
    expect(users.length).toBe(500)
    expect(snapshot.gaps).toMatchObject([{ kind: 'users-unread' }])
  })

  test('an empty list of users is a gap: the administrator is one', async () => {
    failing('/users', { kind: 'list', fault: 'cut' })
    expect((await read(scopeOf([]))).gaps).toEqual(['users-unread users'])
  })

  test('a list of users that lacks someone whom a group names is a gap (SS:1653)', async () => {
    people('ann', 'bob', 'cat')
    group('All', 'ann', 'bob', 'cat')
    failing('/users', { kind: 'list', fault: 'cut' })
    expect(await read(scopeOf([], 'all'))).toMatchObject({
      users: ['admin', 'ann', 'bob', 'cat'],
      gaps: ['users-unread users'],
    })
  })

  test('an outage ends the run, instead of one wait after the other', async () => {
    for (let n = 0; n < 200; n++) group(`g${n}`, 'admin')
    google.setFaults(({ path }) => (path.endsWith('/members') ? serverFault(503) : null))
    expect(await failure(scopeOf([], 'all'))).toMatchObject({ code: 'GOOGLE_DOWN', failure: 'unreachable' })
    expect(count(({ path }) => path.endsWith('/members'))).toBeLessThan(100)
  })

  test('a run that is stopped is an error, not a directory full of gaps', async () => {
    company()
    const stop = new AbortController()
    google.setFaults(({ path }) => {
      if (path.endsWith('/members')) stop.abort('SIGTERM')
      return null
    })
    const { source } = googleSourceTo(google, scopeOf(['Roster']))
    await expect(source.read(stop.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await source.close()
  })

  test('groups that fail half-way are a gap', async () => {
    for (let n = 0; n < 250; n++) group(`g${n}`, 'admin')
    google.setFaults(({ path, query }) =>
      path.endsWith('/groups') && query['pageToken'] ? serverFault(500) : null,
    )
    const { snapshot } = await read(scopeOf([], 'all'))
    expect(snapshot.gaps).toMatchObject([{ kind: 'groups-unread' }])
    expect(snapshot.groupsComplete).toBe(false)
  })
})

describe('what passes is tried again', () => {
  beforeEach(company)
  test.each<[string, GoogleFault]>([
    ['403 userRateLimitExceeded', quotaFault('userRateLimitExceeded')],
    ['403 quotaExceeded', quotaFault('quotaExceeded')],
    ['403 rateLimitExceeded', quotaFault('rateLimitExceeded')],
    ['429', tooManyFault()],
    ['500', serverFault(500)],
    ['502', serverFault(502)],
    ['ssosync#278: one 503', serverFault(503)],
    ['504', serverFault(504)],
    ['a connection that drops', { kind: 'drop-before' }],
    ['an answer that is cut off', { kind: 'truncate' }],
  ])('%s', async (_, fault) => {
    failing(membersOf('roster'), fault, 2)
    const result = await read(scopeOf(['Roster']))
    expect(result).toMatchObject({ users: ['ann', 'bob', 'cat'], gaps: [] })
    const tries = result.events.filter(({ path }) => path.endsWith(membersOf('roster')))
    expect(tries.map(({ attempt, retry }) => [attempt, retry !== null])).toEqual([
      [1, true],
      [2, true],
      [3, false],
    ])
  })

  test('Retry-After is obeyed', async () => {
    failing(membersOf('roster'), tooManyFault('0.05'), 1)
    const started = performance.now()
    expect(await read(scopeOf(['Roster']))).toMatchObject({ gaps: [] })
    expect(performance.now() - started).toBeGreaterThan(49)
  })

  test('the token endpoint too', async () => {
    failing('/token', serverFault(503), 2)
    expect(await read(scopeOf(['Roster']))).toMatchObject({ gaps: [] })
  })

  test.each<[string, GoogleFault]>([
    ['GC:81: no other 4xx', { kind: 'answer', status: 400, body: '{}' }],
    ['dailyLimitExceeded', quotaFault('dailyLimitExceeded')],
  ])('%s', async (_, fault) => {
    failing(membersOf('roster'), fault)
    await read(scopeOf(['Roster', 'Outside']))
    const path = membersOf('roster')
    expect(count((request) => request.path.endsWith(path))).toBe(1)
  })

  test('a token that is refused before its time is fetched again, once', async () => {
    let revoked = false
    google.setFaults(({ path }) => {
      if (!revoked && path.endsWith('/members')) {
        revoked = true
        google.revokeTokens()
      }
      return null
    })
    expect(await read(scopeOf(['Roster']))).toMatchObject({ users: ['ann', 'bob', 'cat'], gaps: [] })
    expect(count(({ path }) => path === '/token')).toBe(2)
  })
})

describe('a quota by the minute', () => {
  test('is waited for, with the patience that is built in', async () => {
    company()
    let now = 0
    const clock = {
      now: () => Date.now(),
      monotonic: () => now,
      sleep: (ms: number) => {
        now += ms
        return Promise.resolve()
      },
    }
    const path = membersOf('roster')
    google.setFaults((request) => (request.path.endsWith(path) && now < 60_000 ? quotaFault() : null))
    const { source } = googleSourceTo(google, scopeOf(['Roster']), {
      clock,
      random: () => 0.5,
      retryPolicy: patience,
    })
    expect(namesIn(google, await source.read(signal))).toMatchObject({ gaps: [] })
    expect(now).toBeLessThan(240_000)
    await source.close()
  })
})

describe('economy', () => {
  test('ten at once, and no more', async () => {
    for (let n = 0; n < 60; n++) group(`g${n}`, 'admin')
    google.setLatency(5)
    await read(scopeOf([], 'all'))
    expect(google.mostAtOnce()).toBeGreaterThan(5)
    expect(google.mostAtOnce()).toBeLessThanOrEqual(10)
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

describe('check', () => {
  const findings = async (scope: Scope) => {
    const { source } = googleSourceTo(google, scope)
    const found = await source.check(signal)
    await source.close()
    return found
  }

  test('finds everything in order', async () => {
    company()
    const found = await findings(scopeOf(['Roster', 'dan@corp.example']))
    expect(found.filter(({ level }) => level !== 'ok')).toEqual([])
    expect(found.length).toBeGreaterThanOrEqual(6)
  })

  test('names the scope that is missing, and it alone', async () => {
    google.setScopes(readOnlyScopes.slice(1))
    const errors = (await findings(scopeOf([]))).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain(readOnlyScopes[0])
    expect(errors[0]?.remedy).toContain('Domain-wide delegation')
  })

  test('names the SCIM group that is not there', async () => {
    company()
    const errors = (await findings(scopeOf(['Roster', 'Ghosts']))).filter(({ level }) => level === 'error')
    expect(errors).toHaveLength(1)
    expect(errors[0]?.message).toContain('Ghosts')
  })
})
