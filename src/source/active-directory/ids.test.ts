import { describe, expect, test } from 'vitest'
import { domainOf, parseExtendedDn } from './extended-dn.ts'
import { guidBytes, guidText } from './guid.ts'
import { primaryGroupSid, relativeId, sidBytes, sidText } from './sid.ts'

describe('objectGUID', () => {
  const bytes = Buffer.from('33221100554477668899aabbccddeeff', 'hex')

  test('the first three fields are little-endian', () => {
    expect(guidText(bytes)).toBe('00112233-4455-6677-8899-aabbccddeeff')
  })

  test('there and back', () => {
    expect(guidBytes('00112233-4455-6677-8899-aabbccddeeff')).toEqual(bytes)
  })

  test('another length is no GUID', () => {
    expect(guidText(Buffer.alloc(15))).toBeNull()
  })

  test('bytes that happen to be UTF-8 are a GUID like any other', () => {
    expect(guidText(Buffer.from('abcdefghijklmnop'))).toBe('64636261-6665-6867-696a-6b6c6d6e6f70')
  })
})

describe('objectSid', () => {
  const bytes = Buffer.from('010500000000000515000000e803000' + '0d0070000b80b000001020000', 'hex')

  test('text form', () => {
    expect(sidText(bytes)).toBe('S-1-5-21-1000-2000-3000-513')
  })

  test.each(['S-1-5-21-1000-2000-3000-513', 'S-1-5-21-4294967295-0-1-500', 'S-1-5-32-545', 'S-1-1-0'])(
    'there and back: %s',
    (text) => {
      expect(sidText(sidBytes(text))).toBe(text)
    },
  )

  test('its bytes', () => {
    expect(sidBytes('S-1-5-21-1000-2000-3000-513')).toEqual(bytes)
  })

  test('one that is cut off is none', () => {
    expect(sidText(bytes.subarray(0, 20))).toBeNull()
  })

  test('the primary group is in the domain of the user', () => {
    expect(primaryGroupSid('S-1-5-21-1-2-3-1104', '513')).toBe('S-1-5-21-1-2-3-513')
    expect(relativeId('S-1-5-21-1-2-3-513')).toBe('513')
  })
})

test.each([
  ['plain', 'CN=a,DC=x', null, 'CN=a,DC=x'],
  [
    'with GUID and SID',
    '<GUID=00112233-4455-6677-8899-AABBCCDDEEFF>;<SID=S-1-5-21-1>;CN=a;b,DC=x',
    '00112233-4455-6677-8899-aabbccddeeff',
    'CN=a;b,DC=x',
  ],
  [
    'with GUID alone, and a name that looks like one',
    '<GUID=00112233-4455-6677-8899-aabbccddeeff>;CN=\\<GUID=x\\>,DC=x',
    '00112233-4455-6677-8899-aabbccddeeff',
    'CN=\\<GUID=x\\>,DC=x',
  ],
])('extended DN %s', (_, text, guid, dn) => {
  expect(parseExtendedDn(text)).toEqual({ guid, dn })
})

test.each([
  ['CN=a,OU=b,DC=Corp,DC=Example', 'dc=corp,dc=example'],
  ['CN=a,DC=child,DC=corp,DC=example', 'dc=child,dc=corp,dc=example'],
  ['DC=corp', 'dc=corp'],
  ['CN=DC\\=corp,OU=x', ''],
])('the domain of %s', (dn, expected) => {
  expect(domainOf(dn)).toBe(expected)
})
