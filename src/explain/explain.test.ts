import { describe, expect, test } from 'vitest'
import { explainIn, schemaErrorsOf, type ExplainWorld } from '../../test/fixtures/explained.ts'
import { graphOf, graphScope, node } from '../../test/fixtures/graph.ts'
import { account, person, targetTeam } from '../../test/fixtures/simulate.ts'
import { groupKey, scimId, userKey } from '../model/ids.ts'
import type { SourceUser } from '../model/user.ts'
import type { DirectoryGraph } from '../source/graph.ts'
import { ladders } from '../plan/policy.ts'

// roster ─ ann, sales; sales ─ bob, emea; emea ─ cat
const groups = [node('roster', ['ann'], ['sales']), node('sales', ['bob'], ['emea']), node('emea', ['cat'])]
const company = graphOf(['ann', 'bob', 'cat'], groups, ['roster'])
// And outside ─ dan, which is in other; nobody but dan is there.
const whole = graphOf(
  ['ann', 'bob', 'cat', 'dan'],
  [...groups, node('outside', ['dan']), node('other', [], ['outside'])],
  ['roster'],
)
const everybody = [account('ann'), account('bob'), account('cat')]
const roster = targetTeam('roster', ['ann', 'bob', 'cat'])
const base: ExplainWorld = { graph: company, whole, users: everybody, groups: [roster] }

/** The company with somebody who is otherwise. */
const withUser = (
  name: string,
  changes: Partial<SourceUser>,
  graph: DirectoryGraph = company,
): DirectoryGraph => ({
  ...graph,
  users: new Map([...graph.users, [userKey(`k-${name}`), person(name, changes)]]),
})
const inactive = withUser('cat', { active: false })

const none = { percent: 0 } as const
const nothingMayGo = { maxRemovals: { users: none, groups: none, memberships: none, floor: 0 } }
const dansAccount = [...everybody, account('dan')]

const verdictsOf = async (world: ExplainWorld, query: string): Promise<readonly string[]> => {
  const explanation = await explainIn(world, query)
  expect(schemaErrorsOf(explanation)).toBe('')
  return explanation.people.map(({ verdict }) => verdict.replaceAll('@corp.example', ''))
}

describe('the verdict', () => {
  test.each<[string, ExplainWorld, string, string]>([
    ['directly in a SCIM group', base, 'ann', 'ann has access: in scope through roster; nothing to change.'],
    ['nested', base, 'cat', 'cat has access: in scope through roster → sales → emea; nothing to change.'],
    [
      'through several SCIM groups',
      {
        ...base,
        graph: { ...company, scimGroups: ['sales', 'roster'].map((name) => groupKey(`k-${name}`)) },
        groups: [roster, targetTeam('sales', ['bob', 'cat'])],
        scope: graphScope(['sales', 'roster']),
      },
      'cat',
      'cat has access: in scope through sales → emea and 1 other SCIM group; nothing to change.',
    ],
    [
      'a joiner',
      { ...base, users: [account('ann')], groups: [] },
      'bob',
      'bob gets access with the next push: in scope through roster → sales; the account is created and added to roster.',
    ],
    [
      'a rename',
      { ...base, graph: withUser('ann', { familyName: 'Doe-Roe' }) },
      'ann',
      'ann has access: in scope through roster; the account is updated (name.familyName).',
    ],
    [
      'adopted by name',
      { ...base, users: [account('ann', { externalId: null })] },
      'ann',
      'ann has access: in scope through roster; the account is adopted (externalId).',
    ],
    [
      'back from suspension',
      { ...base, users: [account('ann', { active: false })] },
      'ann',
      'ann gets access with the next push: in scope through roster; the account is reactivated (active).',
    ],
    [
      'suspended, still active at the target',
      { ...base, graph: inactive, whole: inactive },
      'cat',
      'cat loses access with the next push: in scope through roster → sales → emea, but suspended at the source; the account is deactivated.',
    ],
    [
      'suspended, and no account',
      { ...base, graph: inactive, whole: inactive, users: [] },
      'cat',
      'cat has no access: in scope through roster → sales → emea, but suspended at the source; nothing to change.',
    ],
    [
      'not in scope, and no account',
      base,
      'dan',
      'dan has no access: not in scope, not in the SCIM group roster; nothing to change.',
    ],
    [
      'not in scope, of several SCIM groups',
      { ...base, scope: graphScope(['roster', 'b', 'c', 'd', 'e']) },
      'dan',
      'dan has no access: not in scope, in none of the SCIM groups roster, b, c and 2 more; nothing to change.',
    ],
    [
      'a leaver',
      { ...base, users: dansAccount },
      'dan',
      'dan loses access with the next push: not in scope, not in the SCIM group roster; the account is deactivated.',
    ],
    [
      'a leaver in groups',
      { ...base, users: dansAccount, groups: [targetTeam('roster', ['ann', 'bob', 'cat', 'dan'])] },
      'dan',
      'dan loses access with the next push: not in scope, not in the SCIM group roster; the account is deactivated and taken out of roster.',
    ],
    [
      'a leaver who is deleted',
      {
        ...base,
        users: dansAccount,
        policy: { users: { create: true, update: true, remove: ladders.delete } },
      },
      'dan',
      'dan loses access with the next push: not in scope, not in the SCIM group roster; the account is deleted.',
    ],
    [
      'a leaver over the limit',
      { ...base, users: dansAccount, policy: nothingMayGo },
      'dan',
      'dan has access: not in scope, not in the SCIM group roster; the deactivation is withheld (limit).',
    ],
    [
      'a leaver over the limit, with memberships',
      {
        ...base,
        users: dansAccount,
        groups: [targetTeam('roster', ['ann', 'bob', 'cat', 'dan'])],
        policy: nothingMayGo,
      },
      'dan',
      'dan has access: not in scope, not in the SCIM group roster; the deactivation and the removal from roster are withheld (limit).',
    ],
    [
      'protected',
      { ...base, users: dansAccount, policy: { protected: ['DAN@*'] } },
      'dan',
      'dan has access: not in scope, not in the SCIM group roster; the deactivation is withheld (protected).',
    ],
    [
      'a leaver whom another configuration may have pushed',
      { ...base, users: dansAccount, otherConfig: 'configmap/other' },
      'dan',
      'dan has access: not in scope, not in the SCIM group roster; the deactivation is withheld (other config).',
    ],
    [
      'a leaver while something is unread',
      {
        ...base,
        users: dansAccount,
        graph: { ...company, gaps: [{ kind: 'users-unread', subject: 'users', detail: '503' }] },
      },
      'dan',
      'dan has access: not in scope as far as could be read, not in the SCIM group roster; the deactivation is withheld (incomplete).',
    ],
    [
      'gone from the source',
      { ...base, users: [...everybody, account('old')] },
      'old@corp.example',
      'old loses access with the next push: not found at the source; the account is deactivated.',
    ],
    [
      'deactivated long ago',
      { ...base, users: [...everybody, account('old', { active: false })] },
      'old@corp.example',
      'old has no access: not found at the source; nothing to change.',
    ],
    [
      'an account that is not managed',
      { ...base, users: [...everybody, account('vault', { externalId: null })] },
      'vault@corp.example',
      'vault has access: not found at the source; the account is not managed and is left alone.',
    ],
    [
      'an account that is not managed, of somebody who is out of scope',
      { ...base, users: [...everybody, account('dan', { externalId: null })] },
      'dan',
      'dan has access: not in scope, not in the SCIM group roster; the account is not managed and is left alone.',
    ],
    [
      'excluded by name',
      { ...base, scope: graphScope(['roster'], { exclude: { users: ['ann@*'], groups: [] } }) },
      'ann',
      'ann loses access with the next push: not in scope, since scope.exclude.users has ann@*; the account is deactivated and taken out of roster.',
    ],
    [
      'an excluded group on the way',
      { ...base, users: [], scope: graphScope(['roster'], { exclude: { users: [], groups: ['sal*'] } }) },
      'cat',
      'cat has no access: not in scope, since scope.exclude.groups has sal*, which closes the way through sales; nothing to change.',
    ],
    [
      'every user is in scope',
      { ...base, graph: { ...company, scimGroups: [] }, scope: graphScope([]) },
      'ann',
      'ann has access: in scope as every user is; nothing to change.',
    ],
    [
      'every user is in scope, and this one is not listed',
      { ...base, graph: { ...company, scimGroups: [] }, scope: graphScope([]) },
      'dan',
      'dan has no access: not in scope, not among the users that the source lists; nothing to change.',
    ],
    [
      'every user is a member',
      {
        ...base,
        graph: graphOf(
          ['ann'],
          [node('roster', [], ['all']), node('all', [], [], { everyone: true })],
          ['roster'],
        ),
        users: [account('ann')],
        groups: [targetTeam('roster', ['ann'])],
      },
      'ann',
      'ann has access: in scope through roster → all, where every user is a member; nothing to change.',
    ],
    [
      'named',
      {
        ...base,
        graph: { ...withUser('dan', {}), scimUsers: [userKey('k-dan')] },
        scope: graphScope(['roster', 'dan@corp.example']),
        users: dansAccount,
      },
      'dan',
      'dan has access: in scope by name; nothing to change.',
    ],
    [
      'without an email',
      { ...base, graph: withUser('bob', { userName: null }), users: [account('ann')] },
      'k-bob',
      'bob has no access: in scope through roster → sales; the creation is withheld (no email).',
    ],
    [
      'a stranger',
      {
        ...base,
        graph: graphOf([], [node('roster', ['eve'])], ['roster'], {
          strangers: new Map([
            [
              userKey('k-eve'),
              { key: userKey('k-eve'), label: 'eve@x.example', detail: 'of another tenant' },
            ],
          ]),
        }),
        users: [],
      },
      'EVE@x.example',
      'eve@x.example has no access: in scope through roster, but not to be read as a user: of another tenant; left alone (outside tenant).',
    ],
    [
      'held by a conflict',
      {
        ...base,
        graph: withUser(
          'ann',
          { userName: 'bob@corp.example' },
          graphOf(['ann'], [node('roster', ['ann'])], ['roster']),
        ),
        users: [account('ann'), account('bob', { externalId: null })],
        groups: [targetTeam('roster', ['ann'])],
      },
      'k-ann',
      'bob has access: in scope through roster; the update is withheld (conflict).',
    ],
    [
      'where policy allows no creation',
      { ...base, users: [], policy: { users: { create: false, update: true, remove: ladders.deactivate } } },
      'ann',
      'ann has no access: in scope through roster; the creation is withheld (policy).',
    ],
    [
      'more groups than anybody reads',
      {
        ...base,
        graph: graphOf(
          ['ann'],
          [node('roster', ['ann']), ...['a', 'b', 'c', 'd'].map((name) => node(name, ['ann']))],
          ['roster'],
        ),
        scope: graphScope(['roster'], { groups: 'all' }),
        groups: [],
      },
      'ann',
      'ann has access: in scope through roster; added to 4 groups.',
    ],
    [
      'of two accounts, which one it is about',
      {
        ...base,
        users: [...everybody, account('old', { userName: 'ann.old@corp.example' })],
        located: { names: ['ann.old@corp.example'] },
      },
      'ann',
      'ann has access: in scope through roster; the account ann.old is deactivated.',
    ],
    [
      'excluded, and in no SCIM group anyway',
      {
        ...base,
        graph: whole,
        scope: graphScope(['roster'], { exclude: { users: ['dan@*'], groups: [] } }),
      },
      'dan',
      'dan has no access: not in scope, not in the SCIM group roster, and scope.exclude.users has dan@*; nothing to change.',
    ],
    [
      'a joiner while pushes are suspended',
      { ...base, users: [account('ann')], groups: [], suspended: true },
      'bob',
      'bob gets access with the first push without spec.suspend: in scope through roster → sales; the account is created and added to roster.',
    ],
    [
      'a leaver while pushes are dry runs',
      { ...base, users: dansAccount, dryRun: true },
      'dan',
      'dan loses access with the first push without spec.dryRun: not in scope, not in the SCIM group roster; the account is deactivated.',
    ],
    [
      'somebody from outside, with the account of that name which is left to them',
      {
        ...base,
        graph: graphOf([], [node('roster', ['eve'])], ['roster'], {
          strangers: new Map([
            [userKey('k-eve'), { key: userKey('k-eve'), label: 'eve@corp.example', detail: 'elsewhere' }],
          ]),
        }),
        users: [account('eve', { externalId: null })],
        groups: [],
      },
      'eve@corp.example',
      'eve has access: in scope through roster, but not to be read as a user: elsewhere; left alone (outside tenant).',
    ],
    [
      'the account of a member who was not read',
      {
        ...base,
        graph: graphOf(['ann'], [node('roster', ['ann', 'eve'])], ['roster']),
        users: [account('eve')],
        groups: [],
      },
      'eve@corp.example',
      'k-eve has access: in scope through roster, but not to be read as a user: named by a group, but not read as a user; left alone (outside tenant).',
    ],
  ])('%s', async (_, world, query, expected) => {
    expect(await verdictsOf(world, query)).toEqual([expected])
  })
})

describe('whom it finds', () => {
  test.each([
    ['the key', 'k-cat'],
    ['the email, in another case', 'CAT@Corp.Example'],
    ['the label', 'cat'],
    ['the id of the account', 't-cat'],
  ])('by %s', async (_, query) => {
    const { people } = await explainIn(base, query)
    expect(people.map(({ name, source, accounts }) => [name, source?.key, accounts[0]?.id])).toEqual([
      ['cat@corp.example', 'k-cat', 't-cat'],
    ])
  })

  test('out of scope, by the id of the account', async () => {
    const { people } = await explainIn({ ...base, users: dansAccount }, 't-dan')
    expect(people).toMatchObject([
      { source: { key: 'k-dan' }, accounts: [{ id: 't-dan', by: 'externalId' }] },
    ])
  })

  test('out of scope, by an account that has their name and another externalId', async () => {
    const users = [account('dan', { externalId: 'k-gone' })]
    const { people } = await explainIn({ ...base, users }, 't-dan')
    expect(people).toMatchObject([{ source: { key: 'k-dan' }, accounts: [{ by: 'userName' }] }])
  })

  test('by a full name, where there is no other', async () => {
    const graph = withUser('bob', { displayName: 'Bob Baker' })
    expect((await explainIn({ ...base, graph }, 'bob baker')).people.map(({ name }) => name)).toEqual([
      'bob@corp.example',
    ])
    const named = withUser('ann', { displayName: 'bob' }, graph)
    expect((await explainIn({ ...base, graph: named }, 'bob')).people.map(({ name }) => name)).toEqual([
      'bob@corp.example',
    ])
  })

  test('all who go by a name, each with what is theirs', async () => {
    const graph = withUser('bob', { userName: 'ann@corp.example' })
    const { people, more } = await explainIn({ ...base, graph }, 'ann@corp.example')
    expect(more).toBe(0)
    expect(people.map(({ source, accounts }) => [source?.key, accounts.map(({ id }) => id)])).toEqual([
      ['k-ann', ['t-ann']],
      ['k-bob', ['t-ann', 't-bob']],
    ])
    for (const { withheld } of people) expect(withheld).toMatchObject([{ reason: 'ambiguous' }])
  })

  test('many of one name: twenty, and how many more', async () => {
    const names = Array.from({ length: 25 }, (_, n) => `p${n}`)
    const graph = {
      ...graphOf(names, [node('roster', names)], ['roster']),
      users: new Map(names.map((name) => [userKey(`k-${name}`), person(name, { label: 'shared' })])),
    }
    const { people, more } = await explainIn({ ...base, graph, whole: graphOf([], [], []) }, 'shared')
    expect([people.length, more]).toEqual([20, 5])

    const users = names.map((name) => account(name, { displayName: 'Shared' }))
    const accounts = await explainIn({ ...base, users }, 'shared')
    expect([accounts.people.length, accounts.more]).toEqual([20, 5])
  })

  test('by an alias that the account still has for a name', async () => {
    const users = [account('dan', { externalId: null, userName: 'daniel@corp.example' })]
    const world = { ...base, users, located: { names: ['daniel@corp.example'], inactive: [] } }
    expect((await explainIn(world, 'dan')).people).toMatchObject([
      { source: { key: 'k-dan' }, accounts: [{ id: 't-dan', by: 'userName' }] },
    ])
  })

  test('an account that the source finds somebody else by is nobody’s', async () => {
    // The label of one is the externalId of the other.
    const users = [account('old', { externalId: 'dan' })]
    expect((await explainIn({ ...base, users }, 't-old')).people).toMatchObject([
      { source: null, accounts: [{ id: 't-old', by: null }] },
    ])
  })

  test('an account that is matched with one is not another’s, whatever it is called', async () => {
    const users = [
      account('ann', { externalId: 'k-bob' }),
      account('bob', { externalId: 'k-ann', userName: 'x' }),
    ]
    const { people } = await explainIn({ ...base, users }, 'ann')
    expect(people.map(({ accounts }) => accounts.map(({ id }) => id))).toEqual([['t-bob']])
  })

  test('an account of somebody whom the plan leaves alone, and whom the source does not find alone', async () => {
    const graph = withUser('bob', { userName: 'ann@corp.example' })
    const { people } = await explainIn({ ...base, graph, whole: graphOf([], [], []) }, 't-bob')
    expect(people).toMatchObject([
      {
        source: { key: 'k-bob', groups: null },
        accounts: [{ by: 'userName' }, { id: 't-bob', by: 'externalId' }],
      },
    ])
  })

  test('with the groups above, whatever they were found by', async () => {
    expect((await explainIn(base, 't-cat')).people[0]?.source?.groups).toHaveLength(3)
  })

  test('nobody: an error with what may have been meant', async () => {
    const explanation = await explainIn(base, 'bab@corp.example')
    expect(explanation).toMatchObject({
      people: [],
      suggestions: ['bob@corp.example', 'cat@corp.example'],
      error: {
        code: 'PERSON_NOT_FOUND',
        message: 'neither the source nor the target has anybody by the name bab@corp.example',
        remedy: 'Did you mean bob@corp.example or cat@corp.example?',
      },
    })
    expect(schemaErrorsOf(explanation)).toBe('')
  })

  test('nobody, where not all was read', async () => {
    const graph = { ...company, gaps: [{ kind: 'groups-unread', subject: 'groups', detail: '503' }] as const }
    const { error } = await explainIn({ ...base, graph }, 'zoltan')
    expect(error?.message).toMatch(/zoltan, though not all was read: groups$/)
    expect(error?.remedy).toMatch(/^Give the email address/)
  })
})

describe('the facts', () => {
  test('the groups above, directly and through others, and the way into each target group', async () => {
    const scope = graphScope(['roster'], { groups: 'all' })
    const teams = [targetTeam('sales', ['cat']), targetTeam('old', ['cat'], { externalId: null })]
    const [cat] = (await explainIn({ ...base, scope, groups: teams }, 'cat')).people
    const text = (path: readonly { readonly displayName: string }[] = []): string =>
      path.map(({ displayName }) => displayName).join(' → ')
    expect(cat?.source?.groups?.map(({ path }) => text(path))).toEqual([
      'emea',
      'sales → emea',
      'roster → sales → emea',
    ])
    expect(cat?.groups.map(({ displayName, fate, way }) => [displayName, fate, text(way?.path)])).toEqual([
      ['emea', 'added', 'emea'],
      ['old', 'kept', ''],
      ['sales', 'stays', 'sales → emea'],
    ])
  })

  test('what a target knows besides is not shown', async () => {
    const user = { ...account('ann'), token: 'hunter2' }
    const explanation = await explainIn({ ...base, users: [user] }, 'ann')
    expect(JSON.stringify(explanation)).not.toContain('hunter2')
  })

  test('the groups above are told from none that were looked for', async () => {
    const world = { ...base, whole: graphOf([], [], []) }
    expect((await explainIn(world, 'ann')).people[0]?.source?.groups).toBeNull()
    const unread = { located: { above: { groups: new Map(), unread: '503' } } }
    expect((await explainIn({ ...base, ...unread }, 'ann')).people[0]?.source).toMatchObject({
      groups: [],
      groupsUnread: '503',
    })
  })

  test('which gaps concern them', async () => {
    const graph = {
      ...company,
      gaps: [
        { kind: 'members-unread', subject: 'emea', detail: '503' },
        { kind: 'members-unread', subject: 'elsewhere', detail: '503' },
        { kind: 'scim-group-unresolved', subject: 'second', detail: 'not there' },
      ] as const,
    }
    const subjects = async (name: string) =>
      (await explainIn({ ...base, graph }, name)).people[0]?.gaps.map(({ subject }) => subject)
    expect(await subjects('cat')).toEqual(['emea', 'second'])
    expect(await subjects('ann')).toEqual(['second'])
    expect(await subjects('dan')).toEqual(['elsewhere', 'emea', 'second'])
  })

  test('what can be approved', async () => {
    const { people, planHash } = await explainIn({ ...base, users: dansAccount, policy: nothingMayGo }, 'dan')
    expect(people[0]?.withheld).toMatchObject([{ reason: 'limit', approvable: true }])
    expect(planHash).toMatch(/^[0-9a-f]{32}$/)
  })

  test('protection goes by the names of the account, and of its user in scope', async () => {
    const protectedBy = async (name: string, pattern: string) =>
      (await explainIn({ ...base, users: dansAccount, policy: { protected: [pattern] } }, name)).people[0]
        ?.accounts[0]?.protectedBy
    expect(await protectedBy('ann', 'ANN')).toEqual(['ANN'])
    expect(await protectedBy('dan', '*@corp.example')).toEqual(['*@corp.example'])
    expect(await protectedBy('dan', 'dan')).toEqual([])
  })

  test('an account that two may mean is shown with both', async () => {
    const { people } = await explainIn(
      { ...base, users: [...dansAccount, account('dan2', { userName: 'x', externalId: 'k-dan' })] },
      'dan',
    )
    expect(people[0]?.accounts.map(({ id }) => id)).toEqual([scimId('t-dan'), scimId('t-dan2')])
  })
})
