import { describe, expect, test } from 'vitest'
import { current, plans } from '../../test/fixtures/plan-table.ts'
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
import { userKey } from '../model/ids.ts'
import { computePlan } from './plan.ts'
import { ladders } from './policy.ts'

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
      policy: { users: { create: true, update: true, remove: ladders.delete } },
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
      withheld: ['no-email user ann'],
    },
    {
      name: 'a disabled user without email keeps what can no longer be compared, and it is said',
      desired: snapshot(
        [person('ann', { userName: null, active: false }), person('cat')],
        [team('Ops', ['cat'])],
      ),
      current: current(
        [account('ann', { active: false }), account('cat')],
        [targetTeam('Ops', ['ann', 'cat'])],
      ),
      plan: [],
      withheld: ['no-email user ann'],
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
      policy: { users: { create: true, update: false, remove: ladders.none } },
      plan: [],
      withheld: ['conflict user.create ann', 'policy user.update ann'],
    },
    {
      name: 'a name whose holder is deleted in the same run',
      desired: snapshot([person('ann', { userName: 'bob@corp.example' })]),
      current: current([account('ann'), account('bob')]),
      policy: { users: { create: true, update: true, remove: ladders.delete } },
      plan: ['user.delete bob', 'user.update ann userName:ann@corp.example>bob@corp.example'],
    },
    {
      name: 'a name whose holder would be deleted, were there not too many of them',
      desired: snapshot(
        [person('ann', { userName: 'bob@corp.example', givenName: 'Anna' })],
        [team('Ops', ['ann'])],
      ),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', ['ann'])]),
      policy: {
        users: { create: true, update: true, remove: ladders.delete },
        maxRemovals: { ...openPolicy.maxRemovals, users: { count: 0 }, floor: 0 },
      },
      plan: ['user.update ann name.givenName:ann>Anna'],
      withheld: ['conflict user.update ann', 'limit user.delete bob'],
    },
    {
      name: 'a name whose holder is protected from deletion, and those who wait for it in a row',
      desired: snapshot(
        [person('ann', { userName: 'bob@corp.example' }), person('new', { userName: 'ann@corp.example' })],
        [team('Ops', ['new'])],
      ),
      current: current([account('ann'), account('bob')], [targetTeam('Ops', [])]),
      policy: {
        users: { create: true, update: true, remove: ladders.delete },
        protected: ['bob@corp.example'],
      },
      plan: [],
      withheld: ['conflict user.create ann', 'conflict user.update ann', 'protected user.delete bob'],
    },
  ])
})

test('a stranger keeps an account that a newcomer with its name would adopt', () => {
  const desired = snapshot([person('ann')], [], {
    strangers: [{ key: userKey('k-eve'), label: 'eve', detail: '' }],
  })
  const plan = computePlan(desired, current([account('ann', { externalId: 'k-eve' })]), openPolicy)
  expect(withheldLines(plan)).toEqual(['conflict user ann', 'outside-tenant user eve'])
  expect(lines(plan)).toEqual([])
})
