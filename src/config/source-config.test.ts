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
  without,
} from '../../test/fixtures/config.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-config-'))
  await writeFile(join(folder, 'ca.pem'), '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n')
  await writeFile(join(folder, 'key.pem'), '-----BEGIN PRIVATE KEY-----\nMARKER\n-----END PRIVATE KEY-----\n')
})
afterAll(() => rm(folder, { recursive: true }))

describe('across settings', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'http to another machine',
      { ...minimalEnv, SCIM_PUSH_TARGET_URL: 'http://scim.example' },
      'CONFIG_INSECURE',
    ],
    [
      'a login in the URL',
      { ...minimalEnv, SCIM_PUSH_TARGET_URL: 'https://a:MARKER@scim.example' },
      'CONFIG_SECRET_EXPOSED',
    ],
    [
      "http for Google's token",
      { ...googleEnv, SCIM_PUSH_SOURCE_GOOGLE_TOKEN_URL: 'http://proxy.example/token' },
      'CONFIG_INSECURE',
    ],
    [
      "http for Google's API",
      { ...googleEnv, SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: 'http://proxy.example' },
      'CONFIG_INSECURE',
    ],
    ['an empty customer', { ...googleEnv, SCIM_PUSH_SOURCE_GOOGLE_CUSTOMER: '' }, 'CONFIG_MISSING'],
    ['an empty root URL', { ...googleEnv, SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: '' }, 'CONFIG_MISSING'],
    [
      'ldap without TLS',
      { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldap://dc1' },
      'CONFIG_INSECURE',
    ],
    [
      'the second URL without TLS',
      { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'dc1,ldap://dc2' },
      'CONFIG_INSECURE',
    ],
    [
      'ldaps with StartTLS',
      { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_START_TLS: 'true' },
      'CONFIG_CONFLICT',
    ],
    [
      'a URL that is none',
      { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'https://dc1' },
      'CONFIG_WRONG_VALUE',
    ],
    ['no URL', { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: '' }, 'CONFIG_MISSING'],
    [
      'no attribute for the email',
      { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_EMAIL: '' },
      'CONFIG_MISSING',
    ],
    ['listed groups of records', { ...minimalEnv, SCIM_PUSH_SCOPE_GROUPS: 'listed' }, 'CONFIG_CONFLICT'],
    [
      'a CA file that is not there',
      { ...minimalEnv, SCIM_PUSH_TARGET_CA_FILE: '/nowhere/ca.pem' },
      'CONFIG_WRONG_VALUE',
    ],
  ])('refuses %s', async (_, env, code) => {
    const { error } = await load({ env })
    expect(error?.code).toBe(code)
    expect(error?.message).not.toContain('MARKER')
  })

  test.each<[string, Record<string, string>, object]>([
    [
      'http to this machine',
      { ...minimalEnv, SCIM_PUSH_TARGET_URL: 'http://127.0.0.1:8080/v2' },
      { target: { url: 'http://127.0.0.1:8080/v2' } },
    ],
    [
      'http that is allowed',
      { ...minimalEnv, SCIM_PUSH_TARGET_URL: 'http://scim.example', SCIM_PUSH_TARGET_ALLOW_INSECURE: 'true' },
      { target: { url: 'http://scim.example', allowInsecure: true } },
    ],
    [
      "Google's emulator on this machine",
      { ...googleEnv, SCIM_PUSH_SOURCE_GOOGLE_ROOT_URL: 'http://localhost:9000' },
      { source: { rootUrl: 'http://localhost:9000/' } },
    ],
    [
      'ldap with StartTLS',
      {
        ...adEnv,
        SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldap://dc1,ldap://dc2:389',
        SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_START_TLS: 'true',
      },
      { source: { url: ['ldap://dc1', 'ldap://dc2:389'], startTls: true } },
    ],
    [
      'ldap in the clear that is allowed',
      {
        ...adEnv,
        SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'ldap://dc1',
        SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_ALLOW_INSECURE: 'true',
      },
      { source: { url: ['ldap://dc1'], allowInsecure: true } },
    ],
  ])('takes %s', async (_, env, expected) => {
    const { config, error } = await load({ env })
    expect(error).toBeNull()
    expect(config).toMatchObject(expected)
  })

  test('the wrong one of several URLs is told by its number', async () => {
    expect(
      await problemsOf({ env: { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL: 'dc1,ldap://dc2' } }),
    ).toEqual([
      'spec.source.activeDirectory.url (environment variable SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL) item 2 is ldap:// without startTls, which shows the password to the network: use ldaps://, or set startTls',
    ])
  })

  test('a document may give one URL as text', async () => {
    const env = without(adEnv, 'SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_URL')
    for (const url of ['dc1', '[dc1]']) {
      const { config } = await load({ env, document: documentOf(`source: {activeDirectory: {url: ${url}}}`) })
      expect(config?.source).toMatchObject({ url: ['ldaps://dc1'] })
    }
  })

  test('a CA file is looked at', async () => {
    const caFile = join(folder, 'ca.pem')
    expect(
      (await load({ env: { ...minimalEnv, SCIM_PUSH_TARGET_CA_FILE: caFile } })).config?.target.caFile,
    ).toBe(caFile)
    expect(
      await problemsOf({
        env: { ...adEnv, SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_CA_FILE: join(folder, 'key.pem') },
      }),
    ).toEqual([
      'spec.source.activeDirectory.caFile (environment variable SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_CA_FILE) names a file without a certificate in PEM form',
    ])
  })
})
