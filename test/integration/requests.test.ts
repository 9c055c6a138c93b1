import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { makeKeyPair, type KeyPair } from '../../src/emulators/google/service-account.ts'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import type { KeeperBehaviour } from '../../src/emulators/keeper/routes.ts'
import type { Scope } from '../../src/source/source.ts'
import { googleSourceTo, scopeOf, startTenant } from '../fixtures/google-source.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

// How many requests a read takes: the pages of the two sides, the token, and ServiceProviderConfig.

const signal = new AbortController().signal
const address = (name: string): string => `${name}@corp.example`
const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => address(`${name}${n}`))
/** So many requests by what they ask for: `users` a page, `user` one by one. */
const tally = (names: readonly string[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

describe('Google', () => {
  let keyPair: KeyPair
  let google: GoogleEmulator
  beforeAll(async () => {
    keyPair = await makeKeyPair()
  })
  beforeEach(async () => {
    google = await startTenant({ keyPair })
  })
  afterEach(() => google.close())

  /** Users, each in four of so many groups; Google's pages are 500 users, 200 groups and 200 members. */
  const fill = (users: number, groups: number): { users: string[]; groups: string[] } => {
    const people = numbered('u', users)
    const teams = numbered('g', groups)
    for (const primaryEmail of people) google.directory.addUser({ primaryEmail })
    teams.forEach((email, g) =>
      google.directory.addGroup(
        { email, name: `Team ${g}` },
        people.filter((_, n) => (n - g + groups) % groups < 4),
      ),
    )
    return { users: people, groups: teams }
  }
  const asked = async (scope: Scope) => {
    const before = google.requests.length
    const { source } = googleSourceTo(google, scope)
    const snapshot = await source.read(signal)
    await source.close()
    expect(snapshot.gaps).toEqual([])
    const kinds = google.requests.slice(before).map(({ path, query }) => {
      const [type = '', key, sub] = path.replace('/admin/directory/v1/', '').split('/')
      return sub ?? (query['query'] ? 'search' : key === undefined ? type : type.slice(0, -1))
    })
    return { ...tally(kinds), people: snapshot.users.length, teams: snapshot.groups?.length ?? null }
  }

  test('no SCIM group: the pages of users', async () => {
    fill(1200, 40)
    expect(await asked(scopeOf([]))).toEqual({ '': 1, users: 3, people: 1201, teams: null })
  })

  test('all groups: the pages of users and of groups, and those of each group’s members', async () => {
    fill(1200, 250)
    expect(await asked(scopeOf([], 'all'))).toEqual({
      '': 1,
      users: 3,
      groups: 2,
      members: 250,
      people: 1201,
      teams: 250,
    })
  })

  test('all groups of those in SCIM groups: no SCIM group is looked up, be it by address or by name', async () => {
    fill(300, 40)
    expect(await asked(scopeOf([address('g1'), 'Team 2', 'TEAM 3'], 'all'))).toMatchObject({
      groups: 1,
      members: 40,
      users: 1,
    })
  })

  test('two hundred SCIM groups by address: a page of groups instead of two hundred look-ups', async () => {
    const { groups } = fill(1200, 200)
    expect(await asked(scopeOf(groups))).toEqual({
      '': 1,
      groups: 1,
      members: 200,
      users: 3,
      people: 1200,
      teams: 200,
    })
  })

  test('two hundred SCIM groups by name: the same', async () => {
    fill(400, 200)
    const names = Array.from({ length: 200 }, (_, g) => `team ${g}`)
    // Whether a name is there once shows at the end of the list only.
    expect(await asked(scopeOf(names))).toMatchObject({ groups: 1, members: 200, users: 1, teams: 200 })
  })

  test('a few SCIM groups: a look-up each', async () => {
    fill(400, 40)
    expect(await asked(scopeOf([address('g1'), 'Team 2']))).toMatchObject({
      group: 1,
      search: 1,
      members: 2,
    })
  })

  test('many SCIM groups of a tenant with far more: one page in vain, then look-ups', async () => {
    fill(100, 40)
    for (let n = 0; n < 2000; n++)
      google.directory.addGroup({ email: address(`other${n}`), name: `Other ${n}` })
    const wanted = Array.from({ length: 20 }, (_, n) => address(`other${n * 100}`))
    expect(await asked(scopeOf([...wanted, address('g1')]))).toMatchObject({ groups: 1, group: 18 })
  })

  test('groups nested in one SCIM group: a page of groups instead of a look-up each, and no member list twice', async () => {
    const { groups } = fill(1200, 150)
    google.directory.addGroup({ email: address('roster'), name: 'Roster' }, groups)
    google.directory.addGroup({ email: address('outer'), name: 'Outer' }, [address('roster'), address('g0')])
    expect(await asked(scopeOf([address('outer')], 'selected'))).toEqual({
      '': 1,
      // The SCIM group, and the two that it names.
      group: 3,
      groups: 1,
      members: 152,
      users: 3,
      people: 1200,
      teams: 1,
    })
  })

  test('a list of groups that fails is no loss: each is looked up', async () => {
    const { groups } = fill(60, 30)
    google.setFaults(({ path }) =>
      path.endsWith('/groups') ? { kind: 'answer', status: 400, body: '{}' } : null,
    )
    expect(await asked(scopeOf(groups))).toMatchObject({ group: 30, members: 30, teams: 30 })
  })

  test('users are listed while members are read, and no page more than without that', async () => {
    const { groups } = fill(1800, 40)
    google.setLatency(2)
    expect(await asked(scopeOf(groups))).toMatchObject({ users: 4, members: 40, people: 1800 })
    const order = google.requests.map(({ path }) => path.split('/').at(-1))
    expect(order.indexOf('users')).toBeLessThan(order.lastIndexOf('members'))
    expect(google.mostAtOnce()).toBeLessThanOrEqual(16)
  })
})

describe('SCIM', () => {
  const asked = async (users: number, groups: number, behaviour: KeeperBehaviour = {}) => {
    const keeper = await startKeeperEmulator(behaviour)
    for (const userName of numbered('u', users)) keeper.state.addUser({ userName, externalId: userName })
    for (const displayName of numbered('g', groups)) keeper.state.addGroup({ displayName })
    const { target } = scimTargetTo(keeper)
    const state = await target.read(signal)
    await target.close()
    await keeper.close()
    expect([state.users.length, state.groups.length]).toEqual([users, groups])
    return tally(keeper.requests)
  }
  const CONFIG = 'GET /ServiceProviderConfig'

  test('pages as large as the server says', async () => {
    expect(await asked(2500, 200)).toEqual({ [CONFIG]: 1, 'GET /Users': 1, 'GET /Groups': 1 })
  })

  test('a page that is full to the last place costs one more look', async () => {
    expect(await asked(100, 10, { maxCount: 2000 })).toMatchObject({ 'GET /Users': 1 })
    expect(await asked(2000, 10, { maxCount: 2000 })).toMatchObject({ 'GET /Users': 2, 'GET /Groups': 1 })
  })

  test('an older region, which does not say: pages of a thousand, and a look past an only page', async () => {
    expect(await asked(2500, 20, { serviceProviderConfig: false })).toEqual({
      [CONFIG]: 1,
      'GET /Users': 3,
      'GET /Groups': 2,
    })
  })

  test('a server that says more than it serves (authentik)', async () => {
    expect(await asked(250, 20, { ignoreCount: true })).toMatchObject({ 'GET /Users': 3 })
  })
})
