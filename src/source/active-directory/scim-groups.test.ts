import { describe, expect, test } from 'vitest'
import {
  DOMAIN,
  domain,
  group,
  groupDn,
  person,
  plain,
  userDn,
} from '../../../test/fixtures/ldap-stub/objects.ts'
import { failureOf, readStub, summary } from '../../../test/fixtures/ldap-stub/source.ts'

const people = ['ann', 'bob', 'cat', 'dan'].map((name) => person(name))

// roster ─ ann, sales ─ bob, emea ─ cat, sales (a cycle); outside ─ ann, dan
const company = [
  domain,
  ...people,
  group('roster', [userDn('ann'), groupDn('sales')]),
  group('sales', [userDn('bob'), groupDn('emea')]),
  group('emea', [userDn('cat'), groupDn('sales')]),
  group('outside', [userDn('ann'), userDn('dan')]),
]

describe('SCIM groups', () => {
  const odd = 'Müller, "R&D" (Köln) \\ #1; *+=<x>'
  const objects = [...company, group(odd, [userDn('dan')], { sAMAccountName: 'mueller-rd' })]

  test.each([
    ['by common name, whatever is in it', odd],
    ['by account name', 'mueller-rd'],
    ['without regard to case', 'MUELLER-RD'],
    ['by a name whose umlauts are written in two parts', odd.normalize('NFD')],
    ['by DN', groupDn(odd)],
    ['by DN in another case', groupDn(odd).toUpperCase()],
  ])('%s', async (_, name) => {
    const { snapshot } = await readStub(objects, { scope: { scimGroups: [name], groups: 'selected' } })
    expect(summary(snapshot)).toMatchObject({ users: ['dan'], groups: { [odd]: ['dan'] }, gaps: [] })
  })

  test('a name that looks like a DN', async () => {
    const { snapshot } = await readStub([...company, group('CN=x, a group', [userDn('dan')])], {
      scope: { scimGroups: ['CN=x, a group'], groups: 'selected' },
    })
    expect(summary(snapshot).users).toEqual(['dan'])
  })

  test('the DN of a person puts that person into scope', async () => {
    const { snapshot } = await readStub(company, { scope: { scimGroups: [userDn('dan'), 'emea'] } })
    expect(summary(snapshot)).toMatchObject({ users: ['bob', 'cat', 'dan'], gaps: [] })
  })

  test.each([
    ['there is none', 'nobody knows it'],
    ['an asterisk is not a wildcard', 'ros*'],
    ['parentheses are no filter', 'x)(objectClass=*'],
    ['the accents are others, though the server takes them for the same', 'röster'],
    ['its DN is not there', groupDn('gone')],
    ['its DN is in another domain', 'CN=x,DC=other,DC=example'],
    ['it is a computer', `CN=pc,${DOMAIN}`],
  ])('not resolved: %s', async (_, name) => {
    const objects = [...company, plain('pc', 'computer', `CN=pc,${DOMAIN}`, { sAMAccountType: '805306369' })]
    const { snapshot } = await readStub(objects, { scope: { scimGroups: ['roster', name] } })
    expect(summary(snapshot)).toMatchObject({
      users: ['ann', 'bob', 'cat'],
      gaps: [`scim-group-unresolved ${name}`],
    })
    expect(snapshot.groupsComplete).toBe(false)
  })

  test('two of one name: neither is taken, both are named', async () => {
    const twin = plain('twin', 'group', `CN=emea,OU=Elsewhere,${DOMAIN}`, {
      cn: 'emea',
      sAMAccountName: 'emea2',
    })
    const { snapshot } = await readStub([...company, twin], { scope: { scimGroups: ['roster', 'emea'] } })
    expect(snapshot.gaps).toHaveLength(1)
    expect(snapshot.gaps[0]).toMatchObject({ kind: 'scim-group-unresolved', subject: 'emea' })
    expect(snapshot.gaps[0]?.detail).toContain(`${groupDn('emea')} and ${twin.dn}`)
  })

  test('none of all is an error of the configuration', async () => {
    const error = await failureOf(() => readStub(company, { scope: { scimGroups: ['a', 'b'] } }))
    expect(error).toMatchObject({ code: 'AD_SCIM_GROUP_UNRESOLVED', failure: 'config' })
  })

  test('a server that does not answer is not the same as a group that is not there', async () => {
    const error = await failureOf(() =>
      readStub(
        company,
        {},
        { fault: ({ scope }) => (scope === 'sub' ? { kind: 'status', status: 11 } : null) },
      ),
    )
    expect(error.code).toBe('AD_SEARCH_REFUSED')
  })
})
