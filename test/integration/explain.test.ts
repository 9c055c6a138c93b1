import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { schemaErrors } from '../fixtures/explained.ts'
import { freePort } from '../fixtures/free-port.ts'
import { domain, group, groupDn, person, sidOf, userDn } from '../fixtures/ldap-stub/objects.ts'
import { startLdapStub, type LdapStub } from '../fixtures/ldap-stub/server.ts'
import { program } from '../fixtures/program.ts'

// `scim-push explain` as its users run it, against each source.

// Each run is a process of its own, and some tests have several.
vi.setConfig({ testTimeout: 60_000 })

let folder: string
let keeper: KeeperEmulator
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'explain-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(() => keeper.close())

type Env = Readonly<Record<string, string>>

const target = (): Env => ({ SCIM_PUSH_TARGET_URL: keeper.url, SCIM_PUSH_TARGET_TOKEN: keeper.token })

interface Told {
  readonly exitCode: number
  readonly explanations: readonly {
    readonly people: readonly {
      readonly verdict: string
      readonly source: { readonly key: string; readonly names: readonly string[] } | null
      readonly accounts: readonly { readonly id: string }[]
    }[]
    readonly suggestions: readonly string[]
    readonly error: { readonly code: string } | null
  }[]
  readonly error: { readonly code: string } | null
}

const explain = async (query: string, env: Env, ...flags: readonly string[]) => {
  const { code, stdout, stderr } = await program(['explain', query, '-o', 'json', ...flags], env)
  const json = JSON.parse(stdout) as Told
  expect(schemaErrors(json)).toBe('')
  expect(json.exitCode).toBe(code)
  return { code, json, stderr, people: json.explanations.flatMap(({ people }) => people) }
}
const verdicts = async (query: string, env: Env): Promise<readonly string[]> =>
  (await explain(query, env)).people.map(({ verdict }) => verdict)

/** Writes happen before, by a push; an explanation writes nothing. */
const writes = (): readonly string[] => keeper.requests.filter((request) => !request.startsWith('GET '))

describe('Google Workspace', () => {
  let google: GoogleEmulator
  let env: Env
  beforeEach(async () => {
    google = await startGoogleEmulator()
    const { directory } = google
    directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
    for (const name of ['ann', 'bob', 'cat', 'dan'])
      directory.addUser({ primaryEmail: `${name}@corp.example`, givenName: name, familyName: 'Doe' })
    directory.updateUser('cat@corp.example', { aliases: ['kitty@corp.example'] })
    const add = (name: string, ...members: string[]): void => {
      directory.addGroup(
        { email: `${name.toLowerCase().replace(' ', '-')}@corp.example`, name },
        members.map((member) => `${member}@corp.example`),
      )
    }
    add('Backend', 'cat')
    add('Engineering', 'bob', 'backend')
    add('Keeper Users', 'ann', 'engineering')
    add('Marketing', 'dan')
    add('Everywhere', 'marketing')
    env = {
      ...target(),
      SCIM_PUSH_SOURCE_TYPE: 'google',
      SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL: 'admin@corp.example',
      SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS: google.credentials(),
      SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: google.rootUrl,
      SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: google.tokenUrl,
      SCIM_PUSH_SCOPE_SCIM_GROUPS: 'keeper-users@corp.example',
    }
  })
  afterEach(() => google.close())

  test('before and after a push, by email, alias, id and the id of the account', async () => {
    expect(await verdicts('cat@corp.example', env)).toEqual([
      'cat@corp.example gets access with the next push: in scope through Keeper Users → Engineering → Backend; the account is created and added to Keeper Users.',
    ])
    expect(writes()).toEqual([])
    expect((await program(['push'], env)).code).toBe(0)
    const written = writes().length
    const id = google.directory.findUser('cat@corp.example')?.id ?? ''
    const [cat] = (await explain('CAT@corp.example', env)).people
    for (const query of ['kitty@corp.example', cat?.accounts[0]?.id ?? ''])
      expect((await explain(query, env)).people, query).toEqual([cat])
    expect(cat).toMatchObject({
      verdict:
        'cat@corp.example has access: in scope through Keeper Users → Engineering → Backend; nothing to change.',
      source: { key: id, names: ['kitty@corp.example'] },
    })
    expect(writes()).toHaveLength(written)
  })

  test('who is in other groups alone, whom nothing else had to read', async () => {
    const { people } = await explain('dan@corp.example', env)
    expect(people).toMatchObject([
      {
        verdict:
          'dan@corp.example has no access: not in scope, not in the SCIM group keeper-users@corp.example; nothing to change.',
        source: {
          groups: [
            { displayName: 'Marketing', path: [{ displayName: 'Marketing' }] },
            {
              displayName: 'Everywhere',
              path: [{ displayName: 'Everywhere' }, { displayName: 'Marketing' }],
            },
          ],
          groupsUnread: null,
        },
      },
    ])
  })

  test('a leaver, the suspended, and who is gone', async () => {
    await program(['push'], env)
    google.directory.removeMember('keeper-users@corp.example', 'ann@corp.example')
    google.directory.updateUser('bob@corp.example', { archived: true })
    google.directory.removeUser('cat@corp.example')
    expect(await verdicts('ann@corp.example', env)).toEqual([
      'ann@corp.example loses access with the next push: not in scope, not in the SCIM group keeper-users@corp.example; the account is deactivated and taken out of Keeper Users.',
    ])
    expect(await verdicts('bob@corp.example', env)).toEqual([
      'bob@corp.example loses access with the next push: in scope through Keeper Users → Engineering, but archived at the source; the account is deactivated.',
    ])
    expect(await verdicts('cat@corp.example', env)).toEqual([
      'cat@corp.example loses access with the next push: not found at the source; the account is deactivated and taken out of Keeper Users.',
    ])
  })

  test('nothing of the key or the tokens is in any output, also at debug', async () => {
    const { private_key: key } = JSON.parse(google.credentials()) as { private_key: string }
    for (const [query, output] of [
      ['cat@corp.example', 'text'],
      ['nobody@corp.example', 'json'],
    ] as const) {
      const { stdout, stderr } = await program(['explain', query, '-o', output, '--log-level', 'debug'], env)
      expect(stderr).toContain('GET /admin/directory/v1/')
      for (const secret of [keeper.token, key, key.split('\n')[1] ?? '', 'Bearer '])
        expect(`${stdout}${stderr}`).not.toContain(secret)
    }
  })
})

describe('Active Directory', () => {
  let stub: LdapStub
  let env: Env
  beforeEach(async () => {
    stub = await startLdapStub({
      objects: [
        domain,
        person('ann'),
        person('bob', { userAccountControl: '514' }),
        person('cat', { mail: 'cat@corp.example', primaryGroupID: '1200' }),
        person('dan', { mail: undefined, userPrincipalName: undefined }),
        person('eve'),
        group('roster', [userDn('bob'), groupDn('sales'), groupDn('staff')], { objectSid: sidOf(1201) }),
        group('sales', [userDn('ann'), userDn('dan')], { objectSid: sidOf(1202) }),
        group('staff', [], { objectSid: sidOf(1200) }),
        group('outside', [userDn('eve')], { objectSid: sidOf(1203) }),
      ],
    })
    env = {
      ...target(),
      SCIM_PUSH_SOURCE_TYPE: 'activeDirectory',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: `ldap://127.0.0.1:${stub.port}`,
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_USER: 'CORP\\svc',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD: 'secret',
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_ALLOW_INSECURE: 'true',
      SCIM_PUSH_SCOPE_SCIM_GROUPS: 'roster',
    }
  })
  afterEach(() => stub.close())

  test.each([
    [
      'nested, by account name',
      'CORP\\ann',
      'ann@corp.example gets access with the next push: in scope through roster → sales; the account is created and added to sales.',
    ],
    [
      'disabled, by DN',
      userDn('bob'),
      'bob@corp.example has no access: in scope through roster, but disabled at the source; nothing to change.',
    ],
    [
      'by primary group, by email',
      'cat@corp.example',
      'cat@corp.example gets access with the next push: in scope through roster → staff; the account is created and added to staff.',
    ],
    [
      'without an email',
      'dan',
      'dan has no access: in scope through roster → sales; the creation is withheld (no email).',
    ],
    [
      'not in scope, by userPrincipalName',
      'eve@ad.corp.example',
      'eve@corp.example has no access: not in scope, not in the SCIM group roster; nothing to change.',
    ],
  ])('%s', async (_, query, verdict) => {
    expect(await verdicts(query, env)).toEqual([verdict])
  })

  test('the password is in no output, also at debug', async () => {
    const { stdout, stderr } = await program(['explain', 'ann', '--log-level', 'debug'], {
      ...env,
      SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD: 'Hunter2.wrong',
    })
    expect(stderr).toContain('AD_BIND_REFUSED')
    expect(`${stdout}${stderr}`).not.toContain('Hunter2')
  })
})

describe('records, and the ways in which it may end', () => {
  let env: Env
  beforeAll(async () => {
    const users = [
      { id: 'u1', email: 'ann@corp.example', login: 'ann', full_name: 'Ann Archer', groups: ['g1'] },
      { id: 'u2', email: 'bob@corp.example', login: 'shared', groups: ['g2'] },
      { id: 'u3', email: 'cat@corp.example', login: 'shared', active: false, groups: ['g1'] },
    ]
    const groups = [
      { id: 'g1', name: 'Sales' },
      { id: 'g2', name: 'Ops' },
    ]
    await writeFile(join(folder, 'people.json'), JSON.stringify({ users, groups }))
    await writeFile(join(folder, 'nobody.json'), JSON.stringify({ users: [], groups: [] }))
  })
  beforeEach(() => {
    env = {
      ...target(),
      SCIM_PUSH_SOURCE_TYPE: 'records',
      SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
      SCIM_PUSH_SCOPE_SCIM_GROUPS: 'Sales',
    }
  })

  test('all who go by a name', async () => {
    expect(await verdicts('shared', env)).toEqual([
      'bob@corp.example has no access: not in scope, not in the SCIM group Sales; nothing to change.',
      'cat@corp.example has no access: in scope through Sales, but "active" is false at the source; nothing to change.',
    ])
  })

  test('for a person: the verdict first, on standard output alone', async () => {
    const { code, stdout, stderr } = await program(['explain', 'ann'], env)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^ann@corp\.example gets access with the next push: in scope through Sales; /)
    expect(stdout).toMatch(/\n {4}name {6}Ann Archer\n/)
    expect(stderr).toBe('')
  })

  test('by a full name', async () => {
    expect(await verdicts('ann archer', env)).toHaveLength(1)
  })

  test('an account that nobody at the source has', async () => {
    const { state } = keeper
    await program(['push'], { ...env, SCIM_PUSH_SCOPE_SCIM_GROUPS: 'Ops' })
    expect(state.users.size).toBe(1)
    const [id = ''] = state.users.keys()
    await writeFile(
      join(folder, 'one.json'),
      JSON.stringify({ users: [], groups: [{ id: 'g1', name: 'Sales' }] }),
    )
    const { people } = await explain(id, { ...env, SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'one.json') })
    expect(people).toMatchObject([
      {
        source: null,
        verdict: expect.stringMatching(/not found at the source; the deactivation is withheld/) as string,
      },
    ])
  })

  test('nobody: 1, the code, and what may have been meant', async () => {
    const { code, json, stderr } = await explain('anne@corp.example', env)
    expect(code).toBe(1)
    expect(json.explanations).toMatchObject([
      { people: [], suggestions: ['ann@corp.example'], error: { code: 'PERSON_NOT_FOUND' } },
    ])
    expect(stderr).toContain('PERSON_NOT_FOUND')
    const text = await program(['explain', 'anne@corp.example'], env)
    expect([text.code, text.stdout]).toEqual([1, ''])
    expect(text.stderr).toMatch(/PERSON_NOT_FOUND: .*anne@corp\.example\n.*Did you mean ann@corp\.example\?/)
  })

  test.each<[string, Env, number, string]>([
    ['credentials', { SCIM_PUSH_TARGET_TOKEN: 'wrong' }, 77, 'SCIM_UNAUTHORIZED'],
    ['configuration', { SCIM_PUSH_SCOPE_SCIM_GROUPS: 'Nowhere' }, 78, 'RECORDS_SCIM_GROUPS_UNRESOLVED'],
    ['a missing setting', { SCIM_PUSH_TARGET_URL: '' }, 78, 'CONFIG_MISSING'],
  ])('%s', async (_, changes, exitCode, errorCode) => {
    const { code, json, stderr } = await explain('ann', { ...env, ...changes })
    expect(code).toBe(exitCode)
    expect(json.explanations).toMatchObject([{ people: [], planHash: null, error: { code: errorCode } }])
    expect(stderr).toContain(errorCode)
  })

  test('unreachable', async () => {
    const url = `http://127.0.0.1:${await freePort()}/scim`
    const { code, json } = await explain('ann', { ...env, SCIM_PUSH_TARGET_URL: url })
    expect([code, json.explanations[0]?.error?.code]).toEqual([69, 'SCIM_UNREACHABLE'])
  })

  test('a command line that makes no sense', async () => {
    expect(await program(['explain'], env)).toMatchObject({ code: 78, stdout: '' })
    const { code, json } = await explain(' ', env)
    expect([code, json.explanations, json.error?.code]).toEqual([78, [], 'CONFIG_WRONG_VALUE'])
    const markdown = await program(['explain', 'ann', '-o', 'markdown'], env)
    expect([markdown.code, markdown.stdout]).toEqual([78, ''])
  })

  describe('of several configurations', () => {
    const file = async (name: string, records: string, url: string): Promise<string> => {
      const path = join(folder, `${name}.yaml`)
      const spec = {
        source: { type: 'records', records: { file: join(folder, records) } },
        target: { url, token: { env: 'TOKEN' } },
      }
      const document = { apiVersion: 'scim-push.io/v1alpha1', kind: 'SyncConfig', metadata: { name }, spec }
      await writeFile(path, JSON.stringify(document))
      return path
    }
    const both = async (other: KeeperEmulator) => [
      ...['-c', await file('one', 'people.json', keeper.url)],
      ...['-c', await file('two', 'nobody.json', other.url)],
    ]

    test('found in one is found', async () => {
      const other = await startKeeperEmulator({ token: keeper.token })
      try {
        const { code, json } = await explain('ann', { TOKEN: keeper.token }, ...(await both(other)))
        expect(code).toBe(0)
        expect(json.explanations).toMatchObject([
          { config: 'one', people: [{}], error: null },
          { config: 'two', people: [], error: { code: 'PERSON_NOT_FOUND' } },
        ])
        const nowhere = await explain('zoltan', { TOKEN: keeper.token }, ...(await both(other)))
        expect(nowhere.code).toBe(1)
      } finally {
        await other.close()
      }
    })

    test('one that fails is said in its place, and its code counts', async () => {
      const other = await startKeeperEmulator()
      try {
        const flags = await both(other)
        expect((await explain('ann', { TOKEN: keeper.token }, ...flags)).code).toBe(77)
        const { stdout, stderr } = await program(['explain', 'ann', ...flags], { TOKEN: keeper.token })
        expect(stdout).toMatch(
          /^── one\n\nann@corp\.example gets access[^]*\n── two\n\n {2}SCIM_UNAUTHORIZED: /,
        )
        expect(stderr).toMatch(/ERROR: explain failed .*"two".*SCIM_UNAUTHORIZED/)
      } finally {
        await other.close()
      }
    })
  })

  test('--output-file holds the result, or why there is none', async () => {
    const file = join(folder, 'explained')
    await program(['explain', 'ann', '--output-file', file], env)
    expect(await readFile(file, 'utf8')).toMatch(/^ann@corp\.example gets access/)
    await program(['explain', 'zoltan', '--output-file', file], env)
    expect(await readFile(file, 'utf8')).toMatch(/^ {2}PERSON_NOT_FOUND: /)
    const { stdout } = await program(['explain', 'ann', '-o', 'none'], env)
    expect(stdout).toBe('')
  })
})
