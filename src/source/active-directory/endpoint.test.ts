import { describe, expect, test } from 'vitest'
import { failureOf } from '../../../test/fixtures/ldap-stub/source.ts'
import { parseEndpoints } from './endpoint.ts'

const strict = { startTls: false, allowInsecure: false }

test.each([
  ['a bare host means ldaps', 'dc1.corp.example', strict, 'ldaps://dc1.corp.example:636', 'ldaps', false],
  ['ldaps', 'ldaps://dc1', strict, 'ldaps://dc1:636', 'ldaps', false],
  ['a port', 'ldaps://dc1:1636/', strict, 'ldaps://dc1:1636', 'ldaps', false],
  ['StartTLS', 'ldap://dc1', { startTls: true, allowInsecure: false }, 'ldap://dc1:389', 'startTls', false],
  [
    'StartTLS means nothing to ldaps',
    'ldaps://dc1',
    { startTls: true, allowInsecure: false },
    'ldaps://dc1:636',
    'ldaps',
    false,
  ],
  [
    'in the clear, allowed',
    'ldap://dc1',
    { startTls: false, allowInsecure: true },
    'ldap://dc1:389',
    'clear',
    false,
  ],
  ['the global catalog', 'ldaps://dc1:3269', strict, 'ldaps://dc1:3269', 'ldaps', true],
  ['IPv6', 'ldaps://[fd00::1]:636', strict, 'ldaps://[fd00::1]:636', 'ldaps', false],
])('%s', (_, url, options, shown, security, globalCatalog) => {
  expect(parseEndpoints([url], options)).toEqual([
    expect.objectContaining({ url: shown, security, globalCatalog }),
  ])
})

test('an IPv6 host has no brackets when it is connected to', () => {
  expect(parseEndpoints(['ldaps://[fd00::1]'], strict)[0]?.host).toBe('fd00::1')
})

test('in the clear is refused', async () => {
  const error = await failureOf(() => parseEndpoints(['ldaps://dc1', 'ldap://dc2'], strict))
  expect(error).toMatchObject({ code: 'AD_CLEAR_BIND', failure: 'config' })
  expect(error.message).toContain('ldap://dc2:389')
})

describe('is no URL of a domain controller', () => {
  test.each([
    ['nothing', []],
    ['another scheme', ['https://dc1']],
    ['no host', ['ldaps://']],
    ['a password in it', ['ldaps://me:hunter2@dc1']],
    ['a user in it', ['ldaps://hunter2@dc1']],
    ['a search in it', ['ldaps://dc1/DC=corp?cn']],
  ])('%s', async (_, urls) => {
    const error = await failureOf(() => parseEndpoints(urls, strict))
    expect(error.code).toBe('AD_URL')
    expect(error.message).not.toContain('hunter2')
  })
})
