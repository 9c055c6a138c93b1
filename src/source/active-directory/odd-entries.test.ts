import type { SearchEntry } from 'ldapts'
import { describe, expect, test } from 'vitest'
import {
  dashed,
  domain,
  person,
  sidOf,
  userDn,
  type StubObject,
} from '../../../test/fixtures/ldap-stub/objects.ts'
import { readStub, summary } from '../../../test/fixtures/ldap-stub/source.ts'
import { inactiveBecause } from './account.ts'
import { attributesOf } from './attributes.ts'
import { domainOf } from './extended-dn.ts'
import { parseEntry } from './parse.ts'
import { primaryGroupSid } from './sid.ts'

// Found by fuzzing.

const entryOf = (
  name: string,
  values: readonly (readonly [string, readonly (string | Buffer)[]])[],
): SearchEntry =>
  ({
    name,
    attributes: values.map(([type, some]) => ({
      type,
      parsedBuffers: some.map((value) => Buffer.from(value)),
    })),
  }) as unknown as SearchEntry

describe('an attribute that comes twice loses nothing', () => {
  test('values', () => {
    const attributes = attributesOf(
      entryOf('CN=a', [
        ['member', ['a', 'b']],
        ['MEMBER', ['b']],
      ]),
    )
    expect(attributes.texts('member')).toEqual(['a', 'b', 'b'])
  })

  test('two ranges are none that fits', () => {
    const attributes = attributesOf(
      entryOf('CN=a', [
        ['member;range=0-1', ['a', 'b']],
        ['member;range=0-*', ['a']],
      ]),
    )
    expect(attributes.range('member')?.start).toBeNaN()
  })
})

const ann = person('ann')
const valuesOf = ({ attributes }: StubObject) => Object.entries(attributes)
const options = { email: 'mail', nowMs: 0 }
const kindOf = (name: string, more: Record<string, readonly string[]> = {}) =>
  parseEntry(entryOf(name, valuesOf({ ...ann, attributes: { ...ann.attributes, ...more } })), options).kind

test.each<[string, string, Record<string, readonly string[]>, string]>([
  ['as it is', `<GUID=${dashed('ann')}>;${userDn('ann')}`, {}, 'person'],
  ['with another id than its DN has', `<GUID=${dashed('bob')}>;${userDn('ann')}`, {}, 'unreadable'],
  ['a user of a type that is no number', userDn('ann'), { sAMAccountType: ['8053x'] }, 'unreadable'],
  [
    'a computer',
    userDn('ann'),
    { sAMAccountType: ['805306369'], objectClass: ['top', 'user', 'computer'] },
    'other',
  ],
])('a person %s', (_, name, more, kind) => {
  expect(kindOf(name, more)).toBe(kind)
})

test.each(['0x2', '2e0', '514.9', 'disabled', ' 514', ''])(
  '%j in userAccountControl disables nobody',
  (text) => {
    expect(inactiveBecause(text, null, 0)).toEqual([])
  },
)

test.each(['', '-1', '1e3', '4294967296', '513 ', 'x'])('%j is the id of no primary group', (id) => {
  expect(primaryGroupSid('S-1-5-21-1-2-3-1104', id)).toBeNull()
})

test('the domain of a DN of a megabyte', () => {
  expect(domainOf(`${',dc=a'.repeat(200_000)}x`)).toHaveLength(',dc=a'.length * 200_000)
  expect(domainOf(`CN=x${',dc=a'.repeat(200_000)},`)).toBe('')
})

test('a person among people who can not be read is no leaver', async () => {
  const odd: StubObject = {
    ...person('bob', { objectSid: sidOf(7) }),
    hidden: ['sAMAccountType', 'objectClass'],
  }
  const { snapshot } = await readStub([domain, ann, odd], { scope: { scimGroups: [], groups: 'none' } })
  expect(summary(snapshot)).toMatchObject({ users: ['ann'], gaps: ['users-unread DC=corp,DC=example'] })
})
