import { describe, expect, test } from 'vitest'
import { dashed, domain, person, userDn } from '../../../test/fixtures/ldap-stub/objects.ts'
import { readStub } from '../../../test/fixtures/ldap-stub/source.ts'

describe('people', () => {
  const FILETIME_2025 = '133801632000000000'
  const read = async (values: Record<string, string | undefined>, email = 'mail') => {
    const { snapshot, warnings } = await readStub([domain, person('ann', values)], {
      email,
      scope: { scimGroups: [], groups: 'none' },
    })
    return { user: snapshot.users[0], warnings }
  }

  test('every attribute', async () => {
    expect((await read({})).user).toEqual({
      key: dashed('ann'),
      userName: 'ann@corp.example',
      label: 'ann',
      displayName: 'ann displayed',
      givenName: 'ann',
      familyName: 'Example',
      active: true,
    })
  })

  test.each<[string, Record<string, string | undefined>, string, string | null]>([
    ['mail', {}, 'mail', 'ann@corp.example'],
    ['no mail: userPrincipalName', { mail: undefined }, 'mail', 'ann@ad.corp.example'],
    ['blank mail: userPrincipalName', { mail: ' ' }, 'mail', 'ann@ad.corp.example'],
    ['a mail that is no address is not passed over', { mail: 'see notes' }, 'mail', null],
    ['neither', { mail: undefined, userPrincipalName: undefined }, 'mail', null],
    ['another attribute', { info: 'ann@other.example' }, 'info', 'ann@other.example'],
    ['another attribute, whatever its case', { info: 'ann@other.example' }, 'INFO', 'ann@other.example'],
    ['another attribute, empty: nothing else', {}, 'info', null],
    ['userPrincipalName alone', {}, 'userPrincipalName', 'ann@ad.corp.example'],
  ])('userName: %s', async (_, values, email, expected) => {
    expect((await read(values, email)).user?.userName).toBe(expected)
  })

  test('without an account name the label is the DN', async () => {
    expect((await read({ sAMAccountName: undefined })).user?.label).toBe(userDn('ann'))
  })

  test.each([
    ['disabled', { userAccountControl: '514' }, false],
    ['expired', { accountExpires: FILETIME_2025 }, false],
    ['locked out', { lockoutTime: FILETIME_2025 }, true],
  ])('%s', async (_, values, active) => {
    expect((await read(values)).user?.active).toBe(active)
  })

  test('a state that can not be read counts as active, and is said aloud', async () => {
    const { user, warnings } = await read({ userAccountControl: undefined })
    expect(user?.active).toBe(true)
    expect(warnings).toMatchObject([{ fields: { people: 1 } }])
  })
})
