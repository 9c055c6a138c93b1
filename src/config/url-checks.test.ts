import { describe, expect, test } from 'vitest'
import { leaseName } from '../kubernetes/lease-name.ts'
import { httpUrlFault, parseLdapUrl } from './url-checks.ts'

describe('an address that gets a token', () => {
  test.each([
    'https://keepersecurity.com/api/rest/scim/v2/288797895950343',
    'https://[2001:db8::1]:8443/scim/v2/',
    'http://localhost:8080/scim',
    'http://127.0.0.1:8080',
    'http://127.8.9.10',
    'http://[::1]:8080/',
    'https://scim.example:443/v2',
    'http://localhost:80',
    'https://[2001:DB8::1]:443',
    'HTTPS://Scim.Example/V2//',
    ' https://scim.example/v2\n',
    'https://scim.example/a%20b/%C3%BC/~x.y_z;a=1,(2)@3:4',
    'https://xn--bcher-kva.example/scim',
  ])('%s', (url) => {
    expect(httpUrlFault(url, false)).toBeNull()
    // However it is written, it is one lock.
    expect(leaseName(url)).toBe(leaseName(new URL(url).href))
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

  test.each([
    ['a way back', 'https://scim.example/MARKER/../v2'],
    ['a way back that is encoded', 'https://scim.example/MARKER/%2e%2e/v2'],
    ['a way to nowhere', 'https://scim.example/./v2'],
    ['backslashes', 'https:\\\\scim.example\\v2'],
    ['a backslash in the path', 'https://scim.example/v2\\MARKER'],
    ['no slashes', 'https:scim.example/v2'],
    ['three slashes', 'https:///scim.example/v2'],
    ['zeros before the port', 'https://scim.example:0443/v2'],
    ['zeros before another port', 'https://scim.example:08443/v2'],
    ['a colon without a port', 'https://scim.example:/v2'],
    ['a question mark at the end', 'https://scim.example/v2?'],
    ['a question mark after a slash', 'https://scim.example/v2/?'],
    ['a number sign at the end', 'https://scim.example/v2#'],
    ['an @ without a login', 'https://@scim.example/v2'],
    ['a host outside ASCII', 'https://bücher.example/v2'],
    ['a full stop outside ASCII', 'https://scim。example/v2'],
    ['an encoded host', 'https://scim%2eexample/v2'],
    ['an address in hexadecimal', 'https://0x7f.0.0.1/v2'],
    ['an address with zeros left in', 'https://[2001:db8:0:0:0:0:0:1]/v2'],
    ['a blank in the path', 'https://scim.example/a MARKER'],
    ['a tab, which is skipped', 'https://scim.example/v\t2'],
    ['a line end in the middle', 'https://scim.example/v\n2'],
    ['letters that are not encoded', 'https://scim.example/ü'],
    ['a control character before it', '\u0001https://scim.example/v2'],
  ])('refuses a second spelling of one target: %s', (_, url) => {
    const fault = httpUrlFault(url, false)
    expect(fault?.code).toBe('CONFIG_WRONG_VALUE')
    expect(fault?.message).toMatch(/plain form|neither a query/)
    expect(fault?.message).not.toMatch(/MARKER|scim\.example/)
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
