import { describe, expect, test } from 'vitest'
import {
  account,
  lines,
  openPolicy,
  person,
  snapshot,
  targetTeam,
  team,
  withheldLines,
} from '../../test/fixtures/simulate.ts'
import { groupKey, userKey } from '../model/ids.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'
import { computePlan } from './plan.ts'
import type { Policy } from './policy.ts'

const current = (users: TargetState['users'], groups: TargetState['groups'] = []): TargetState => ({
  users,
  groups,
})

interface Row {
  readonly name: string
  readonly desired: DirectorySnapshot
  readonly current: TargetState
  readonly policy?: Partial<Policy>
  readonly plan: readonly string[]
  readonly withheld?: readonly string[]
}

const plans = (rows: readonly Row[]): void => {
  test.each(rows)('$name', ({ desired, current: state, policy, plan, withheld }) => {
    const result = computePlan(desired, state, { ...openPolicy, ...policy })
    expect(lines(result)).toEqual(plan)
    expect(withheldLines(result)).toEqual(withheld ?? [])
  })
}

describe('users', () => {
  plans([
    {
      name: 'joiner, with the team',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([]),
      plan: ['group.create Ops', 'user.create ann', 'membership.add ann Ops'],
    },
    {
      name: 'nothing to do',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: [],
    },
    {
      name: 'leaver is deactivated and leaves the team',
      desired: snapshot([person('bob')], [team('Ops', ['bob'])]),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', ['ann', 'bob'])]),
      plan: ['user.deactivate ann', 'membership.remove ann Ops'],
    },
    {
      name: 'leaver who is deactivated already',
      desired: snapshot([person('bob')]),
      current: current([account('ann', { active: false }), account('bob')]),
      plan: [],
    },
    {
      name: 'leaver is deleted, memberships go along',
      desired: snapshot([person('bob')], [team('Ops', ['bob'])]),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', ['ann', 'bob'])]),
      policy: { users: { create: true, update: true, remove: 'delete' } },
      plan: ['user.delete ann'],
    },
    {
      name: 'suspended at the source (idp-scim-sync#40)',
      desired: snapshot([person('ann', { active: false })], [team('Ops', ['ann'])]),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: ['user.deactivate ann'],
    },
    {
      name: 'suspended before ever being in the target',
      desired: snapshot([person('ann', { active: false })], [team('Ops', ['ann'])]),
      current: current([], [targetTeam('Ops', [])]),
      plan: [],
    },
    {
      name: 'suspended, and new in the team: is added to nothing',
      desired: snapshot([person('ann', { active: false })], [team('Ops', ['ann'])]),
      current: current([account('ann')], [targetTeam('Ops', [])]),
      plan: ['user.deactivate ann'],
    },
    {
      name: 're-joiner is reactivated',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([account('ann', { active: false })], [targetTeam('Ops', [])]),
      plan: ['user.update ann active:false>true', 'membership.add ann Ops'],
    },
    {
      name: 'rename is an update, never a delete and a create (ssosync#166)',
      desired: snapshot([person('ann', { userName: 'anna@corp.example' })]),
      current: current([account('ann')]),
      plan: ['user.update ann userName:ann@corp.example>anna@corp.example'],
    },
    {
      name: 'a difference of case alone is none (S:699, adobe#471)',
      desired: snapshot([person('ann', { userName: 'Ann@CORP.example' })]),
      current: current([account('ann')]),
      plan: [],
    },
    {
      name: 'an empty value at the source overwrites nothing',
      desired: snapshot([person('ann', { givenName: '', displayName: '' })]),
      current: current([account('ann')]),
      plan: [],
    },
    {
      name: 'how an umlaut is composed, and white space around a value, are no change',
      desired: snapshot([person('ann', { displayName: 'Zoe\u0308 ' })]),
      current: current([account('ann', { displayName: 'Zo\u00eb' })]),
      plan: [],
    },
    {
      name: 'adoption by name sets the externalId',
      desired: snapshot([person('ann')]),
      current: current([account('ann', { externalId: null, userName: 'ANN@corp.example' })]),
      plan: ['user.update ANN externalId:null>k-ann'],
    },
    {
      name: 'an account recreated at the source under the same email is adopted',
      desired: snapshot([person('ann')]),
      current: current([account('ann', { externalId: 'k-old' })]),
      plan: ['user.update ann externalId:k-old>k-ann'],
    },
    {
      name: 'two source users with one email are withheld, the run goes on (S:537, S:636)',
      desired: snapshot([person('ann'), person('ann2', { userName: 'ANN@corp.example' }), person('bob')]),
      current: current([account('ann')]),
      plan: ['user.create bob'],
      withheld: ['ambiguous user ANN', 'ambiguous user ann'],
    },
    {
      name: 'an account that an ambiguous email may mean is kept, in its teams too',
      desired: snapshot(
        [person('ann'), person('ann2', { userName: 'ann@corp.example' }), person('bob')],
        [team('Ops', ['bob'])],
      ),
      current: current(
        [account('ann', { externalId: 'k-other' }), account('bob')],
        [targetTeam('Ops', ['ann', 'bob'])],
      ),
      plan: [],
      withheld: ['ambiguous user ann', 'ambiguous user ann'],
    },
    {
      name: 'two accounts with one externalId are left alone',
      desired: snapshot([person('ann')]),
      current: current([account('ann'), account('ann', { id: account('x').id, userName: 'x@corp.example' })]),
      plan: [],
      withheld: ['ambiguous user ann'],
    },
    {
      name: 'a user without email is withheld, and keeps the account',
      desired: snapshot(
        [person('ann', { userName: null }), person('bob', { userName: null }), person('cat')],
        [team('Ops', ['cat'])],
      ),
      current: current([account('ann'), account('cat')], [targetTeam('Ops', ['ann', 'cat'])]),
      plan: [],
      withheld: ['no-email user ann', 'no-email user.create bob'],
    },
    {
      name: 'a disabled user without email is deactivated',
      desired: snapshot([person('ann', { userName: null, active: false }), person('cat')]),
      current: current([account('ann'), account('cat')]),
      plan: ['user.deactivate ann'],
    },
    {
      name: 'someone outside the tenant is neither created nor removed',
      desired: snapshot([person('ann')], [team('Ops', ['ann', 'eve'])], {
        strangers: [
          { key: userKey('k-eve'), label: 'eve@else.example', detail: 'not in the tenant' },
          { key: userKey('k-zoe'), label: 'zoe@corp.example', detail: 'not in the tenant' },
        ],
      }),
      current: current(
        [account('ann'), account('eve'), account('zoe', { externalId: 'k-9' })],
        [targetTeam('Ops', ['ann', 'eve', 'zoe'])],
      ),
      plan: [],
      withheld: ['outside-tenant user eve@else.example', 'outside-tenant user zoe'],
    },
    {
      name: 'unmanaged accounts are left alone (ssosync#88)',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current(
        [account('ann'), account('root', { externalId: null })],
        [targetTeam('Ops', ['ann', 'root']), targetTeam('Own', ['root'], { externalId: null })],
      ),
      plan: [],
    },
    {
      name: 'unmanaged accounts go where the operator says so',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current(
        [account('ann'), account('root', { externalId: null })],
        [targetTeam('Ops', ['ann', 'root']), targetTeam('Own', ['root'], { externalId: null })],
      ),
      policy: { unmanaged: 'remove' },
      plan: ['user.deactivate root', 'membership.remove root Ops', 'group.delete Own'],
    },
  ])
})

describe('names that change hands', () => {
  plans([
    {
      name: 'one gives up a name, another takes it, a third is created with the first',
      desired: snapshot([
        person('ann', { userName: 'ann.old@corp.example' }),
        person('bob', { userName: 'ann@corp.example' }),
        person('new', { userName: 'bob@corp.example' }),
      ]),
      current: current([account('ann'), account('bob')]),
      plan: [
        'user.update ann userName:ann@corp.example>ann.old@corp.example',
        'user.update bob userName:bob@corp.example>ann@corp.example',
        'user.create bob',
      ],
    },
    {
      name: 'names that go round in a circle are withheld, the rest of the change is made',
      desired: snapshot([
        person('ann', { userName: 'bob@corp.example', givenName: 'Anna' }),
        person('bob', { userName: 'ann@corp.example' }),
      ]),
      current: current([account('ann'), account('bob')]),
      plan: ['user.update ann name.givenName:ann>Anna'],
      withheld: ['conflict user.update ann', 'conflict user.update bob'],
    },
    {
      name: 'a name that an unmanaged account holds',
      desired: snapshot([person('ann', { userName: 'root@corp.example' })]),
      current: current([account('ann'), account('root', { externalId: null })]),
      plan: [],
      withheld: ['conflict user.update ann'],
    },
    {
      name: 'a name whose holder may not be renamed',
      desired: snapshot([
        person('ann', { userName: 'x@corp.example' }),
        person('new', { userName: 'ann@corp.example' }),
      ]),
      current: current([account('ann')]),
      policy: { users: { create: true, update: false, remove: 'none' } },
      plan: [],
      withheld: ['conflict user.create ann', 'policy user.update ann'],
    },
    {
      name: 'a name whose holder is deleted in the same run',
      desired: snapshot([person('ann', { userName: 'bob@corp.example' })]),
      current: current([account('ann'), account('bob')]),
      policy: { users: { create: true, update: true, remove: 'delete' } },
      plan: ['user.delete bob', 'user.update ann userName:ann@corp.example>bob@corp.example'],
    },
  ])
})

describe('groups', () => {
  plans([
    {
      name: 'rename keeps the team',
      desired: snapshot([person('ann')], [team('Ops', ['ann'], { displayName: 'Operations' })]),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: ['group.update Ops displayName:Ops>Operations'],
    },
    {
      name: 'a leftover group is never renamed into a new one (S:499)',
      desired: snapshot([person('ann')], [team('Interns', ['ann'])]),
      current: current([account('ann'), account('bob')], [targetTeam('Finance-Admins', ['bob'])]),
      plan: [
        'group.create Interns',
        'user.deactivate bob',
        'membership.add ann Interns',
        'group.delete Finance-Admins',
      ],
    },
    {
      name: 'a group is adopted by name without regard to case',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([account('ann')], [targetTeam('OPS', ['ann'], { externalId: null })]),
      plan: ['group.update OPS externalId:null>k-Ops displayName:OPS>Ops'],
    },
    {
      name: 'a group is created under a name only after another has given it up',
      desired: snapshot(
        [],
        [team('Ops', [], { displayName: 'Zops' }), team('New', [], { displayName: 'Ops' })],
      ),
      current: current([], [targetTeam('Ops', [])]),
      plan: ['group.update Ops displayName:Ops>Zops', 'group.create Ops'],
    },
    {
      name: 'a group does not take the name of one that is not managed',
      desired: snapshot([], [team('Emea', [], { displayName: 'Sales' })]),
      current: current([], [targetTeam('Emea', []), targetTeam('Sales', [], { externalId: null })]),
      plan: [],
      withheld: ['conflict group.update Emea'],
    },
    {
      name: 'a group does not take the name of one that would go, where groups are not deleted',
      desired: snapshot([], [team('Emea', [], { displayName: 'Sales' })]),
      current: current([], [targetTeam('Emea', []), targetTeam('Sales', [])]),
      policy: { groups: { create: true, update: true, remove: 'none' } },
      plan: [],
      withheld: ['conflict group.update Emea', 'policy group.delete Sales'],
    },
    {
      name: 'two source groups with one name are withheld, theirs is left alone (SS:956)',
      desired: snapshot(
        [person('ann')],
        [team('Ops', ['ann']), team('ops2', [], { displayName: 'OPS' }), team('Dev', ['ann'])],
      ),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', ['ann', 'bob'])]),
      plan: ['group.create Dev', 'user.deactivate bob', 'membership.add ann Dev'],
      withheld: ['ambiguous group OPS', 'ambiguous group Ops'],
    },
    {
      name: 'groups are not managed',
      desired: snapshot([person('ann')], null),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: [],
    },
    {
      name: 'a group that gets the name of one that goes',
      desired: snapshot([person('ann')], [team('Emea', ['ann'], { displayName: 'Sales' })]),
      current: current([account('ann')], [targetTeam('Emea', ['ann']), targetTeam('Sales', [])]),
      plan: ['group.update Emea displayName:Emea>Sales', 'group.delete Sales'],
    },
  ])
})

describe('what was not read', () => {
  const unread = snapshot([person('ann')], [team('Ops', ['ann'], { unread: '503' }), team('Dev', [])], {
    gaps: [{ kind: 'members-unread', subject: 'Ops', detail: '503' }],
  })
  plans([
    {
      name: 'a failed member read keeps the members (D:548, KG:212, ssosync#234)',
      desired: unread,
      current: current(
        [account('ann'), account('bob')],
        [targetTeam('Ops', ['bob']), targetTeam('Dev', ['ann'])],
      ),
      plan: ['membership.remove ann Dev', 'membership.add ann Ops'],
      withheld: ['incomplete membership.remove bob in Ops', 'incomplete user.deactivate bob'],
    },
    {
      name: 'who may be in scope through what is unread stays in a group that was read in full',
      desired: unread,
      current: current(
        [account('ann'), account('bob'), account('off', { active: false })],
        [targetTeam('Ops', ['ann']), targetTeam('Dev', ['ann', 'bob', 'off'])],
      ),
      plan: ['membership.remove ann Dev'],
      withheld: [
        'incomplete membership.remove bob in Dev',
        'incomplete membership.remove off in Dev',
        'incomplete user.deactivate bob',
      ],
    },
    {
      name: 'a suspended user is deactivated all the same: that was read',
      desired: { ...unread, users: [person('ann', { active: false })] },
      current: current([account('ann')], [targetTeam('Ops', ['ann']), targetTeam('Dev', [])]),
      plan: ['user.deactivate ann'],
    },
    {
      name: 'an unresolved SCIM group stops every removal (S:568, S:475, S:720)',
      desired: snapshot([person('ann', { active: false })], [team('Dev', [])], {
        gaps: [{ kind: 'scim-group-unresolved', subject: 'Opps', detail: 'not found' }],
        groupsComplete: false,
      }),
      current: current(
        [account('ann'), account('bob')],
        [targetTeam('Ops', ['bob']), targetTeam('Dev', ['bob'])],
      ),
      plan: [],
      withheld: [
        'unresolved group.delete Ops',
        'unresolved membership.remove bob in Dev',
        'unresolved user.deactivate ann',
        'unresolved user.deactivate bob',
      ],
    },
    {
      name: 'an account whose owner may be unread is not adopted by name',
      desired: { ...unread, users: [person('ann'), person('bob2', { userName: 'bob@corp.example' })] },
      current: current(
        [account('ann'), account('bob')],
        [targetTeam('Ops', ['ann', 'bob']), targetTeam('Dev', [])],
      ),
      plan: [],
      withheld: ['incomplete user bob'],
    },
    {
      name: 'an account that is nobody’s is adopted by name all the same',
      desired: { ...unread, groups: [] },
      current: current([account('ann', { externalId: null })]),
      plan: ['user.update ann externalId:null>k-ann'],
    },
    ...[unread, { ...unread, gaps: [], groupsComplete: false }].map((partial, n) => ({
      name: `a group whose owner may be unread is not adopted by name, ${['members', 'groups'][n] ?? ''} unread`,
      desired: { ...partial, groups: [team('New', [], { displayName: 'Ops' })] },
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: [],
      withheld: ['incomplete group Ops'],
    })),
    {
      name: 'no group goes while the list of groups is not whole',
      desired: snapshot([person('ann')], [], {
        groupsComplete: false,
        gaps: [{ kind: 'groups-unread', subject: 'groups', detail: 'page 2' }],
      }),
      current: current([account('ann')], [targetTeam('Ops', ['ann'])]),
      plan: [],
      withheld: ['incomplete group.delete Ops'],
    },
  ])
})

describe('policy', () => {
  plans([
    {
      name: 'protected users are never taken out, not even with their group',
      desired: snapshot([person('ann')], [team('Ops', []), team('Dev', ['ann'])]),
      current: current(
        [account('ann'), account('ceo')],
        [targetTeam('Ops', ['ann', 'ceo']), targetTeam('Dev', ['ann']), targetTeam('Board', ['ceo'])],
      ),
      policy: { protected: ['CEO@*'] },
      plan: ['membership.remove ann Ops'],
      withheld: [
        'protected group.delete Board',
        'protected membership.remove ceo in Ops',
        'protected user.deactivate ceo',
      ],
    },
    {
      name: 'a protected user is known by the name to come, and by what the source calls them',
      desired: snapshot([
        person('ann', { userName: 'chief@corp.example', active: false }),
        person('bob', { label: 'CORP\\bob', active: false }),
        person('cat', { active: false }),
      ]),
      current: current([account('ann'), account('bob'), account('cat')]),
      policy: { protected: ['chief@corp.example', 'corp\\*'] },
      plan: ['user.deactivate cat', 'user.update ann userName:ann@corp.example>chief@corp.example'],
      withheld: ['protected user.deactivate ann', 'protected user.deactivate bob'],
    },
    {
      name: 'a protected user may be created and updated',
      desired: snapshot([person('ann', { givenName: 'Anna' }), person('ceo')]),
      current: current([account('ann')]),
      policy: { protected: ['*'] },
      plan: ['user.update ann name.givenName:ann>Anna', 'user.create ceo'],
    },
    {
      name: 'what policy forbids, and what depends on it',
      desired: snapshot([person('ann')], [team('Ops', ['ann'])]),
      current: current([account('bob')], [targetTeam('Dev', ['bob'])]),
      policy: {
        users: { create: false, update: false, remove: 'none' },
        groups: { create: false, update: false, remove: 'none' },
      },
      plan: [],
      withheld: [
        'policy group.delete Dev',
        'policy group.create Ops',
        'policy user.create ann',
        'policy user.deactivate bob',
      ],
    },
  ])
})

describe('limits', () => {
  const many = Array.from({ length: 100 }, (_, n) => `u${String(n).padStart(3, '0')}`)
  const company = current(
    many.map((name) => account(name)),
    [targetTeam('All', many)],
  )
  const limits = { ...openPolicy.maxRemovals, users: { percent: 10 }, memberships: { percent: 30 } }
  const without = (count: number) => {
    const staying = many.slice(count)
    return snapshot(
      staying.map((name) => person(name)),
      [team('All', staying)],
    )
  }

  test('as many as the limit pass', () => {
    const plan = computePlan(without(10), company, { ...openPolicy, maxRemovals: limits })
    expect(lines(plan).filter((text) => text.startsWith('user.deactivate'))).toHaveLength(10)
    expect(plan.withheld).toEqual([])
  })

  test('one more holds back all removals of the kind, and what follows from them', () => {
    const plan = computePlan(without(11), company, { ...openPolicy, maxRemovals: limits })
    expect(lines(plan)).toEqual([])
    expect(plan.withheld).toHaveLength(22)
    expect(plan.withheld[0]!.detail).toBe(
      '11 of 100 users would go; policy.maxRemovals.users lets 10% pass, which is 10',
    )
  })

  test('the plan that was approved passes, and no other', () => {
    const { hash } = computePlan(without(11), company, { ...openPolicy, maxRemovals: limits })
    const approved = computePlan(without(11), company, {
      ...openPolicy,
      maxRemovals: limits,
      approvedPlan: hash,
    })
    expect(approved).toMatchObject({ approved: true, hash, withheld: [] })
    expect(lines(approved)).toHaveLength(22)
    const other = computePlan(without(12), company, {
      ...openPolicy,
      maxRemovals: limits,
      approvedPlan: hash,
    })
    expect(other.approved).toBe(false)
    expect(lines(other)).toEqual([])
  })

  test('approval never overrides what was not read', () => {
    const partial = {
      ...without(11),
      gaps: [{ kind: 'users-unread' as const, subject: 'users', detail: 'page 2' }],
    }
    const { hash } = computePlan(partial, company, { ...openPolicy, maxRemovals: limits })
    const plan = computePlan(partial, company, { ...openPolicy, maxRemovals: limits, approvedPlan: hash })
    expect(lines(plan).filter((text) => text.startsWith('user.'))).toEqual([])
  })

  test('the floor always passes', () => {
    const five = current(many.slice(0, 6).map((name) => account(name)))
    const plan = computePlan(snapshot([person('u000')]), five, {
      ...openPolicy,
      maxRemovals: { ...limits, users: { count: 0 } },
    })
    expect(lines(plan)).toHaveLength(5)
  })

  test('an empty source removes nobody, floor or not (ssosync#194)', () => {
    const plan = computePlan(
      snapshot([], []),
      current([account('ann')], [targetTeam('Ops', ['ann'])]),
      openPolicy,
    )
    expect(lines(plan)).toEqual([])
    expect(withheldLines(plan)).toEqual(['empty-source group.delete Ops', 'empty-source user.deactivate ann'])
  })

  test('suspending everyone at the source trips the breaker as well', () => {
    const plan = computePlan(
      snapshot(
        many.map((name) => person(name, { active: false })),
        [team('All', many)],
      ),
      company,
      { ...openPolicy, maxRemovals: limits },
    )
    expect(lines(plan)).toEqual([])
    expect(plan.withheld).toHaveLength(100)
  })
})

test('a stranger keeps an account that a newcomer with its name would adopt', () => {
  const desired = snapshot([person('ann')], [], {
    strangers: [{ key: userKey('k-eve'), label: 'eve', detail: '' }],
  })
  const plan = computePlan(desired, current([account('ann', { externalId: 'k-eve' })]), openPolicy)
  expect(withheldLines(plan)).toEqual(['conflict user ann', 'outside-tenant user eve'])
  expect(lines(plan)).toEqual([])
})

test('a nested group among the members of a target group is not ours to take out', () => {
  const plan = computePlan(
    snapshot([person('ann')], [team('Ops', ['ann'])]),
    current([account('ann')], [targetTeam('Ops', ['ann', 'a-nested-group'])]),
    openPolicy,
  )
  expect(lines(plan)).toEqual([])
})

test('keys are compared to the letter (RFC 7643 §3.1: externalId is case-exact)', () => {
  const plan = computePlan(
    snapshot([person('x')], [team('A', [], { key: groupKey('K-A') })]),
    current([], [targetTeam('B', [], { externalId: 'k-a' })]),
    openPolicy,
  )
  expect(lines(plan)).toEqual(['group.create A', 'user.create x', 'group.delete B'])
})
