import { describe, expect, test } from 'vitest'
import { parseList } from './list.ts'

describe('parseList', () => {
  test('half a million items on one line', () => {
    const parsed = parseList('a,'.repeat(500_000))
    expect(parsed.kind === 'items' && parsed.items.length).toBe(500_000)
  })

  test.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['blanks', ' \n\t ', []],
    ['one item', 'Keeper Users', ['Keeper Users']],
    ['commas', 'a,b, c ', ['a', 'b', 'c']],
    ['commas too many', ',a,,b,', ['a', 'b']],
    ['lines', 'a\nb\r\n\n c \n', ['a', 'b', 'c']],
    ['lines with commas', 'a,b\nc', ['a', 'b', 'c']],
    ['a JSON array', '["a, b", " c "]', ['a, b', 'c']],
    ['an empty JSON array', ' [] ', []],
    ['a JSON array over lines', '[\n"a",\n"b"\n]', ['a', 'b']],
    [
      'a distinguished name',
      'CN=Keeper Users,OU=Groups,DC=corp,DC=example',
      ['CN=Keeper Users,OU=Groups,DC=corp,DC=example'],
    ],
    ['one with an escaped comma', 'CN=a\\, b,OU=x,DC=y', ['CN=a\\, b,OU=x,DC=y']],
    ['one with an escaped backslash before a comma', 'CN=a\\\\,OU=x,DC=y', ['CN=a\\\\,OU=x,DC=y']],
    ['one with hexadecimal escapes', 'CN=a\\2c b,DC=y', ['CN=a\\2c b,DC=y']],
    ['one with blanks after its commas', 'cn=a, ou=x, dc=y', ['cn=a, ou=x, dc=y']],
    ['one with an OID', '2.5.4.3=a,DC=y', ['2.5.4.3=a,DC=y']],
    ['one with two attributes in a part', 'CN=a+UID=7,DC=y', ['CN=a+UID=7,DC=y']],
    [
      'lines of names and lines of commas',
      'CN=a,DC=y\nb, c\nCN=d\\, e,DC=y',
      ['CN=a,DC=y', 'b', 'c', 'CN=d\\, e,DC=y'],
    ],
    ['an equals sign in a name', 'a=b', ['a=b']],
    ['wildcards', '*@corp.example, svc-*', ['*@corp.example', 'svc-*']],
    ['a single backslash, as in DOMAIN\\group', 'CORP\\Keeper, b', ['CORP\\Keeper', 'b']],
  ])('%s', (_, text, items) => {
    expect(parseList(text)).toEqual({ kind: 'items', items })
  })

  test.each<[string, string, RegExp]>([
    [
      'a distinguished name among others on one line would be torn',
      'Keeper Users, CN=a,DC=y',
      /mixes a distinguished name/,
    ],
    ['an escaped comma in a plain name', 'Sales\\, EMEA, Ops', /mixes/],
    ['brackets that are no JSON', '[Ops] Team', /no JSON array/],
    ['JSON cut off', '["a"', /no JSON array/],
    ['JSON of numbers', '["a", 5]', /texts that are not empty/],
    ['JSON with an empty text', '["a", " "]', /texts that are not empty/],
  ])('refuses %s', (_, text, message) => {
    const parsed = parseList(text)
    expect(parsed.kind === 'wrong' && parsed.message).toMatch(message)
  })
})
