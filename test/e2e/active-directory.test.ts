import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { Secret } from '../../src/lib/secret.ts'
import { createActiveDirectorySource } from '../../src/source/active-directory/active-directory-source.ts'
import type { Scope } from '../../src/source/source.ts'
import { failureOf, sourceOptions, summary, type SourceOverrides } from '../fixtures/ldap-stub/source.ts'
import { company, groupDn, links, MANY, oddNames, SERVICE_PASSWORD, userDn } from './samba/company.ts'
import {
  ADMIN_PASSWORD,
  DOMAIN,
  startDomainController,
  type DomainController,
} from './samba/domain-controller.ts'

let dc: DomainController

beforeAll(async () => {
  dc = await startDomainController(company())
  const sid = await dc.lookUp('(sAMAccountName=primary)', 'objectSid')
  await dc.modify(links(sid.slice(sid.lastIndexOf('-') + 1)))
})
afterAll(() => dc.stop())

const sourceOf = (overrides: SourceOverrides = {}) =>
  createActiveDirectorySource(
    sourceOptions({
      url: ['ldaps://localhost'],
      user: 'CORP\\svc-scim',
      password: new Secret(SERVICE_PASSWORD),
      allowInsecure: false,
      caFile: dc.caFile,
      clock: systemClock,
      timeouts: { connectMs: 5000, answerMs: 60_000, searchSeconds: 50 },
      ...overrides,
    }),
  )

const read = async (overrides: SourceOverrides = {}) => {
  const source = sourceOf(overrides)
  try {
    return await source.read(new AbortController().signal)
  } finally {
    await source.close()
  }
}

const scope = (scimGroups: readonly string[], groups: Scope['groups'] = 'listed') => ({
  scope: { scimGroups, groups },
})

const koeln = 'Köln, (R&D) #1 "x" \\y'
const oddAccounts = oddNames.map(([, account]) => account)
const inRoster = ['ann', 'bob', 'cat', 'dan', 'eve', 'nora', 'uma', ...oddAccounts].sort()
const sales = ['bob', 'cat', 'dan', 'eve']

describe('what is read', () => {
  test.each<[Scope['groups'], object | null]>([
    ['listed', { Odd: [...oddAccounts].sort(), Sales: sales, [koeln]: ['nora', 'uma'] }],
    ['selected', { roster: inRoster }],
    ['none', null],
  ])('groups: %s', async (mode, groups) => {
    expect(summary(await read(scope(['roster'], mode)))).toEqual({
      users: inRoster,
      strangers: [],
      groups,
      unread: [],
      gaps: [],
    })
  })

  test('groups: all, those of Samba included', async () => {
    const { users, groups, gaps } = summary(await read(scope(['roster'], 'all')))
    expect(users).toEqual(inRoster)
    expect(gaps).toEqual([])
    expect(groups).toMatchObject({
      EMEA: sales,
      Sales: sales,
      Odd: [...oddAccounts].sort(),
      'Domain Users': inRoster,
    })
    expect(Object.keys(groups ?? {})).not.toContain('roster')
    expect(Object.keys(groups ?? {})).not.toContain('Crowd')
  })

  test('every attribute of a person', async () => {
    const snapshot = await read(scope(['emea'], 'selected'))
    expect(snapshot.users.find(({ label }) => label === 'cat')).toEqual({
      key: (await dc.lookUp('(sAMAccountName=cat)', 'objectGUID')).toLowerCase(),
      userName: 'cat@mail.example.com',
      label: 'cat',
      displayName: 'Cat Cook',
      givenName: 'Cat',
      familyName: 'Cook',
      active: true,
    })
  })

  test('a group is known by its objectGUID', async () => {
    const { groups } = await read(scope(['emea'], 'selected'))
    expect(groups?.[0]?.key).toBe(await dc.lookUp('(sAMAccountName=emea)', 'objectGUID'))
  })

  test('who is active, and what is their email', async () => {
    const { users } = await read(scope(['roster'], 'none'))
    const found = new Map(users.map(({ label, active, userName }) => [label, { active, userName }]))
    expect(found.get('dan')).toEqual({ active: false, userName: 'dan@mail.example.com' })
    expect(found.get('eve')).toEqual({ active: false, userName: 'eve@mail.example.com' })
    expect(found.get('uma')).toEqual({ active: true, userName: 'uma@corp.example.com' })
    expect(found.get('nora')).toEqual({ active: true, userName: null })
  })

  test('a member by primary group', async () => {
    expect(summary(await read(scope(['primary-roster'])))).toMatchObject({
      users: ['otto'],
      groups: { Primary: ['otto'] },
    })
  })

  test('Domain Users, whom nothing but the primary group holds together', async () => {
    const snapshot = await read(scope(['Domain Users'], 'selected'))
    expect(snapshot.groups?.[0]?.members.size).toBeGreaterThan(MANY)
    expect(snapshot.gaps).toEqual([])
  })

  test('3,000 members', async () => {
    const requests: string[] = []
    const snapshot = await read({
      ...scope(['crowd'], 'selected'),
      onRequest: ({ method }) => requests.push(method),
    })
    expect(snapshot.users).toHaveLength(MANY)
    expect(snapshot.groups).toMatchObject([{ displayName: 'Crowd', members: { size: MANY }, unread: null }])
    expect(snapshot.gaps).toEqual([])
    expect(requests.length).toBeLessThan(60)
  })

  test('everyone, in pages, past the references to other partitions; no computers, no contacts', async () => {
    const { users, gaps } = summary(await read(scope([], 'none')))
    expect(users.length).toBeGreaterThan(MANY + inRoster.length)
    expect(users).toEqual(expect.arrayContaining([...inRoster, 'otto', 'svc-scim', 'Administrator']))
    expect(users).not.toContain('PC1$')
    expect(users).not.toContain(`CN=Contact,OU=People,${DOMAIN}`)
    expect(gaps).toEqual([])
  })

  test('a narrower base', async () => {
    const { users } = summary(await read({ baseDn: `ou=people,${DOMAIN}`, ...scope([], 'none') }))
    expect(users).toContain('otto')
    expect(users).not.toContain('Administrator')
  })
})

describe('SCIM groups', () => {
  test.each([
    ['by common name', koeln],
    ['by account name', 'KOELN-RD'],
    ['by DN', groupDn(koeln)],
    ['by DN in another case', groupDn(koeln).toLowerCase()],
    ['by DN with hexadecimal escapes', groupDn(koeln).replace('ö', '\\C3\\B6').replace('\\,', '\\2C')],
  ])('%s', async (_, name) => {
    expect(summary(await read(scope([name], 'selected')))).toMatchObject({
      groups: { [koeln]: ['nora', 'uma'] },
    })
  })

  test('people by DN, whatever is in it', async () => {
    const names = oddNames.map(([name]) => userDn(name))
    expect(summary(await read(scope(names, 'none')))).toMatchObject({
      users: [...oddAccounts].sort(),
      gaps: [],
    })
  })

  test('an ambiguous name is a gap that names both', async () => {
    const { gaps } = await read(scope(['roster', 'twin'], 'none'))
    expect(gaps).toMatchObject([{ kind: 'scim-group-unresolved', subject: 'twin' }])
    expect(gaps[0]?.detail).toContain(groupDn('twin one'))
    expect(gaps[0]?.detail).toContain(`CN=twin,${DOMAIN}`)
  })

  test('one that is missing is a gap', async () => {
    const { gaps } = await read(scope(['roster', 'no such group', `CN=gone,${DOMAIN}`], 'none'))
    expect(gaps.map(({ subject }) => subject)).toEqual(['no such group', `CN=gone,${DOMAIN}`])
  })
})

describe('the connection', () => {
  test.each([
    ['DOMAIN\\USER', 'CORP\\svc-scim'],
    ['UPN', 'svc-scim@corp.example.com'],
    ['DN', userDn('svc-scim')],
  ])('a bind as %s', async (_, user) => {
    expect((await read({ user, ...scope(['emea'], 'none') })).users.length).toBeGreaterThan(0)
  })

  test('StartTLS', async () => {
    const methods: string[] = []
    const { users } = await read({
      url: ['ldap://localhost'],
      startTls: true,
      onRequest: ({ method }) => methods.push(method),
      ...scope(['emea'], 'none'),
    })
    expect(users).not.toEqual([])
    expect(methods.slice(0, 3)).toEqual(['starttls', 'bind', 'search'])
  })

  test('several URLs: the first that answers', async () => {
    const { users } = await read({ url: ['ldaps://localhost:1', 'localhost'], ...scope(['emea'], 'none') })
    expect(users).not.toEqual([])
  })

  test('a wrong password', async () => {
    const error = await failureOf(() => read({ password: new Secret('wrong') }))
    expect(error).toMatchObject({ code: 'AD_BIND_REFUSED', failure: 'credentials' })
    expect(error.message).toContain('user or password is wrong')
  })

  test('a disabled account', async () => {
    const error = await failureOf(() => read({ user: userDn('Dan Disabled'), password: new Secret('any') }))
    expect(error.code).toBe('AD_BIND_REFUSED')
  })

  test('in the clear is refused on this side', async () => {
    const error = await failureOf(() => read({ url: ['ldap://localhost'] }))
    expect(error.code).toBe('AD_CLEAR_BIND')
  })

  test('in the clear is refused on the other side', async () => {
    const error = await failureOf(() => read({ url: ['ldap://localhost'], allowInsecure: true }))
    expect(error).toMatchObject({ code: 'AD_ENCRYPTION_REQUIRED', failure: 'config' })
    expect(error.message).toContain('strongerAuthRequired (8)')
  })

  test.each([
    ['ldaps', { url: ['ldaps://localhost'] }],
    ['StartTLS', { url: ['ldap://localhost'], startTls: true }],
  ])('a wrong CA: %s', async (_, options) => {
    const error = await failureOf(() => read({ ...options, caFile: dc.otherCaFile }))
    expect(error.code).toBe('AD_CERTIFICATE')
  })

  test('a host name that the certificate does not carry', async () => {
    const error = await failureOf(() => read({ url: ['ldaps://127.0.0.1'] }))
    expect(error.code).toBe('AD_CERTIFICATE')
    expect(error.message).toContain('127.0.0.1')
  })

  test('a base of another domain', async () => {
    const error = await failureOf(() => read({ baseDn: 'DC=other,DC=example' }))
    expect(error.code).toBe('AD_BASE_DN')
  })

  test('the global catalog: what it does not hold is unread, and said aloud', async () => {
    const warnings: string[] = []
    const { unread } = summary(
      await read({
        url: ['ldaps://localhost:3269'],
        log: { ...sourceOptions({}).log, warn: (message) => warnings.push(message) },
      }),
    )
    expect(unread).toContain('Sales')
    expect(warnings).toContainEqual(expect.stringContaining('the global catalog'))
  })
})

describe('check', () => {
  test('as an ordinary domain user', async () => {
    const findings = await sourceOf().check(new AbortController().signal)
    expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
      'ok ad-url',
      'ok ad-tls',
      'ok ad-tls-chain',
      'ok ad-bind',
      'ok ad-base',
      'ok ad-people',
      'ok ad-scim-group',
      'ok ad-page-limit',
      'ok ad-range-limit',
    ])
  })

  test('as the administrator, at two URLs and the global catalog', async () => {
    const source = sourceOf({
      url: ['ldaps://localhost:3269', 'ldaps://localhost:1'],
      user: 'CORP\\Administrator',
      password: new Secret(ADMIN_PASSWORD),
      ...scope([koeln]),
    })
    const findings = await source.check(new AbortController().signal)
    const found = findings.map(({ level, check }) => `${level} ${check}`)
    expect(found).toContain('error ad-url')
    expect(found).toContain('warning ad-global-catalog')
  })
})
