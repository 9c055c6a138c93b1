import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuthority } from '../../test/fixtures/certificate.ts'
import type { ScimPushError } from '../errors/error.ts'
import { pushgatewayConfig, type PushgatewayFlags } from './pushgateway.ts'

let folder: string
const file = (name: string): string => join(folder, name)
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pushgateway-'))
  await writeFile(file('secret'), 'hush\n', { mode: 0o600 })
  await writeFile(file('open'), 'hush')
  await chmod(file('open'), 0o644)
  await writeFile(file('ca.pem'), createAuthority('Ours').certificate)
})
afterAll(() => rm(folder, { recursive: true }))

const none: PushgatewayFlags = { pushgatewayJob: 'scim-push' }
const url = 'https://gateway.example/push'

describe('what flags and environment come to', () => {
  test('nothing', async () => {
    expect(await pushgatewayConfig(none, { env: {}, warn: () => undefined })).toBeNull()
  })

  test.each<[string, () => Partial<PushgatewayFlags>, Record<string, string>, object]>([
    ['a URL', () => ({ pushgateway: url }), {}, { url, job: 'scim-push', credentials: null, caFile: '' }],
    ['a job', () => ({ pushgateway: url, pushgatewayJob: 'a/b' }), {}, { job: 'a/b' }],
    ['http without credentials', () => ({ pushgateway: 'http://gw:9091' }), {}, { url: 'http://gw:9091' }],
    [
      'a password in the environment',
      () => ({ pushgateway: url, pushgatewayUsername: 'ann' }),
      { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
      { credentials: { kind: 'basic', username: 'ann' } },
    ],
    [
      'a password in a file',
      () => ({ pushgateway: url, pushgatewayUsername: 'ann', pushgatewayPasswordFile: file('secret') }),
      {},
      { credentials: { kind: 'basic', username: 'ann' } },
    ],
    [
      'a token in a file, and http to this machine',
      () => ({ pushgateway: 'http://127.0.0.1:9091', pushgatewayTokenFile: file('secret') }),
      {},
      { credentials: { kind: 'bearer' } },
    ],
    ['authorities', () => ({ pushgateway: url, pushgatewayCaFile: file('ca.pem') }), {}, {}],
  ])('%s', async (_, flags, env, config) => {
    const got = await pushgatewayConfig({ ...none, ...flags() }, { env, warn: () => undefined })
    expect(got).toMatchObject(config)
    const { credentials } = got!
    if (credentials)
      expect((credentials.kind === 'basic' ? credentials.password : credentials.token).reveal()).toBe('hush')
  })
})

test.each<[string, () => Partial<PushgatewayFlags>, Record<string, string>, string, RegExp]>([
  [
    'no URL',
    () => ({ pushgateway: 'gateway:9091' }),
    {},
    'CONFIG_WRONG_VALUE',
    /^--pushgateway must be an abs/,
  ],
  ['an empty URL', () => ({ pushgateway: '' }), {}, 'CONFIG_WRONG_VALUE', /^--pushgateway must/],
  [
    'a password in the URL',
    () => ({ pushgateway: 'https://ann:hush@gateway.example' }),
    {},
    'CONFIG_SECRET_EXPOSED',
    /^--pushgateway must not have a login/,
  ],
  ['a query', () => ({ pushgateway: `${url}?a` }), {}, 'CONFIG_WRONG_VALUE', /query/],
  [
    'no job',
    () => ({ pushgateway: url, pushgatewayJob: '' }),
    {},
    'CONFIG_WRONG_VALUE',
    /^--pushgateway-job/,
  ],
  [
    'credentials in the clear',
    () => ({ pushgateway: 'http://gw:9091', pushgatewayUsername: 'ann' }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_INSECURE',
    /^--pushgateway would send credentials/,
  ],
  [
    'a token in the clear',
    () => ({ pushgateway: 'http://gw:9091' }),
    { SCIM_PUSH_PUSHGATEWAY_TOKEN: 'hush' },
    'CONFIG_INSECURE',
    /^--pushgateway would send credentials/,
  ],
  [
    'two kinds of credentials',
    () => ({ pushgateway: url, pushgatewayUsername: 'ann', pushgatewayTokenFile: file('secret') }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_CONFLICT',
    /token and a user name/,
  ],
  [
    'a password twice',
    () => ({ pushgateway: url, pushgatewayUsername: 'ann', pushgatewayPasswordFile: file('secret') }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_CONFLICT',
    /^--pushgateway-password-file is set beside SCIM_PUSH_PUSHGATEWAY_PASSWORD/,
  ],
  [
    'a user without a password',
    () => ({ pushgateway: url, pushgatewayUsername: 'ann' }),
    {},
    'CONFIG_MISSING',
    /^--pushgateway-password-file is missing/,
  ],
  [
    'a password without a user',
    () => ({ pushgateway: url }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_MISSING',
    /^--pushgateway-username is missing/,
  ],
  [
    'a user with a colon',
    () => ({ pushgateway: url, pushgatewayUsername: 'ann:hush' }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_WRONG_VALUE',
    /^--pushgateway-username is empty, or has a colon/,
  ],
  [
    'a password and no gateway',
    () => ({}),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: 'hush' },
    'CONFIG_MISSING',
    /^--pushgateway is missing/,
  ],
  [
    'authorities and no gateway',
    () => ({ pushgatewayCaFile: file('ca.pem') }),
    {},
    'CONFIG_MISSING',
    /^--pushgateway is missing/,
  ],
  [
    'a file that is not there',
    () => ({ pushgateway: url, pushgatewayTokenFile: file('missing') }),
    {},
    'CONFIG_SECRET_UNAVAILABLE',
    /^--pushgateway-token-file refers to a file, .*missing, which does not exist/,
  ],
  [
    'a token that is none',
    () => ({ pushgateway: url }),
    { SCIM_PUSH_PUSHGATEWAY_TOKEN: 'Bearer hush' },
    'CONFIG_SECRET_UNAVAILABLE',
    /^environment variable SCIM_PUSH_PUSHGATEWAY_TOKEN begins with the word Bearer/,
  ],
  [
    'an empty password',
    () => ({ pushgateway: url, pushgatewayUsername: 'ann' }),
    { SCIM_PUSH_PUSHGATEWAY_PASSWORD: '\n' },
    'CONFIG_SECRET_UNAVAILABLE',
    /^environment variable SCIM_PUSH_PUSHGATEWAY_PASSWORD is empty/,
  ],
  [
    'authorities that are none',
    () => ({ pushgateway: url, pushgatewayCaFile: file('secret') }),
    {},
    'CONFIG_WRONG_VALUE',
    /^--pushgateway-ca-file names a file without a certificate/,
  ],
  [
    'a proxy that is none',
    () => ({ pushgateway: url }),
    { HTTPS_PROXY: 'hush' },
    'CONFIG_INVALID',
    /^environment variable HTTPS_PROXY must be a URL/,
  ],
])('%s is refused, and no secret told', async (_, flags, env, code, message) => {
  const error = await pushgatewayConfig({ ...none, ...flags() }, { env, warn: () => undefined }).then(
    () => null,
    (cause: unknown) => cause as ScimPushError,
  )
  expect(error).toMatchObject({ code, failure: 'config' })
  expect(error!.message).toMatch(message)
  expect(inspect(error, { depth: 9 })).not.toContain('hush')
})

test('all that is wrong is told at once', async () => {
  const wrong = pushgatewayConfig(
    { pushgateway: 'x', pushgatewayJob: '', pushgatewayUsername: '' },
    { env: {}, warn: () => undefined },
  )
  await expect(wrong).rejects.toMatchObject({ message: expect.stringContaining('has 4 problems') as string })
})

test('a file that others can read is warned of, as those of other secrets are', async () => {
  const warnings: string[] = []
  await pushgatewayConfig(
    { ...none, pushgateway: url, pushgatewayTokenFile: file('open') },
    { env: {}, warn: (message) => warnings.push(message) },
  )
  expect(warnings).toEqual([
    `--pushgateway-token-file: the file ${file('open')} can be read by every user of this machine; chmod 600 it`,
  ])
})
