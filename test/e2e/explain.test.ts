import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { schemaErrors } from '../fixtures/explained.ts'
import { program } from '../fixtures/program.ts'
import { company, groupDn, links, oddNames, SERVICE_PASSWORD, userDn } from './samba/company.ts'
import { DOMAIN, startDomainController, type DomainController } from './samba/domain-controller.ts'

// `scim-push explain` with a real domain controller.

let dc: DomainController
let keeper: KeeperEmulator
let env: Readonly<Record<string, string>>
beforeAll(async () => {
  dc = await startDomainController(company())
  const sid = await dc.lookUp('(sAMAccountName=primary)', 'objectSid')
  await dc.modify(links(sid.slice(sid.lastIndexOf('-') + 1)))
  keeper = await startKeeperEmulator()
  env = {
    SCIM_PUSH_SOURCE_TYPE: 'activeDirectory',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldaps://localhost',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_USER: 'CORP\\svc-scim',
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD: SERVICE_PASSWORD,
    SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_CA_FILE: dc.caFile,
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: keeper.token,
    SCIM_PUSH_SCOPE_SCIM_GROUPS: 'roster',
  }
})
afterAll(async () => {
  await keeper.close()
  await dc.stop()
})

interface Group {
  readonly path: readonly { readonly displayName: string }[]
}
interface Told {
  readonly explanations: readonly {
    readonly people: readonly {
      readonly verdict: string
      readonly source: {
        readonly key: string
        readonly inactive: readonly string[]
        readonly names: readonly string[]
        readonly groups: readonly Group[]
        readonly groupsUnread: string | null
      }
    }[]
  }[]
}

const explain = async (query: string, more: Readonly<Record<string, string>> = {}) => {
  const { code, stdout, stderr } = await program(['explain', query, '-o', 'json', '--log-level', 'debug'], {
    ...env,
    ...more,
  })
  expect(`${stdout}${stderr}`).not.toContain(SERVICE_PASSWORD)
  expect(`${stdout}${stderr}`).not.toContain(keeper.token)
  const json = JSON.parse(stdout) as Told
  expect(schemaErrors(json)).toBe('')
  const people = json.explanations.flatMap((one) => one.people)
  const paths = people[0]?.source.groups.map(({ path }) =>
    path.map(({ displayName }) => displayName).join(' → '),
  )
  return { code, people, paths, verdicts: people.map(({ verdict }) => verdict) }
}

const mail = (account: string): string => `${account}@mail.example.com`

describe('a person in scope', () => {
  test('nested, past a cycle, found by every name that they have', async () => {
    const guid = await dc.lookUp('(sAMAccountName=cat)', 'objectGUID')
    const found = await explain('cat')
    expect(found).toMatchObject({
      code: 0,
      verdicts: [
        `${mail('cat')} gets access with the next push: in scope through roster → Sales → EMEA; the account is created and added to Sales.`,
      ],
      paths: ['Domain Users', 'EMEA', 'Sales → EMEA', 'Users → Domain Users', 'roster → Sales → EMEA'],
    })
    expect(found.people[0]?.source).toMatchObject({
      key: guid.toLowerCase(),
      names: ['cat@corp.example.com', userDn('Cat Cook')],
      groupsUnread: null,
    })
    for (const query of [
      mail('CAT'),
      'Cat@corp.example.com',
      'CORP\\cat',
      userDn('Cat Cook').toLowerCase(),
      `{${guid.toUpperCase()}}`,
    ])
      expect((await explain(query)).people, query).toEqual(found.people)
  })

  test('by primary group', async () => {
    expect(await explain('otto', { SCIM_PUSH_SCOPE_SCIM_GROUPS: 'primary roster' })).toMatchObject({
      verdicts: [
        `${mail('otto')} gets access with the next push: in scope through primary roster → Primary; the account is created and added to Primary.`,
      ],
    })
  })

  test('disabled, and expired', async () => {
    expect((await explain('dan')).verdicts).toEqual([
      `${mail('dan')} has no access: in scope through roster → Sales, but disabled at the source; nothing to change.`,
    ])
    const { people, verdicts } = await explain('eve')
    expect(people[0]?.source.inactive).toEqual(['expired on 2020-01-01'])
    expect(verdicts[0]).toContain('but expired on 2020-01-01 at the source; nothing to change.')
  })

  test('without an email', async () => {
    expect((await explain('nora')).verdicts).toEqual([
      'nora has no access: in scope through roster → Köln, (R&D) #1 "x" \\y; the creation is withheld (no email).',
    ])
  })

  test.each(oddNames)('whose name needs escaping: %s', async (name, account) => {
    const { people } = await explain(userDn(name))
    expect(people).toEqual((await explain(account)).people)
    expect(people[0]?.verdict).toContain(
      `${mail(account)} gets access with the next push: in scope through roster → Odd;`,
    )
  })
})

describe('a person out of scope', () => {
  test('in groups directly, through others and by primary group, none of them selected', async () => {
    const { verdicts, paths, people } = await explain('otto')
    expect(verdicts).toEqual([
      `${mail('otto')} has no access: not in scope, not in the SCIM group roster; nothing to change.`,
    ])
    // Domain Users was the primary group before, and then is one as any other.
    expect(paths).toEqual(['Domain Users', 'Primary', 'primary roster → Primary', 'Users → Domain Users'])
    expect(people[0]?.source.groupsUnread).toBeNull()
  })

  test('in Domain Users alone, which is their primary group, and in what that is in', async () => {
    expect((await explain('svc-scim')).paths).toEqual(['Domain Users', 'Users → Domain Users'])
  })

  test.each([
    ['a name that nobody has', 'zoe'],
    ['a DN that is not there', userDn('Zoe')],
    ['a computer', 'PC1$'],
    ['a group', groupDn('Sales')],
    ['a base that is not there', `CN=x,OU=Nowhere,${DOMAIN}`],
    ['syntax of a filter', '*)(sAMAccountName=*'],
  ])('nobody: %s', async (_, query) => {
    const { code, people } = await explain(query)
    expect([code, people]).toEqual([1, []])
  })
})

test('after a push: who has access, who loses it, and by whom nothing was written in between', async () => {
  const small = { ...env, SCIM_PUSH_SCOPE_SCIM_GROUPS: 'sales', SCIM_PUSH_SCOPE_GROUPS: 'selected' }
  expect((await program(['push'], small)).code).toBe(0)
  const written = keeper.requests.length
  expect((await explain('bob', small)).verdicts).toEqual([
    `${mail('bob')} has access: in scope through Sales; nothing to change.`,
  ])
  await dc.modify(
    `dn: ${groupDn('EMEA')}\nchangetype: modify\ndelete: member\nmember: ${userDn('Cat Cook')}\n\ndn: ${userDn('Bob Baker')}\nchangetype: modify\nreplace: userAccountControl\nuserAccountControl: 514\n`,
  )
  expect((await explain('cat', small)).verdicts).toEqual([
    `${mail('cat')} loses access with the next push: not in scope, not in the SCIM group sales; the account is deactivated and taken out of Sales.`,
  ])
  expect((await explain('bob', small)).verdicts).toEqual([
    `${mail('bob')} loses access with the next push: in scope through Sales, but disabled at the source; the account is deactivated.`,
  ])
  expect(keeper.requests.slice(written).filter((request) => !request.startsWith('GET '))).toEqual([])
})
