import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../../../test/fixtures/certificate.ts'
import {
  domain,
  group,
  person,
  policyHolder,
  queryPolicy,
  userDn,
  DOMAIN,
  SERVICE,
  SITE,
  type StubObject,
} from '../../../test/fixtures/ldap-stub/objects.ts'
import { startLdapStub, type StubOptions } from '../../../test/fixtures/ldap-stub/server.ts'
import { sourceOptions, type SourceOverrides } from '../../../test/fixtures/ldap-stub/source.ts'
import { Secret } from '../../lib/secret.ts'
import { createActiveDirectorySource } from './active-directory-source.ts'

const company = [
  domain,
  person('ann'),
  person('bob', { mail: undefined, userPrincipalName: undefined }),
  group('roster', [userDn('ann'), userDn('bob')]),
  queryPolicy('Default Query Policy', ['MaxValRange=1500', 'MaxPageSize=1000', 'MaxQueryDuration=120']),
]
const authority = createAuthority('Corp CA')
const files = mkdtempSync(join(tmpdir(), 'scim-push-ad-check-'))
const caFile = join(files, 'ca.pem')
writeFileSync(caFile, authority.certificate)
afterAll(() => rmSync(files, { recursive: true }))

const check = async (
  overrides: SourceOverrides = {},
  stubOptions: Partial<StubOptions> = {},
): Promise<readonly string[]> => {
  const stub = await startLdapStub({ objects: company, ...stubOptions })
  const url = `${stubOptions.tls === 'ldaps' ? 'ldaps' : 'ldap'}://localhost:${stub.port}`
  const source = createActiveDirectorySource(sourceOptions({ url: [url], ...overrides }))
  const findings = await source.check(new AbortController().signal)
  await source.close()
  await stub.close()
  for (const { level, remedy } of findings) expect(remedy === '').toBe(level === 'ok')
  return findings.map(({ level, check: name, message }) =>
    `${level} ${name}: ${message}`.replaceAll(String(stub.port), 'PORT'),
  )
}

test('all is well, but for encryption', async () => {
  expect(await check({}, {})).toEqual([
    'ok ad-url: ldap://localhost:PORT answers',
    'warning ad-tls: the connection to ldap://localhost:PORT is not encrypted: the password goes out in the clear',
    'ok ad-bind: ldap://localhost:PORT accepted CORP\\svc',
    'ok ad-base: people and groups are looked for under DC=corp,DC=example',
    'ok ad-people: people can be read under DC=corp,DC=example',
    'ok ad-scim-group: found the group CN=roster,OU=Groups,DC=corp,DC=example',
    'ok ad-page-limit: MaxPageSize is 1000: people and groups are read in pages of at most 1000',
    'ok ad-range-limit: MaxValRange is 1500: longer lists of members are read in ranges of at most 1500',
  ])
})

const validity = (days: number) => ({ from: new Date(0), to: new Date(Date.now() + days * 86_400_000) })

test.each([
  ['ldaps', 'ok', 400],
  ['ldaps', 'warning', 29],
  ['startTls', 'ok', 400],
] as const)('%s: a certificate and the days that it has left: %s', async (tls, level, days) => {
  const identity = authority.issue(['localhost'], validity(days))
  // The certificate is checked by the machine's clock, its days are counted by ours.
  const clock = { ...sourceOptions({}).clock, now: () => Date.now() }
  const findings = await check({ startTls: true, allowInsecure: false, caFile, clock }, { tls, identity })
  expect(findings[1]).toMatch(
    new RegExp(`^${level} ad-tls: .* for CN=localhost that ends in (?:${days - 1}|${days}) days`),
  )
})

describe('the chain above the certificate', () => {
  const days = (count: number) => ({ from: new Date(0), to: new Date(Date.now() + count * 86_400_000) })
  const clock = { ...sourceOptions({}).clock, now: () => Date.now() }
  const chainOf = async (root: number, lower: number) => {
    const top = createAuthority('Root CA', days(root))
    const identity = top.subordinate('Issuing CA', days(lower)).issue(['localhost'], days(400))
    const trusted = join(files, `root-${root}-${lower}.pem`)
    writeFileSync(trusted, top.certificate)
    return check({ allowInsecure: false, caFile: trusted, clock }, { tls: 'ldaps', identity })
  }

  test.each([
    ['all are good for long', 'ok', 800, 500],
    ['the root is about to end', 'warning', 20, 500],
    ['the one in between is about to end', 'warning', 800, 20],
  ])('%s', async (_, level, root, lower) => {
    const [, own, chain] = await chainOf(root, lower)
    expect(own).toMatch(/^ok ad-tls: .*, verified for localhost, TLSv1\.3$/)
    expect(chain).toMatch(
      new RegExp(
        `^${level} ad-tls-chain: issued by CN=Issuing CA, which ends in (${lower}|${lower - 1}) days \\(.*GMT\\); ` +
          `issued by CN=Root CA, which ends in (${root}|${root - 1}) days`,
      ),
    )
  })
})

test('a host name that the certificate does not carry', async () => {
  const identity = authority.issue(['dc1.corp.example'])
  const [found] = await check({ allowInsecure: false, caFile }, { tls: 'ldaps', identity })
  expect(found).toMatch(/^error ad-tls: AD_CERTIFICATE: .*localhost.*dc1\.corp\.example/)
})

test('every URL is tried, the password is sent once', async () => {
  const stub = await startLdapStub({ objects: company })
  const findings = await check({
    url: ['ldap://127.0.0.1:1', `ldap://127.0.0.1:${stub.port}`],
    password: new Secret('no'),
  })
  await stub.close()
  expect(findings[0]).toMatch(/^error ad-url: .*ECONNREFUSED/)
  expect(findings[1]).toMatch(/^ok ad-url: /)
  expect(findings.at(-1)).toMatch(/^error ad-bind: .*user or password is wrong/)
  expect(stub.binds).toHaveLength(1)
})

test.each<[string, SourceOverrides, Partial<StubOptions>, RegExp]>([
  ['nothing answers', { url: ['ldap://127.0.0.1:1'] }, {}, /^error ad-url: /],
  ['the base is wrong', { baseDn: `OU=none,${DOMAIN}` }, {}, /^error ad-base: /],
  [
    'a SCIM group is missing',
    { scope: { scimGroups: ['roster', 'x'] } },
    {},
    /^error ad-scim-group: x: there is no such group/,
  ],
  ['all SCIM groups are missing', { scope: { scimGroups: ['x'] } }, {}, /^error ad-scim-group: /],
  ['no people', {}, { objects: [domain, group('roster', [])] }, /^error ad-people: no people can be read/],
  [
    'the state of accounts',
    {},
    {
      objects: [
        domain,
        { ...person('ann'), hidden: ['userAccountControl'] },
        group('roster', [userDn('ann')]),
      ],
    },
    /^warning ad-people: .*disabled accounts will count as active/,
  ],
  [
    'encryption is wanted',
    {},
    { bind: () => ({ status: 8, diagnostic: '' }) },
    /^error ad-bind: .*strongerAuthRequired/,
  ],
  [
    'searches fail',
    {},
    { fault: () => ({ kind: 'status', status: 11 }) },
    /^error ad-read: AD_SEARCH_REFUSED: .*adminLimitExceeded/,
  ],
])('a finding: %s', async (_, overrides, stubOptions, expected) => {
  expect(await check(overrides, stubOptions)).toContainEqual(expect.stringMatching(expected))
})

describe('limits of the query policy', () => {
  const limits = (page: number, range: number): readonly string[] => [
    `MaxPageSize=${page}`,
    `MaxValRange=${range}`,
  ]
  const normal = queryPolicy('Default Query Policy', limits(1000, 1500))
  const small = queryPolicy('Small', limits(50, 60))
  const other = queryPolicy('Other', limits(400, 500))
  const siteSettings = `CN=NTDS Site Settings,${SITE}`

  test.each<[string, readonly StubObject[], readonly string[]]>([
    ['the default policy', [normal, small], ['ok MaxPageSize is 1000', 'ok MaxValRange is 1500']],
    [
      'the one of the site',
      [normal, other, policyHolder(siteSettings, 'Other')],
      ['ok MaxPageSize is 400', 'ok MaxValRange is 500'],
    ],
    [
      'the one of the domain controller goes before it',
      [normal, small, other, policyHolder(siteSettings, 'Other'), policyHolder(SERVICE, 'Small')],
      ['warning MaxPageSize is 50', 'warning MaxValRange is 60'],
    ],
    [
      'one that may not be read',
      [{ ...normal, hidden: ['lDAPAdminLimits'] }],
      ['ok MaxPageSize can not be read by this account', 'ok MaxValRange can not be read by this account'],
    ],
    [
      'none at all',
      [],
      ['ok MaxPageSize can not be read by this account', 'ok MaxValRange can not be read by this account'],
    ],
  ])('%s', async (_, policies, expected) => {
    const objects = [...company.slice(0, 4), ...policies]
    const found = (await check({}, { objects })).slice(-2)
    expect(found.map((one) => one.replace(/ ad-(page|range)-limit: ([^:]*):.*/, ' $2'))).toEqual(expected)
  })

  test('a group that comes in ranges shows the limit that nobody states', async () => {
    const names = ['ann', 'cat', 'dan', 'eve'].map((name) => person(name))
    const objects = [
      domain,
      ...names,
      group(
        'roster',
        names.map(({ dn }) => dn),
      ),
    ]
    const found = await check({}, { objects, limits: { maxValRange: 3 } })
    expect(found.at(-1)).toMatch(/^warning ad-range-limit: MaxValRange is 3:/)
  })
})

test('no SCIM group: everyone is in scope', async () => {
  expect(await check({ scope: { scimGroups: [] } })).toContain(
    'ok ad-scim-group: no SCIM group is configured: everyone is in scope',
  )
})

test('an aborted check ends with a finding', async () => {
  const source = createActiveDirectorySource(sourceOptions({ url: ['ldap://127.0.0.1:1'] }))
  expect(await source.check(AbortSignal.abort('SIGTERM'))).toMatchObject([{ level: 'error' }])
})
