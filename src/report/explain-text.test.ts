import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { explainIn, schemaErrors, type ExplainWorld } from '../../test/fixtures/explained.ts'
import { graphOf, graphScope, node } from '../../test/fixtures/graph.ts'
import { account, person, targetTeam } from '../../test/fixtures/simulate.ts'
import { ScimPushError } from '../errors/error.ts'
import { userKey } from '../model/ids.ts'
import { renderExplainJson } from './explain.ts'
import { renderExplainText } from './explain-text.ts'

const plain = { colour: false, several: false, withError: false } as const

const textIn = async (
  world: ExplainWorld,
  query: string,
  options: Partial<Parameters<typeof renderExplainText>[1]> = {},
) => renderExplainText(await explainIn(world, query), { ...plain, ...options })

// roster ─ ann, sales ─ bob
const company = graphOf(
  ['ann', 'bob'],
  [node('roster', ['ann'], ['sales']), node('sales', ['bob'])],
  ['roster'],
)

describe('as text', () => {
  test('the verdict, what each side says, the groups with the ways, the plan with its reasons', async () => {
    const world: ExplainWorld = {
      graph: {
        ...company,
        users: new Map([...company.users, [userKey('k-bob'), person('bob', { displayName: 'Bob Baker' })]]),
      },
      scope: graphScope(['roster'], { groups: 'all' }),
      users: [account('bob', { givenName: 'Robert' })],
      groups: [targetTeam('old', ['bob']), targetTeam('vault', ['bob'], { externalId: null })],
      policy: { protected: ['bob@*'] },
    }
    expect(await textIn(world, 'bob'))
      .toBe(`bob@corp.example has access: in scope through roster → sales; the account is updated (displayName, name.givenName) and added to sales.

  source      memory
    id        k-bob
    email     bob@corp.example
    also      bob
    name      Bob Baker (bob Doe)
    state     active
    groups    sales
              roster → sales
  scope       in scope
    through   roster → sales
  target      memory
    account   t-bob, active
    managed   yes, externalId k-bob
    email     bob@corp.example
    name      bob (Robert Doe)
    protected policy.protected has bob@*
  groups
    ! old    left in it, protected: policy.protected names a member of the group
    + sales  to be added, a direct member
    ! vault  left in it, the group is not managed
  plan        37ca9d2c945990bc797b52e7aa38042e
    ~ update the account: changed, displayName: "bob" → "Bob Baker", name.givenName: "Robert" → "bob"
    + add to sales: in source group
`)
  })

  test('out of scope: the groups that they are in, and those that are selected', async () => {
    const whole = graphOf(['dan'], [node('outside', ['dan']), node('all', [], ['outside'])], [])
    const text = await textIn({ graph: company, whole, located: { names: ['CN=dan'], inactive: [] } }, 'dan')
    expect(text).toContain(`
    also      dan
              CN=dan
`)
    expect(text).toContain(`
    groups    outside
              all → outside
  scope       not in scope
    selected  roster
  target      memory
              no account
`)
    expect(text).toContain('\n    nothing to change\n')
  })

  test('nobody at the source, and an account that is not managed', async () => {
    const users = [
      account('old'),
      account('vault', { externalId: null, displayName: '', givenName: '', familyName: '' }),
    ]
    expect(await textIn({ graph: company, users }, 'vault@corp.example')).toContain(`
  source      memory
              not found
  target      memory
    account   t-vault, active
    managed   no, it has no externalId
    email     vault@corp.example
    name      none
  plan `)
  })

  test.each<[string, ExplainWorld, string, readonly string[]]>([
    [
      'suspended',
      { graph: { ...company, users: new Map([[userKey('k-ann'), person('ann', { active: false })]]) } },
      'ann',
      ['    state     suspended'],
    ],
    [
      'excluded',
      { graph: company, scope: graphScope(['roster'], { exclude: { users: ['ann'], groups: [] } }) },
      'ann',
      ['    through   roster', '    excluded  scope.exclude.users has ann'],
    ],
    [
      'a closed way',
      { graph: company, scope: graphScope(['roster'], { exclude: { users: [], groups: ['sales'] } }) },
      'bob',
      ['    closed    roster → sales: scope.exclude.groups has sales, which means sales'],
    ],
    [
      'what can be approved, and who else pushed',
      { graph: company, users: [account('old')], otherConfig: 'configmap/other' },
      'old@corp.example',
      [
        '    ! not done: deactivate the account, other config: configmap/other pushed to this target before',
        '    ! to let these removals pass once: --approve ',
        '    ! configmap/other pushed to this target last',
      ],
    ],
    [
      'that push does nothing as it is',
      { graph: company, suspended: true, dryRun: true },
      'ann',
      [
        '    ! spec.suspend is true: push does nothing until it is false',
        '    ! spec.dryRun is true: push writes nothing until it is false',
      ],
    ],
    [
      'what was not read',
      { graph: { ...company, gaps: [{ kind: 'members-unread', subject: 'sales', detail: '503' }] } },
      'bob',
      ['    ! not read: sales: 503'],
    ],
    [
      'that the groups were not all read',
      { graph: company, located: { above: { groups: new Map(), unread: '503' } } },
      'bob',
      ['    groups    none', '    unread    503'],
    ],
    [
      'an account that has their name alone',
      { graph: graphOf([], [], []), whole: company, users: [account('ann', { externalId: null })] },
      'ann',
      ['    theirs    by its userName alone'],
    ],
  ])('it says %s', async (_, world, query, lines) => {
    const text = await textIn(world, query)
    for (const line of lines) expect(text).toContain(`\n${line}`)
  })

  test('a text from a directory can neither fake a line nor colour the screen', async () => {
    const evil = 'x\n  plan  \u001b[31mall is well\u202e'
    const graph = graphOf(['ann'], [node(`roster${evil}`, ['ann'])], [`roster${evil}`])
    const users = new Map([
      [
        userKey('k-ann'),
        person('ann', { displayName: evil, label: evil, givenName: evil, familyName: evil }),
      ],
    ])
    const world: ExplainWorld = {
      graph: { ...graph, users, gaps: [{ kind: 'scim-group-unresolved', subject: evil, detail: evil }] },
      scope: graphScope([evil], { exclude: { users: [], groups: [] } }),
      users: [
        account('ann', { id: evil as never, userName: `ann@corp.example${evil}`, externalId: 'k-ann' }),
      ],
      groups: [targetTeam(`old${evil}`, [], { members: new Set([evil as never]) })],
      otherConfig: evil,
      located: { names: [evil], above: { groups: new Map(), unread: evil } },
    }
    const text = await textIn(world, 'k-ann')
    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(text.split('\n').filter((line) => /^ {2}plan/.test(line))).toHaveLength(1)
  })

  test('all who go by a name', async () => {
    const users = new Map(
      ['ann', 'bob'].map((name) => [userKey(`k-${name}`), person(name, { label: 'shared' })]),
    )
    const text = await textIn({ graph: { ...company, users } }, 'shared')
    expect(text).toMatch(/^ann@corp\.example gets access [^]*\n\nbob@corp\.example gets access /)
    const many = Array.from({ length: 22 }, (_, n) => `p${n}`)
    const crowd = graphOf(many, [node('roster', many)], ['roster'], {
      users: new Map(many.map((name) => [userKey(`k-${name}`), person(name, { label: 'shared' })])),
    })
    expect(await textIn({ graph: crowd, whole: company }, 'shared')).toMatch(
      /\n\n… and 2 more go by that name; ask for one of them by id\.\n$/,
    )
  })

  test('a path and a list may be as long as they like', async () => {
    const names = Array.from({ length: 60 }, (_, n) => `g${String(n).padStart(2, '0')}`)
    const chain = names.map((name, n) => node(name, n === 59 ? ['ann'] : [], [names[n + 1] ?? 'none']))
    const graph = graphOf(['ann'], chain, ['g00'])
    const text = await textIn({ graph, scope: graphScope(['g00'], { groups: 'all' }) }, 'ann')
    expect(text).toContain('in scope through g00 → g01 → g02 → g03 → … 52 more … → g56 → g57 → g58 → g59;')
    expect(text).toContain('added to 59 groups')
    expect(text.match(/… and \d+ more; --output json has them all/g)).toHaveLength(3)
    expect(text.split('\n').length).toBeLessThan(100)
  })

  test('colours change nothing but the colour', async () => {
    const world = { graph: company, users: [account('old')], groups: [targetTeam('roster', ['old'])] }
    const coloured = await textIn(world, 'ann', { colour: true })
    expect(coloured).toContain('\u001b[32m')
    expect(stripVTControlCharacters(coloured)).toBe(await textIn(world, 'ann'))
  })

  test('of several configurations: which one, and what it is that one can’t say', async () => {
    expect(await textIn({ graph: company }, 'ann', { several: true })).toMatch(/^── corp\n\nann@corp/)
    const nobody = await textIn({ graph: company }, 'zoltan', { several: true, withError: true })
    expect(nobody).toMatch(/^── corp\n\n {2}PERSON_NOT_FOUND: neither /)
    expect(await textIn({ graph: company }, 'zoltan')).toBe('')
  })
})

describe('as JSON', () => {
  test('one document that the schema describes, with what ended it', () => {
    const error = new ScimPushError('CONFIG_CONFLICT', { message: 'both', where: 'here' })
    const json = JSON.parse(renderExplainJson('ann', [], 78, error)) as unknown
    expect(json).toEqual({
      version: 'scim-push.io/explain/v1',
      query: 'ann',
      exitCode: 78,
      explanations: [],
      error: { code: 'CONFIG_CONFLICT', message: 'both', where: 'here', remedy: error.remedy },
    })
    expect(schemaErrors(json)).toBe('')
    expect(schemaErrors({ ...(json as object), more: 1 })).not.toBe('')
  })

  test('everything that the text says', async () => {
    const explanation = await explainIn(
      { graph: company, users: [account('ann', { givenName: 'An' })] },
      'ann',
    )
    const json = JSON.parse(renderExplainJson('ann', [explanation], 0, null)) as {
      explanations: { people: unknown[] }[]
    }
    expect(schemaErrors(json)).toBe('')
    expect(json.explanations[0]?.people[0]).toMatchObject({
      verdict: expect.stringContaining('has access') as string,
      source: { key: 'k-ann', active: true },
      scope: { inScope: true, ways: [{ path: [{ displayName: 'roster' }] }] },
      accounts: [{ id: 't-ann', externalId: 'k-ann' }],
      groups: [{ displayName: 'roster', fate: 'added' }],
      actions: [
        { kind: 'user.update', changes: [{ attribute: 'name.givenName', from: 'An', to: 'ann' }] },
        { kind: 'membership.add', group: 'roster' },
      ],
    })
  })
})
