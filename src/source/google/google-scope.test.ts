import { beforeEach, describe, expect, test } from 'vitest'
import { scopeOf } from '../../../test/fixtures/google-source.ts'
import { company, count, failure, google, group, people, read } from '../../../test/fixtures/google-tenant.ts'
import { serverFault } from '../../emulators/google/google-faults.ts'
import type { Scope } from '../source.ts'

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
