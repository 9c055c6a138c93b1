import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { UserChanges } from '../../apply/target.ts'
import { groupKey, scimId, userKey } from '../../model/ids.ts'
import { patchBody } from '../wire.ts'
import { keeper } from './keeper.ts'
import { rfc7644 } from './rfc7644.ts'

const ids = (...names: string[]) => names.map(scimId)
const change = (add: string[], remove: string[]) => ({
  owner: scimId('o'),
  add: ids(...add),
  remove: ids(...remove),
})

describe('rfc7644', () => {
  test('attributes, each by its path; emails follow the userName', () => {
    expect(rfc7644.userPatch({ userName: 'a@b.c', givenName: 'A', active: false })).toEqual([
      { op: 'replace', path: 'userName', value: 'a@b.c' },
      { op: 'replace', path: 'active', value: false },
      { op: 'replace', path: 'emails', value: [{ value: 'a@b.c', type: 'work', primary: true }] },
      { op: 'replace', path: 'name.givenName', value: 'A' },
    ])
    expect(rfc7644.userPatch({ externalId: userKey('k'), familyName: 'B', displayName: '' })).toEqual([
      { op: 'replace', path: 'externalId', value: 'k' },
      { op: 'replace', path: 'displayName', value: '' },
      { op: 'replace', path: 'name.familyName', value: 'B' },
    ])
    expect(rfc7644.groupPatch({ displayName: 'G', externalId: groupKey('g') })).toEqual([
      { op: 'replace', path: 'displayName', value: 'G' },
      { op: 'replace', path: 'externalId', value: 'g' },
    ])
  })

  test('many members in one PATCH (ssosync sends one each), removals by filter, quotes escaped', () => {
    expect(rfc7644.membershipPatch(change(['1', '2'], ['3', 'a"b\\c']))).toEqual([
      { op: 'add', path: 'members', value: [{ value: '1' }, { value: '2' }] },
      { op: 'remove', path: 'members[value eq "3"]' },
      { op: 'remove', path: 'members[value eq "a\\"b\\\\c"]' },
    ])
    expect(rfc7644.memberships).toEqual({ side: 'group', maxPerRequest: 100 })
  })
})

describe('keeper', () => {
  test('as its own client: no path, dotted keys', () => {
    const changes: UserChanges = { userName: 'a@b.c', givenName: 'A', familyName: 'B', active: true }
    expect(keeper.userPatch(changes)).toEqual([
      {
        op: 'replace',
        value: { userName: 'a@b.c', active: true, 'name.givenName': 'A', 'name.familyName': 'B' },
      },
    ])
    expect(keeper.groupPatch({ displayName: 'G' })).toEqual([{ op: 'replace', value: { displayName: 'G' } }])
  })

  test('memberships by the user’s groups', () => {
    expect(keeper.membershipPatch(change(['1', '2'], ['3']))).toEqual([
      { op: 'add', path: 'groups', value: [{ value: '1' }, { value: '2' }] },
      { op: 'remove', path: 'groups', value: [{ value: '3' }] },
    ])
    expect(keeper.memberships.side).toBe('user')
  })
})

describe.each([keeper, rfc7644])('$name, for any change', (profile) => {
  const names = fc.array(fc.string({ minLength: 1 }), { maxLength: 5 })

  test('a removal always says whom, and lists are never empty', () => {
    fc.assert(
      fc.property(names, names, (add, remove) => {
        for (const operation of profile.membershipPatch(change(add, remove))) {
          if (operation.op !== 'remove') expect(operation.value).toHaveLength(add.length)
          else if (operation.value === undefined)
            expect(operation.path).toMatch(/^members\[value eq ".+"\]$/s)
          else expect(operation.value).toHaveLength(remove.length)
          if (Array.isArray(operation.value)) expect(operation.value.length).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('no change, no operation (KS:397)', () => {
    expect(profile.userPatch({})).toEqual([])
    expect(profile.groupPatch({})).toEqual([])
    expect(profile.membershipPatch(change([], []))).toEqual([])
  })
})

test('the schema of a PATCH, to the letter (S:543)', () => {
  expect(patchBody([])).toMatchObject({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] })
})
