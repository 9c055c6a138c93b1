import { describe, expect, test } from 'vitest'
import {
  dashed,
  DOMAIN,
  domain,
  group,
  groupDn,
  person,
  plain,
  sidOf,
  userDn,
} from '../../../test/fixtures/ldap-stub/objects.ts'
import { readStub, summary, withStubDirectory } from '../../../test/fixtures/ldap-stub/source.ts'
import type { Scope } from '../source.ts'
import { readGraph } from './read-graph.ts'

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

describe('scope', () => {
  test.each<[Scope['groups'], Record<string, string[]> | null]>([
    ['listed', { sales: ['bob', 'cat'] }],
    ['selected', { roster: ['ann', 'bob', 'cat'] }],
    ['all', { emea: ['bob', 'cat'], outside: ['ann'], sales: ['bob', 'cat'] }],
    ['none', null],
  ])('groups: %s', async (groups, expected) => {
    const { snapshot } = await readStub(company, { scope: { groups } })
    expect(summary(snapshot)).toEqual({
      users: ['ann', 'bob', 'cat'],
      strangers: [],
      groups: expected,
      unread: [],
      gaps: [],
    })
  })

  test('what lies outside the scope is not read', async () => {
    const { requests } = await readStub(company)
    expect(requests.filter(({ method }) => method === 'search').length).toBeLessThan(8)
  })

  test('no SCIM group: everyone under the base', async () => {
    const { snapshot } = await readStub(company, { scope: { scimGroups: [], groups: 'all' } })
    expect(summary(snapshot)).toMatchObject({
      users: ['ann', 'bob', 'cat', 'dan'],
      groups: { roster: ['ann', 'bob', 'cat'], outside: ['ann', 'dan'] },
    })
  })

  test('no SCIM group and a narrower base: nobody from outside it, even if a group names them', async () => {
    const eve = plain('eve', 'user', `CN=eve,OU=Elsewhere,${DOMAIN}`, { sAMAccountType: '805306368' })
    const ou = plain('ou', 'organizationalUnit', `OU=People,${DOMAIN}`)
    const crew = plain('crew', 'group', `CN=crew,${ou.dn}`, { cn: 'crew', member: [userDn('ann'), eve.dn] })
    const { snapshot } = await readStub([...company, ou, eve, crew], {
      baseDn: ou.dn.toLowerCase(),
      scope: { scimGroups: [], groups: 'all' },
    })
    expect(summary(snapshot)).toMatchObject({
      users: ['ann', 'bob', 'cat', 'dan'],
      groups: { crew: ['ann'] },
      gaps: [],
    })
  })

  test('a group outside the base is followed when a SCIM group names it', async () => {
    const far = plain('far', 'group', `CN=far,OU=Elsewhere,${DOMAIN}`, { cn: 'far', member: [userDn('dan')] })
    const ou = plain('groups', 'organizationalUnit', `OU=Groups,${DOMAIN}`)
    const { snapshot } = await readStub([...company, ou, far, group('wide', [far.dn])], {
      baseDn: ou.dn,
      scope: { scimGroups: ['wide'] },
    })
    expect(summary(snapshot)).toMatchObject({ users: ['dan'], groups: { far: ['dan'] } })
  })

  test('several SCIM groups, one of them twice', async () => {
    const { snapshot } = await readStub(company, {
      scope: { scimGroups: ['emea', groupDn('emea'), 'outside'], groups: 'selected' },
    })
    expect(summary(snapshot).groups).toEqual({ emea: ['bob', 'cat'], outside: ['ann', 'dan'] })
  })
})

describe('members', () => {
  const roster = (...members: string[]) => [domain, ...people, group('roster', members)]
  const selected = { scope: { groups: 'selected' as const } }

  test('computers, contacts and service accounts are left out (D:320)', async () => {
    const pc = plain('pc', 'computer', `CN=pc,${DOMAIN}`, { sAMAccountType: '805306369' })
    const contact = plain('contact', 'contact', `CN=contact,${DOMAIN}`, { mail: 'c@corp.example' })
    const { snapshot } = await readStub([...roster(userDn('ann'), pc.dn, contact.dn), pc, contact], selected)
    expect(summary(snapshot)).toEqual({
      users: ['ann'],
      strangers: [],
      groups: { roster: ['ann'] },
      unread: [],
      gaps: [],
    })
  })

  test('a foreign security principal is a stranger: neither created nor removed', async () => {
    const foreign = plain(
      'fsp',
      'foreignSecurityPrincipal',
      `CN=S-1-5-21-9-9-9-1104,CN=ForeignSecurityPrincipals,${DOMAIN}`,
    )
    const { snapshot, warnings } = await readStub([...roster(userDn('ann'), foreign.dn), foreign], selected)
    expect(summary(snapshot)).toMatchObject({ users: ['ann'], strangers: [foreign.dn], gaps: [] })
    expect(warnings.map(({ message }) => message)).toContain(
      'members from other domains are neither created nor removed',
    )
  })

  test.each(['referral', 'noSuchObject'] as const)(
    'a member of another domain, which this server does not hold (%s), is a stranger',
    async (absent) => {
      const kid = plain('kid', 'user', 'CN=kid,DC=child,DC=corp,DC=example')
      const { snapshot } = await readStub([...roster(userDn('ann'), kid.dn), { ...kid, absent }], selected)
      expect(summary(snapshot)).toMatchObject({ users: ['ann'], strangers: [kid.dn], unread: [], gaps: [] })
    },
  )

  test('a member of another domain about whom the server does not answer is in doubt', async () => {
    const kid = plain('kid', 'user', 'CN=kid,DC=child,DC=corp,DC=example')
    const { snapshot } = await readStub(
      [...roster(userDn('ann'), kid.dn), { ...kid, absent: 'referral' as const }],
      selected,
      {
        fault: ({ base }) => (base === `<GUID=${dashed('kid')}>` ? { kind: 'status', status: 3 } : null),
      },
    )
    expect(summary(snapshot)).toMatchObject({ unread: ['roster'], gaps: ['members-unread roster'] })
  })

  test('a member of this domain that can not be found is in doubt, since it may be a group', async () => {
    const objects = [
      ...roster(userDn('ann'), groupDn('dark')),
      { ...group('dark', []), absent: 'noSuchObject' as const },
    ]
    const { snapshot } = await readStub(objects, selected)
    expect(summary(snapshot)).toMatchObject({
      users: ['ann'],
      strangers: [groupDn('dark')],
      unread: ['roster'],
      gaps: ['members-unread roster'],
    })
  })

  test('a member whose kind may not be read is in doubt, since it may be a group', async () => {
    const dark = plain('dark', 'user', `CN=dark,${DOMAIN}`, { objectClass: undefined })
    const { snapshot } = await readStub([...roster(userDn('ann'), dark.dn), dark], selected)
    expect(summary(snapshot)).toMatchObject({
      users: ['ann'],
      strangers: [dark.dn],
      unread: ['roster'],
      gaps: ['members-unread roster'],
    })
  })

  test('a group whose members are hidden is not an empty one, and an empty one beside it is', async () => {
    const hidden = { ...group('hidden', [userDn('bob')]), hidden: ['member'] }
    const objects = [...roster(userDn('ann'), hidden.dn, groupDn('empty')), hidden, group('empty', [])]
    const { snapshot } = await readStub(objects)
    expect(summary(snapshot)).toMatchObject({
      users: ['ann'],
      groups: { hidden: [], empty: [] },
      unread: ['hidden'],
      gaps: ['members-unread hidden'],
    })
  })

  test('whether a group is empty could not be asked: unread', async () => {
    const { snapshot } = await readStub(roster(), selected, {
      fault: ({ filter }) => (filter.body.includes('memberOf') ? { kind: 'status', status: 3 } : null),
    })
    expect(summary(snapshot)).toMatchObject({ unread: ['roster'] })
  })

  test('an empty group is empty', async () => {
    const { snapshot } = await readStub(roster(), selected)
    expect(summary(snapshot)).toMatchObject({ users: [], groups: { roster: [] }, unread: [], gaps: [] })
  })

  test('whose primary group it is are members too, though no member says so', async () => {
    const objects = [
      domain,
      person('ann', { primaryGroupID: '1105', objectSid: sidOf(2001) }),
      person('bob', { primaryGroupID: '513', objectSid: sidOf(2002) }),
      group('roster', [groupDn('crew')]),
      group('crew', [userDn('bob')], { objectSid: sidOf(1105) }),
    ]
    const { snapshot } = await readStub(objects)
    expect(summary(snapshot)).toMatchObject({ users: ['ann', 'bob'], groups: { crew: ['ann', 'bob'] } })
  })

  test('the primary group of another domain is another group', async () => {
    const other = Buffer.from(sidOf(2001))
    other.writeUInt32LE(99, 16)
    const objects = [
      domain,
      person('ann', { primaryGroupID: '1105', objectSid: other }),
      person('bob'),
      group('roster', [userDn('bob')], { objectSid: sidOf(1105) }),
    ]
    const { snapshot } = await readStub(objects, selected)
    expect(summary(snapshot)).toMatchObject({ users: ['bob'], groups: { roster: ['bob'] } })
  })

  test('primary members that can not be read leave the group unread', async () => {
    const { snapshot } = await readStub(roster(userDn('ann')), selected, {
      fault: ({ filter }) => (filter.body.includes('primaryGroupID') ? { kind: 'status', status: 3 } : null),
    })
    expect(summary(snapshot)).toMatchObject({ unread: ['roster'], gaps: ['members-unread roster'] })
  })

  test('all groups of the directory, not all of them to be read', async () => {
    const { snapshot } = await readStub(
      company,
      { scope: { groups: 'all' } },
      {
        fault: ({ filter }) =>
          filter.tag === 0xa3 && filter.body.includes('group') ? { kind: 'status', status: 3 } : null,
      },
    )
    expect(summary(snapshot)).toMatchObject({
      users: ['ann', 'bob', 'cat'],
      gaps: [`groups-unread ${DOMAIN}`],
    })
    expect(snapshot.groupsComplete).toBe(false)
  })

  test('the global catalog holds the members of universal groups alone', async () => {
    const objects = [
      ...roster(groupDn('universal'), groupDn('global')),
      group('universal', [userDn('ann')], { groupType: '-2147483640' }),
      group('global', [], { groupType: '-2147483646' }),
    ]
    const scope = { scimGroups: ['roster'], groups: 'listed' as const, exclude: { users: [], groups: [] } }
    const graph = await withStubDirectory(objects, (directory) =>
      readGraph({ ...directory, catalogUsed: () => true }, scope),
    )
    const unread = [...graph.groups.values()].filter((one) => one.unread !== null)
    expect(unread.map(({ displayName }) => displayName).sort()).toEqual(['global', 'roster'])
  })
})
