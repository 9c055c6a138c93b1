import { expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { aboutUser } from '../plan/withheld.ts'
import { causesOf, failuresOf } from './causes.ts'

test('what was withheld for one cause is one entry, and what wants a look comes first', () => {
  const withheld = [
    heldBack({ ...aboutUser('a'), reason: 'protected', detail: 'x' }),
    heldBack(aboutUser('b')),
    heldBack(aboutUser('c')),
    heldBack({ ...aboutUser('d'), detail: 'another limit' }),
  ]
  expect(
    causesOf(withheld).map(({ reason, entries }) => [reason, ...entries.map(({ subject }) => subject)]),
  ).toEqual([
    ['limit', 'b', 'c'],
    ['limit', 'd'],
    ['protected', 'a'],
  ])
})

test('what was not done by cause: what failed, each message by itself, before what was not tried', () => {
  const failed = (message: string) =>
    ({ status: 'failed', error: new ScimPushError('SCIM_CONFLICT', { message }) }) as const
  const actions = [
    reported({ ...aboutUser('a'), outcome: { status: 'skipped', reason: 'stop' } }),
    reported({ ...aboutUser('b'), outcome: failed('taken') }),
    reported({ ...aboutUser('c'), outcome: failed('gone') }),
    reported({ ...aboutUser('d'), outcome: failed('taken') }),
    reported({ ...aboutUser('e') }),
    reported({ ...aboutUser('f'), outcome: null }),
  ]
  const failures = failuresOf(reportOf({ actions }))
  expect(
    failures.map(({ code, message, actions: alike }) => [code, message, alike.map(({ subject }) => subject)]),
  ).toEqual([
    ['SCIM_CONFLICT', 'taken', ['b', 'd']],
    ['SCIM_CONFLICT', 'gone', ['c']],
    [null, 'stop', ['a']],
  ])
})
