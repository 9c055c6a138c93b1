import { beforeEach, describe, expect, test } from 'vitest'
import { googleSourceTo, namesIn, scopeOf } from '../../../test/fixtures/google-source.ts'
import {
  company,
  count,
  failing,
  failure,
  google,
  group,
  membersOf,
  people,
  read,
  signal,
} from '../../../test/fixtures/google-tenant.ts'
import { systemClock } from '../../lib/clock.ts'
import type { GoogleFault } from '../../emulators/google/google-emulator.ts'
import { quotaFault, serverFault, tooManyFault } from '../../emulators/google/google-faults.ts'
import { patience } from './google-source.ts'

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
    failing(membersOf('roster'), tooManyFault('2'), 1)
    const slept: number[] = []
    const sleep = (ms: number): Promise<void> => {
      slept.push(ms)
      return Promise.resolve()
    }
    const clock = { ...systemClock, sleep }
    expect(await read(scopeOf(['Roster']), { clock })).toMatchObject({ gaps: [] })
    expect(Math.max(...slept)).toBeGreaterThanOrEqual(2000)
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
