import { describe, expect, test } from 'vitest'
import {
  dashed,
  domain,
  group,
  groupDn,
  person,
  plain,
  sidOf,
  userDn,
  type StubObject,
} from '../../../test/fixtures/ldap-stub/objects.ts'
import { sourceOptions } from '../../../test/fixtures/ldap-stub/source.ts'
import { startLdapStub, type StubOptions } from '../../../test/fixtures/ldap-stub/server.ts'
import { locatedSummary } from '../../../test/fixtures/located.ts'
import { createActiveDirectorySource } from './active-directory-source.ts'

// roster ─ ann, sales; sales ─ bob, emea; emea ─ cat, sales (a cycle); the primary group of dan is staff, which is in roster.
const odd = 'Müller, (J)*\\ "x"'
const company: readonly StubObject[] = [
  domain,
  person('ann'),
  person('bob', { userAccountControl: '514', accountExpires: '132223104000000000' }),
  person('cat', { userPrincipalName: 'cat.cook@ad.corp.example' }),
  person('dan', { objectSid: sidOf(5001), primaryGroupID: '1200' }),
  person(odd, { sAMAccountName: 'odd', mail: 'odd@corp.example', userPrincipalName: 'odd@ad.corp.example' }),
  plain('pc', 'computer', userDn('pc'), { sAMAccountName: 'PC1$', sAMAccountType: '805306369' }),
  group('roster', [userDn('ann'), groupDn('sales'), groupDn('staff')], { objectSid: sidOf(1201) }),
  group('sales', [userDn('bob'), groupDn('emea'), userDn(odd)], { objectSid: sidOf(1202) }),
  group('emea', [userDn('cat'), groupDn('sales')], { objectSid: sidOf(1203) }),
  group('staff', [], { objectSid: sidOf(1200) }),
]

const locate = async (
  query: string,
  { objects = company, ...stubOptions }: Partial<StubOptions> = {},
  email = 'mail',
) => {
  const stub = await startLdapStub({ objects, ...stubOptions })
  const source = createActiveDirectorySource(sourceOptions({ url: [`ldap://127.0.0.1:${stub.port}`], email }))
  try {
    return locatedSummary(await source.locate(query, new AbortController().signal))
  } finally {
    await source.close()
    await stub.close()
  }
}
const labels = async (...args: Parameters<typeof locate>) =>
  (await locate(...args)).people.map(({ label }) => label)

describe('whom it finds', () => {
  test.each([
    ['the email', 'CAT@corp.example'],
    ['the userPrincipalName', 'cat.cook@ad.corp.example'],
    ['the sAMAccountName', 'Cat'],
    ['the account with its domain', 'CORP\\cat'],
    ['the DN', userDn('cat').toUpperCase()],
    ['the objectGUID', dashed('cat')],
    ['the objectGUID as PowerShell may print it', `{${dashed('cat').toUpperCase()}}`],
  ])('by %s', async (_, query) => {
    expect(await locate(query)).toMatchObject({
      people: [
        { label: 'cat', names: ['cat.cook@ad.corp.example', userDn('cat')], inactive: [], unread: null },
      ],
      more: 0,
    })
  })

  test('by an attribute that stands for the email', async () => {
    const objects = [domain, person('ann', { extensionAttribute1: 'a@elsewhere.example' })]
    expect(await labels('a@elsewhere.example', { objects }, 'extensionAttribute1')).toEqual(['ann'])
    expect(await labels('a@elsewhere.example', { objects })).toEqual([])
  })

  test.each([
    ['a name that nobody has', 'zoe'],
    ['a DN that is not there', userDn('zoe')],
    ['an objectGUID that is not there', dashed('zoe')],
    ['a computer', 'PC1$'],
    ['a computer by its DN', userDn('pc')],
    ['a group', 'sales'],
    ['a wildcard', '*'],
    ['syntax of a filter', '*)(objectClass=*'],
  ])('not %s', async (_, query) => {
    expect(await locate(query)).toEqual({ people: [], more: 0 })
  })

  test('a DN with everything that needs escaping', async () => {
    expect(await locate(userDn(odd))).toMatchObject({
      people: [{ label: 'odd', above: { sales: ['directly', 'emea'] } }],
    })
  })

  test('the server takes é for e; a name is that very name all the same', async () => {
    const objects = [domain, person('Rene'), person('René')]
    expect(await labels('rené', { objects })).toEqual(['René'])
  })

  test('all who share an email, and no more than anybody reads', async () => {
    const names = Array.from({ length: 25 }, (_, n) => `p${String(n).padStart(2, '0')}`)
    const objects = [domain, ...names.map((name) => person(name, { mail: 'team@corp.example' }))]
    const { people, more } = await locate('team@corp.example', { objects })
    expect(people.map(({ label }) => label)).toEqual(names.slice(0, 20))
    expect(more).toBe(5)
  })

  test('and why they are inactive', async () => {
    expect(await locate('bob')).toMatchObject({
      people: [{ label: 'bob', inactive: ['disabled', 'expired on 2020-01-01'] }],
    })
  })

  test('a search that is refused is an error, not nobody', async () => {
    const fault: StubOptions['fault'] = ({ scope }) =>
      scope === 'sub' ? { kind: 'status', status: 50 } : null
    await expect(locate('ann', { fault })).rejects.toMatchObject({ code: 'AD_SEARCH_REFUSED' })
  })
})

describe('the groups above', () => {
  test('directly, through others, and past a cycle', async () => {
    expect(await locate('cat')).toMatchObject({
      people: [{ above: { emea: ['directly', 'sales'], sales: ['emea'], roster: ['sales'] }, unread: null }],
    })
  })

  test('through the primary group, which no `member` says', async () => {
    expect(await locate('dan')).toMatchObject({
      people: [{ above: { staff: ['directly'], roster: ['staff'] }, unread: null }],
    })
  })

  test('more than a page of them', async () => {
    const teams = Array.from({ length: 450 }, (_, n) =>
      group(`team${n}`, [userDn('ann')], { objectSid: sidOf(7000 + n) }),
    )
    const [ann] = (await locate('ann', { objects: [...company, ...teams], limits: { maxPageSize: 100 } }))
      .people
    expect(Object.keys(ann?.above ?? {})).toHaveLength(451)
  })

  test('asked again on a new connection; what fails for good is said, and the rest stands', async () => {
    let searches = 0
    const once = await locate('cat', {
      fault: ({ scope }) => (scope === 'sub' && ++searches === 3 ? { kind: 'drop', after: 0 } : null),
    })
    expect(once).toMatchObject({ people: [{ above: { roster: ['sales'] }, unread: null }] })
    searches = 0
    const refused = await locate('cat', {
      fault: ({ scope }) => (scope === 'sub' && ++searches === 5 ? { kind: 'status', status: 50 } : null),
    })
    expect(refused).toMatchObject({
      people: [{ above: { emea: ['directly'], sales: ['emea'] }, unread: 'insufficientAccessRights (50)' }],
    })
    expect(refused.people[0]?.above).not.toHaveProperty('roster')
  })

  test('a primary group that can’t be read is said', async () => {
    const [ann] = company.filter(({ dn }) => dn === userDn('ann'))
    const objects = [
      ...company.filter((one) => one !== ann),
      ...(ann ? [{ ...ann, hidden: ['primaryGroupID'] }] : []),
    ]
    expect(await locate('ann', { objects })).toMatchObject({
      people: [
        {
          above: { roster: ['directly'] },
          unread: 'the primary group: the account may not read which it is',
        },
      ],
    })
  })
})
