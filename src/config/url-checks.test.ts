import { describe, expect, test } from 'vitest'
import { httpUrlFault, parseLdapUrl } from './url-checks.ts'

describe('an address that gets a token', () => {
  test.each([
    'https://keepersecurity.com/api/rest/scim/v2/288797895950343',
    'https://[2001:db8::1]:8443/scim/v2/',
    'http://localhost:8080/scim',
    'http://127.0.0.1:8080',
    'http://127.8.9.10',
    'http://[::1]:8080/',
  ])('%s', (url) => {
    expect(httpUrlFault(url, false)).toBeNull()
  })

  test.each([
    ['to another machine', 'http://scim.example/v2', 'CONFIG_INSECURE'],
    ['to a name that begins like this machine', 'http://localhost.evil.example', 'CONFIG_INSECURE'],
    ['to a name that begins like a loopback address', 'http://127.0.0.1.evil.example', 'CONFIG_INSECURE'],
    ['to every address of this machine', 'http://0.0.0.0', 'CONFIG_INSECURE'],
    ['a login', 'https://user:MARKER@scim.example', 'CONFIG_SECRET_EXPOSED'],
    ['a login without a password', 'https://MARKER@scim.example', 'CONFIG_SECRET_EXPOSED'],
    ['this machine as a login', 'http://localhost@evil.example', 'CONFIG_SECRET_EXPOSED'],
    ['a query', 'https://scim.example/v2?token=MARKER', 'CONFIG_WRONG_VALUE'],
    ['a fragment', 'https://scim.example/v2#MARKER', 'CONFIG_WRONG_VALUE'],
    ['no scheme', 'scim.example/v2', 'CONFIG_WRONG_VALUE'],
    ['a host and a port, which reads as a scheme', 'localhost:8080', 'CONFIG_WRONG_VALUE'],
    ['another scheme', 'ftp://scim.example', 'CONFIG_WRONG_VALUE'],
    ['a file', 'file:///etc/passwd', 'CONFIG_WRONG_VALUE'],
    ['a relative one', '/v2', 'CONFIG_WRONG_VALUE'],
    ['no URL', 'MARKER', 'CONFIG_WRONG_VALUE'],
  ])('refuses %s', (_, url, code) => {
    const fault = httpUrlFault(url, false)
    expect(fault?.code).toBe(code)
    expect(fault?.message).not.toContain('MARKER')
  })

  test('allowInsecure allows http, and nothing else', () => {
    expect(httpUrlFault('http://scim.example/v2', true)).toBeNull()
    expect(httpUrlFault('http://scim.example/v2', 'never')?.code).toBe('CONFIG_INSECURE')
    expect(httpUrlFault('http://a:b@scim.example/v2', true)?.code).toBe('CONFIG_SECRET_EXPOSED')
  })
})

describe('the address of a domain controller', () => {
  test.each([
    ['dc1.corp.example', 'ldaps://dc1.corp.example', true],
    ['dc1.corp.example:636', 'ldaps://dc1.corp.example:636', true],
    ['10.0.0.1', 'ldaps://10.0.0.1', true],
    ['[2001:db8::1]:636', 'ldaps://[2001:db8::1]:636', true],
    ['ldaps://dc1:3269/', 'ldaps://dc1:3269', true],
    ['LDAPS://dc1', 'ldaps://dc1', true],
    ['ldap://dc1:389', 'ldap://dc1:389', false],
  ])('%s', (text, url, tls) => {
    expect(parseLdapUrl(text)).toEqual({ kind: 'url', url, tls })
  })

  test.each([
    ['another scheme', 'https://dc1', 'CONFIG_WRONG_VALUE'],
    ['no host', 'ldaps://', 'CONFIG_WRONG_VALUE'],
    ['blanks', 'dc1 dc2', 'CONFIG_WRONG_VALUE'],
    ['a login', 'ldaps://user:MARKER@dc1', 'CONFIG_SECRET_EXPOSED'],
    ['a path, which nobody would look at', 'ldaps://dc1/DC=corp', 'CONFIG_WRONG_VALUE'],
    ['a query', 'ldaps://dc1?cn?sub', 'CONFIG_WRONG_VALUE'],
    ['ldaps where servers speak ldap', 'dc1:389', 'CONFIG_WRONG_VALUE'],
    ['the same for the global catalog', 'ldaps://dc1:3268', 'CONFIG_WRONG_VALUE'],
  ])('refuses %s', (_, text, code) => {
    const parsed = parseLdapUrl(text)
    expect(parsed).toMatchObject({ kind: 'fault', fault: { code } })
    expect(JSON.stringify(parsed)).not.toContain('MARKER')
  })
})
