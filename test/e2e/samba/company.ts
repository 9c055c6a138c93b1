import { DOMAIN } from './domain-controller.ts'

// What the domain holds, in LDIF. A password can't be loaded this way without `clearTextPassword`, which Samba takes on its own
// database and hashes.

type Values = Readonly<Record<string, string | readonly string[]>>

/** An LDIF record (RFC 2849); every value in base64, so that nothing needs to be thought about. */
const record = (dn: string, values: Values): string => {
  const line = (name: string, value: string): string => `${name}:: ${Buffer.from(value).toString('base64')}`
  const lines = Object.entries(values).flatMap(([name, value]) =>
    [value].flat().map((one: string) => line(name, one)),
  )
  // One empty line ends a record: ldbadd takes a second one for the end of the file.
  return [line('dn', dn), ...lines, '', ''].join('\n')
}

const escapeRdn = (name: string): string =>
  name
    .replace(/["+,;<>\\=]/g, '\\$&')
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ')

const PEOPLE = `OU=People,${DOMAIN}`
const GROUPS = `OU=Groups,${DOMAIN}`
export const userDn = (name: string): string => `CN=${escapeRdn(name)},${PEOPLE}`
export const groupDn = (name: string): string => `CN=${escapeRdn(name)},${GROUPS}`

export const SERVICE_PASSWORD = 'S3rvice.for-tests'

const person = (name: string, account: string, values: Values = {}): string =>
  record(userDn(name), {
    objectClass: 'user',
    sAMAccountName: account,
    userPrincipalName: `${account}@corp.example.com`,
    mail: `${account}@mail.example.com`,
    displayName: name,
    givenName: name.trim().split(' ')[0] ?? name,
    sn: name.split(' ').at(-1) ?? name,
    userAccountControl: '512',
    ...values,
  })

const group = (name: string, account: string, members: readonly string[]): string =>
  record(groupDn(name), {
    objectClass: 'group',
    sAMAccountName: account,
    groupType: '-2147483646',
    ...(members.length > 0 ? { member: members } : {}),
  })

/** Names that need escaping somewhere: in a DN, in a filter, or on the way. */
export const oddNames = [
  ['Müller, Jörg', 'jmueller'],
  ['O"Hara (contractor)', 'ohara'],
  ['back\\slash', 'bslash'],
  ['#hash; semi', 'hash'],
  [' leading space', 'lead'],
  ['plus+equals=<less>*', 'plus'],
  ['*)(objectClass=*)(cn=\\2a', 'filter'],
  ['<script>alert(1)</script>', 'script'],
  ['zoe\u0308 not composed', 'nfd'],
  ['\u05d3\u05d5\u05d3 \u05db\u05d4\u05df', 'rtl'],
  ['ze\u200bro \u202ewidth', 'zerowidth'],
] as const

export const MANY = 3000
const many = Array.from({ length: MANY }, (_, n) => `member${String(n).padStart(4, '0')}`)

const FILETIME_2020 = '132223104000000000'

/**
 * roster ─ Ann Archer, Sales, "Köln, (R&D) #1", Crowd, Primary, Odd; Sales ─ Bob, EMEA; EMEA ─ Cat, Sales (a cycle).
 */
export const company = (): string =>
  [
    record(PEOPLE, { objectClass: 'organizationalUnit' }),
    record(GROUPS, { objectClass: 'organizationalUnit' }),
    record(userDn('svc-scim'), {
      objectClass: 'user',
      sAMAccountName: 'svc-scim',
      userPrincipalName: 'svc-scim@corp.example.com',
      userAccountControl: '66048',
      clearTextPassword: Buffer.from(SERVICE_PASSWORD, 'utf16le').toString('binary'),
    }),
    person('Ann Archer', 'ann'),
    person('Bob Baker', 'bob'),
    person('Cat Cook', 'cat'),
    person('Dan Disabled', 'dan', { userAccountControl: '514' }),
    person('Eve Expired', 'eve', { accountExpires: FILETIME_2020 }),
    record(userDn('Nora Nomail'), { objectClass: 'user', sAMAccountName: 'nora', userAccountControl: '512' }),
    person('Uma Upn', 'uma', { mail: [] }),
    person('Otto Outside', 'otto'),
    ...oddNames.map(([name, account]) => person(name, account)),
    record(`CN=PC1,${PEOPLE}`, {
      objectClass: 'computer',
      sAMAccountName: 'PC1$',
      userAccountControl: '4096',
    }),
    record(`CN=Contact,${PEOPLE}`, { objectClass: 'contact', mail: 'contact@elsewhere.example' }),
    ...many.map((name) => person(name, name)),
    group('EMEA', 'emea', [userDn('Cat Cook')]),
    group('Sales', 'sales', [
      userDn('Bob Baker'),
      groupDn('EMEA'),
      userDn('Dan Disabled'),
      userDn('Eve Expired'),
    ]),
    group('Köln, (R&D) #1 "x" \\y', 'koeln-rd', [userDn('Uma Upn'), userDn('Nora Nomail')]),
    group(
      'Odd',
      'odd',
      oddNames.map(([name]) => userDn(name)),
    ),
    group('Crowd', 'crowd', many.map(userDn)),
    group('Primary', 'primary', [userDn('Otto Outside')]),
    group('roster', 'roster', [
      userDn('Ann Archer'),
      groupDn('Sales'),
      groupDn('Köln, (R&D) #1 "x" \\y'),
      groupDn('Odd'),
      `CN=PC1,${PEOPLE}`,
      `CN=Contact,${PEOPLE}`,
    ]),
    group('primary roster', 'primary-roster', [groupDn('Primary')]),
    group('twin one', 'twin', []),
    record(`CN=twin,${DOMAIN}`, { objectClass: 'group', sAMAccountName: 'other-twin' }),
  ].join('')

/** The cycle, and a member by primary group, once both sides are there. */
export const links = (primaryGroupId: string): string =>
  [
    `dn: ${groupDn('EMEA')}\nchangetype: modify\nadd: member\nmember: ${groupDn('Sales')}\n`,
    `dn: ${userDn('Otto Outside')}\nchangetype: modify\nreplace: primaryGroupID\nprimaryGroupID: ${primaryGroupId}\n`,
  ].join('\n')
