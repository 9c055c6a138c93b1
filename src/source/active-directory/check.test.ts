import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { createAuthority } from '../../../test/fixtures/certificate.ts'
import { domain, group, person, plain, userDn, DOMAIN } from '../../../test/fixtures/ldap-stub/objects.ts'
import { startLdapStub, type StubOptions } from '../../../test/fixtures/ldap-stub/server.ts'
import { sourceOptions, type SourceOverrides } from '../../../test/fixtures/ldap-stub/source.ts'
import { Secret } from '../../lib/secret.ts'
import { createActiveDirectorySource } from './active-directory-source.ts'

const company = [
  domain,
  person('ann'),
  person('bob', { mail: undefined, userPrincipalName: undefined }),
  group('roster', [userDn('ann'), userDn('bob')]),
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

test('all is well, but for one without an email', async () => {
  expect(await check({}, {})).toEqual([
    'ok ad-url: ldap://localhost:PORT answers',
    'warning ad-tls: the connection to ldap://localhost:PORT is not encrypted: the password goes out in the clear',
    'ok ad-bind: ldap://localhost:PORT accepted CORP\\svc',
    'ok ad-base: people and groups are looked for under DC=corp,DC=example',
    'ok ad-people: people can be read under DC=corp,DC=example',
    'ok ad-scim-group: found the group CN=roster,OU=Groups,DC=corp,DC=example',
    'warning ad-email: 1 people in scope have neither of mail, userPrincipalName: bob',
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
    /^error ad-people: .*adminLimitExceeded/,
  ],
])('a finding: %s', async (_, overrides, stubOptions, expected) => {
  expect(await check(overrides, stubOptions)).toContainEqual(expect.stringMatching(expected))
})

test('no SCIM group: everyone is in scope, and those without an email are counted', async () => {
  const contact = plain('contact', 'contact', `CN=contact,${DOMAIN}`)
  const findings = await check({ scope: { scimGroups: [] } }, { objects: [...company, contact] })
  expect(findings.slice(-2)).toEqual([
    'ok ad-scim-group: no SCIM group is configured: everyone is in scope',
    'warning ad-email: 1 people in scope have neither of mail, userPrincipalName: bob',
  ])
})

test('an aborted check ends with a finding', async () => {
  const source = createActiveDirectorySource(sourceOptions({ url: ['ldap://127.0.0.1:1'] }))
  expect(await source.check(AbortSignal.abort('SIGTERM'))).toMatchObject([{ level: 'error' }])
})
