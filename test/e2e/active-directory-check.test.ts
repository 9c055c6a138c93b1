import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'
import { company, groupDn, links, SERVICE_PASSWORD, userDn } from './samba/company.ts'
import { startDomainController, type DomainController } from './samba/domain-controller.ts'

let dc: DomainController
let keeper: KeeperEmulator
let folder: string

beforeAll(async () => {
  dc = await startDomainController(company())
  const sid = await dc.lookUp('(sAMAccountName=primary)', 'objectSid')
  await dc.modify(links(sid.slice(sid.lastIndexOf('-') + 1)))
  keeper = await startKeeperEmulator()
  folder = await mkdtemp(join(tmpdir(), 'scim-push-ad-check-'))
  await writeFile(join(folder, 'password'), SERVICE_PASSWORD)
  await writeFile(join(folder, 'token'), keeper.token)
})
afterAll(async () => {
  await dc.stop()
  await keeper.close()
  await rm(folder, { recursive: true })
})

interface Part {
  readonly description: string
  readonly findings: readonly {
    readonly level: string
    readonly check: string
    readonly message: string
    readonly remedy: string
  }[]
}

const check = async (scimGroups: string, more: Readonly<Record<string, string>> = {}) => {
  const { code, stdout, stderr } = await program(['check', '-o', 'json'], {
    SCIM_PUSH_SOURCE_TYPE: 'activeDirectory',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldaps://localhost',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_USER: 'CORP\\svc-scim',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD_FILE: join(folder, 'password'),
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_CA_FILE: dc.caFile,
    SCIM_PUSH_SCOPE_SCIM_GROUPS: scimGroups,
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN_FILE: join(folder, 'token'),
    ...more,
  })
  const report = JSON.parse(stdout) as { readonly source: Part; readonly target: Part; readonly plan: Part }
  const of = (part: Part): readonly string[] =>
    part.findings.map(({ level, check: name, message }) => `${level} ${name}: ${message}`)
  return {
    code,
    stderr,
    description: report.plan.description,
    source: of(report.source),
    plan: of(report.plan),
  }
}

const line = (text: string): string => expect.stringContaining(text) as string

test('the whole roster, as an ordinary domain user', async () => {
  const { code, source, plan } = await check('roster')
  expect(code).toBe(0)
  expect(source).toEqual([
    'ok ad-url: ldaps://localhost:636 answers',
    expect.stringMatching(
      /^ok ad-tls: ldaps:\/\/localhost:636 has a certificate for CN=localhost that ends in 36[45] days \(.*\), verified for localhost, TLSv1\.[23]$/,
    ),
    expect.stringMatching(
      /^ok ad-tls-chain: issued by CN=Corp Test CA, which ends in 36[45] days \([^;]*\)$/,
    ),
    line('ok ad-bind: '),
    line('ok ad-base: '),
    line('ok ad-people: '),
    line('ok ad-scim-group: found the group CN=roster,'),
    line('ok ad-page-limit: MaxPageSize is 1000'),
    line('ok ad-range-limit: MaxValRange is 1500'),
    'ok scope-people: 18 people in scope, 2 of them inactive (1 disabled, 1 expired)',
    'warning scope-email: 1 person in scope without an email: nora',
    line('ok scope-groups: 3 groups for the target; 1 nested in others'),
  ])
  expect(plan).toEqual([
    line('ok plan-changes: a push would create 15 users, create 3 groups and add '),
    line('ok plan-seats: 15 new accounts'),
  ])
  expect(keeper.requests.every((request) => request.startsWith('GET'))).toBe(true)
})

test('who is a member through the primary group alone', async () => {
  const { source } = await check('primary-roster')
  expect(source).toContain(
    'ok ad-primary-group: 1 person in scope in a group as their primary group alone (Primary): read and counted',
  )
})

test('two people of one email, two groups of one name', async () => {
  const add = (dn: string, ...lines: readonly string[]): Promise<void> =>
    dc.modify([`dn: ${dn}`, 'changetype: add', ...lines, '', ''].join('\n'))
  const unit = 'OU=Doubles,DC=corp,DC=example,DC=com'
  await add(unit, 'objectClass: organizationalUnit')
  for (const [account, mail] of [
    ['double1', 'Double@corp.example'],
    ['double2', 'double@corp.example'],
  ])
    await add(
      userDn(account ?? ''),
      'objectClass: user',
      `sAMAccountName: ${account}`,
      `mail: ${mail}`,
      'userAccountControl: 512',
    )
  await add(
    `CN=EMEA,${unit}`,
    'objectClass: group',
    'sAMAccountName: emea2',
    `member: ${userDn('double1')}`,
    `member: ${userDn('double2')}`,
  )
  await add(
    groupDn('doubles'),
    'objectClass: group',
    'sAMAccountName: doubles',
    `member: CN=EMEA,${unit}`,
    `member: ${groupDn('EMEA')}`,
  )
  const { code, source, plan } = await check('doubles')
  expect(code).toBe(0)
  expect(source).toContainEqual(
    expect.stringMatching(
      /^warning duplicate-email: 2 people in scope have the email double@corp\.example: double[12], double[12]$/i,
    ),
  )
  expect(source).toContainEqual(
    expect.stringMatching(
      /^warning duplicate-group: 2 groups in scope are called EMEA: CN=EMEA,OU=.*, CN=EMEA,OU=/,
    ),
  )
  // Once is enough.
  expect(plan.join()).not.toContain('ambiguous')
})

test('a server that is not trusted: nothing is compared, and the way out is named', async () => {
  const { code, source, plan, description } = await check('roster', {
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_CA_FILE: dc.otherCaFile,
  })
  expect(code).toBe(1)
  expect(source).toEqual([line('error ad-tls: AD_CERTIFICATE: ')])
  expect([plan, description]).toEqual([[], 'not compared: the source could not be read'])
})
