import { expect, test } from 'vitest'
import { reported } from '../../test/fixtures/report.ts'
import { aboutUser } from '../plan/withheld.ts'
import { movementsOf, type Movement } from './movements.ts'
import type { ReportedAction } from './report.ts'

const about = (kind: 'user.create' | 'user.deactivate' | 'user.delete' | 'user.update', name: string) =>
  reported({ kind, ...aboutUser(name) })
const reactivated = (name: string) =>
  reported({ kind: 'user.update', reason: 'reactivated', ...aboutUser(name) })
const membership = (kind: 'membership.add' | 'membership.remove', user: string, group: string) =>
  reported({ kind, subject: `${user} in ${group}`, user, group })
const add = (user: string, group: string) => membership('membership.add', user, group)
const remove = (user: string, group: string) => membership('membership.remove', user, group)

const moved = (group: string | null, counts: Partial<Movement>): Movement => ({
  group,
  joiners: 0,
  moversIn: 0,
  moversOut: 0,
  leavers: 0,
  ...counts,
})

test.each<[string, readonly ReportedAction[], readonly Movement[]]>([
  ['nothing', [], []],
  ['a joiner', [about('user.create', 'ann'), add('ann', 'Dev')], [moved('Dev', { joiners: 1 })]],
  ['one who is back', [reactivated('ann'), add('ann', 'Dev')], [moved('Dev', { joiners: 1 })]],
  [
    'a joiner of two groups',
    [about('user.create', 'ann'), add('ann', 'Dev'), add('ann', 'Ops')],
    [moved('Dev', { joiners: 1 }), moved('Ops', { joiners: 1 })],
  ],
  ['a joiner without a group', [about('user.create', 'ann')], [moved(null, { joiners: 1 })]],
  [
    'a mover',
    [add('ann', 'Ops'), remove('ann', 'Dev')],
    [moved('Dev', { moversOut: 1 }), moved('Ops', { moversIn: 1 })],
  ],
  [
    'a mover with a new name',
    [about('user.update', 'ann'), add('ann', 'Ops')],
    [moved('Ops', { moversIn: 1 })],
  ],
  ['a leaver', [about('user.deactivate', 'ann'), remove('ann', 'Dev')], [moved('Dev', { leavers: 1 })]],
  [
    'one deleted: the memberships go with the account',
    [about('user.delete', 'ann')],
    [moved(null, { leavers: 1 })],
  ],
  [
    'one suspended, whom the source still lists',
    [about('user.deactivate', 'ann')],
    [moved(null, { leavers: 1 })],
  ],
  [
    'one who gets the name of one who is deleted',
    [about('user.delete', 'ann'), about('user.create', 'ann'), add('ann', 'Dev')],
    [moved('Dev', { joiners: 1 }), moved(null, { leavers: 1 })],
  ],
  ['groups alone move nobody', [reported({ kind: 'group.create', user: null, group: 'Dev' })], []],
])('%s', (_, actions, expected) => {
  expect(movementsOf({ actions })).toEqual(expected)
})

test('the most moved first, equals by name, and those without a group last', () => {
  const actions = [
    about('user.create', 'x'),
    about('user.create', 'y'),
    about('user.create', 'z'),
    add('a', 'Zoo'),
    add('b', 'Ape'),
    add('c', 'Big'),
    add('d', 'Big'),
  ]
  expect(movementsOf({ actions }).map(({ group }) => group)).toEqual(['Big', 'Ape', 'Zoo', null])
})
