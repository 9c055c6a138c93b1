import { describe } from 'vitest'
import { current, plans } from '../../test/fixtures/plan-table.ts'
import { account, person, snapshot, targetTeam, team } from '../../test/fixtures/simulate.ts'
import { ladders } from './policy.ts'

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
        users: { create: false, update: false, remove: ladders.none },
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
