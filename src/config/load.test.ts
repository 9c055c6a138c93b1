import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  adEnv,
  documentOf,
  googleEnv,
  load,
  minimalEnv,
  problemsOf,
  targetEnv,
  without,
} from '../../test/fixtures/config.ts'
import type { ConfigInput } from './load.ts'
import { schema } from './schema.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-config-'))
})
afterAll(() => rm(folder, { recursive: true }))

describe('order', () => {
  const document = documentOf('target: {maxConcurrency: 2}\npolicy: {protected: [document]}')
  const env = {
    ...minimalEnv,
    SCIM_PUSH_TARGET_MAX_CONCURRENCY: '3',
    SCIM_PUSH_POLICY_PROTECTED: 'environment',
  }
  const flags = { set: ['target.maxConcurrency=4', 'policy.protected=flag'] }
  test.each<[string, Partial<ConfigInput>, number, string[]]>([
    ['the default', {}, 16, []],
    ['the document', { document }, 2, ['document']],
    ['the environment over it', { document, env }, 3, ['environment']],
    ['flags over it', { document, env, flags }, 4, ['flag']],
    ['flags over the document', { document, flags }, 4, ['flag']],
  ])('%s', async (_, input, maxConcurrency, protectedUsers) => {
    const { config } = await load(input)
    expect(config?.target.maxConcurrency).toBe(maxConcurrency)
    expect(config?.policy.protected).toEqual(protectedUsers)
  })

  test('an empty list or text in a higher layer empties a lower one', async () => {
    const { config } = await load({
      document: documentOf('policy: {protected: [a]}\ntarget: {caFile: /nowhere}'),
      env: { ...minimalEnv, SCIM_PUSH_POLICY_PROTECTED: '', SCIM_PUSH_TARGET_CA_FILE: '' },
    })
    expect(config).toMatchObject({ policy: { protected: [] }, target: { caFile: '' } })
  })

  test('one load leaves nothing behind for the next', async () => {
    await load({ document, env, flags })
    expect((await load({})).config?.policy.protected).toEqual([])
    expect(schema.policy.protected.default).toEqual([])
  })
})

describe('defaults', () => {
  test('of everything but the source', async () => {
    const { config } = await load({})
    expect(config && { ...config, target: { ...config.target, token: null } }).toEqual({
      name: 'default',
      suspend: false,
      dryRun: false,
      source: { type: 'records', file: 'people.json' },
      scope: { scimGroups: [], groups: 'selected', exclude: { users: [], groups: [] } },
      target: {
        url: 'https://scim.example/v2',
        token: null,
        profile: 'auto',
        maxConcurrency: 16,
        maxRequestsPerMinute: 0,
        bulk: 'auto',
        caFile: '',
        allowInsecure: false,
      },
      policy: {
        users: { create: true, update: true, remove: [{ days: 0, do: 'deactivate' }] },
        groups: { create: true, update: true, remove: 'delete' },
        unmanaged: 'keep',
        protected: [],
        maxRemovals: {
          users: { percent: 10 },
          groups: { percent: 20 },
          memberships: { percent: 30 },
          floor: 5,
        },
        approvedPlan: '',
      },
      memory: { file: '' },
      status: { showSubjects: false },
    })
  })

  test('of Google', async () => {
    const { config } = await load({ env: googleEnv })
    expect(config).toMatchObject({
      source: {
        type: 'google',
        adminEmail: 'admin@corp.example',
        customer: 'my_customer',
        rootUrl: 'https://admin.googleapis.com/',
        tokenUrl: 'https://oauth2.googleapis.com/token',
      },
      scope: { groups: 'selected' },
    })
    expect(config?.source.type === 'google' && config.source.credentials.reveal()).toBe(
      '{"type":"service_account"}',
    )
  })

  test('of Active Directory', async () => {
    const { config } = await load({ env: adEnv })
    expect(config).toMatchObject({
      source: {
        type: 'activeDirectory',
        url: ['ldaps://dc1.corp.example'],
        user: 'CORP\\svc-scim',
        startTls: false,
        allowInsecure: false,
        caFile: '',
        baseDn: '',
        email: 'mail',
      },
      scope: { groups: 'listed' },
    })
    expect(config?.source.type === 'activeDirectory' && config.source.password.reveal()).toBe(' pass word ')
  })

  test('a default of the source gives way to what is set', async () => {
    const { config } = await load({ env: { ...adEnv, SCIM_PUSH_SCOPE_GROUPS: 'all' } })
    expect(config?.scope.groups).toBe('all')
  })
})

describe('what is mandatory', () => {
  test('all that is missing is named at once, with the ways to set it', async () => {
    expect(await problemsOf({ env: {} })).toEqual([
      'spec.source.type is missing; set it (google, activeDirectory, records) in the document, as SCIM_PUSH_SOURCE_TYPE, or with --source',
      'spec.target.url is missing; set it in the document, as SCIM_PUSH_TARGET_URL, or with --set target.url=…',
      'spec.target.token is missing; set it in the document, as SCIM_PUSH_TARGET_TOKEN_FILE or SCIM_PUSH_TARGET_TOKEN, or with --set target.token.file=…',
    ])
  })

  test.each<[string, string[]]>([
    ['google', ['source.google.adminEmail', 'source.google.credentials']],
    [
      'activeDirectory',
      ['source.activeDirectory.url', 'source.activeDirectory.user', 'source.activeDirectory.password'],
    ],
    ['records', ['source.records.file']],
  ])('of %s', async (type, paths) => {
    const { error } = await load({ env: { ...targetEnv, SCIM_PUSH_SOURCE_TYPE: type } })
    expect(error?.code).toBe('CONFIG_MISSING')
    const lines = await problemsOf({ env: { ...targetEnv, SCIM_PUSH_SOURCE_TYPE: type } })
    expect(lines.map((line) => line.split(' ')[0])).toEqual(paths.map((path) => `spec.${path}`))
  })

  test('a section alone does not choose the source', async () => {
    expect(await problemsOf({ env: without(minimalEnv, 'SCIM_PUSH_SOURCE_TYPE') })).toEqual([
      expect.stringContaining('spec.source.type is missing'),
    ])
  })

  test('sections of other sources may be there, and their secrets are not read', async () => {
    const spec =
      'source:\n  activeDirectory: {url: ldap://x, password: {file: /nowhere}}\n  google: {adminEmail: a@b.c}'
    expect(await problemsOf({ document: documentOf(spec) })).toEqual([])
  })

  test('but what is wrong in them is said', async () => {
    expect(await problemsOf({ document: documentOf('source: {google: {adminEmail: 5}}') })).toHaveLength(1)
  })

  test('what is set, though wrongly, is not missing too', async () => {
    expect(await problemsOf({ env: { ...minimalEnv, SCIM_PUSH_SOURCE_TYPE: 'azure' } })).toEqual([
      expect.stringContaining('must be one of google, activeDirectory, records'),
    ])
    expect(
      await problemsOf({
        document: documentOf('target: {url: 5}'),
        env: { ...minimalEnv, SCIM_PUSH_TARGET_URL: undefined },
      }),
    ).toEqual([expect.stringContaining('put it in quotes')])
  })
})

describe('the error', () => {
  test('one problem: its own code and place', async () => {
    const { error } = await load({ document: documentOf('target: {maxConcurrency: 0}') })
    expect(error).toMatchObject({
      code: 'CONFIG_WRONG_VALUE',
      failure: 'config',
      where: 'c.yaml:5',
      message: 'spec.target.maxConcurrency (c.yaml:5) must be a whole number from 1 to 256',
    })
  })

  test('problems of all layers and kinds, at once', async () => {
    const { error } = await load({
      document: documentOf('target:\n  profil: keeper\n  maxConcurrency: 0\n  token: {file: /nowhere/token}'),
      env: { SCIM_PUSH_DRY_RUN: 'maybe', SCIM_PUSH_TARGET_URL: 'http://scim.example' },
      flags: { set: ['policy.unmanaged=drop'], source: 'azure' },
    })
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', where: null })
    expect(error?.message.split('\n')).toEqual([
      'the configuration has 7 problems:',
      '- spec.target.profil (c.yaml:6) is no setting; did you mean spec.target.profile?',
      '- spec.target.maxConcurrency (c.yaml:7) must be a whole number from 1 to 256',
      '- spec.dryRun (environment variable SCIM_PUSH_DRY_RUN) must be true or false',
      '- --source must be one of google, activeDirectory, ad, records, record',
      '- spec.policy.unmanaged (--set policy.unmanaged) must be one of keep, remove',
      '- spec.target.url (environment variable SCIM_PUSH_TARGET_URL) is http:// to another machine; use https://, or set allowInsecure in a test network',
      '- spec.target.token (c.yaml:8) refers to a file, /nowhere/token, which does not exist',
    ])
  })
})

test('the document as a file', async () => {
  const file = join(folder, 'c.yaml')
  await writeFile(file, documentOf('suspend: true').text)
  expect((await load({ file })).config).toMatchObject({ name: 'corp', suspend: true })
  expect((await load({ file: join(folder, 'absent.yaml') })).error?.code).toBe('CONFIG_DOCUMENT_UNREADABLE')
})
