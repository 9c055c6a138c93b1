import { describe, expect, test } from 'vitest'
import { documentOf, load, minimalEnv, problemsOf } from '../../test/fixtures/config.ts'
import type { Config } from './config.ts'

const withEnv = (more: Record<string, string | undefined>) => load({ env: { ...minimalEnv, ...more } })
const problems = (more: Record<string, string | undefined>) => problemsOf({ env: { ...minimalEnv, ...more } })

describe('yes and no, where convict takes everything but false for true', () => {
  test.each<[string, boolean]>([
    ...['true', 'TRUE', ' true\n', 'yes', 'on', '1'].map((text): [string, boolean] => [text, true]),
    ...['false', 'False', 'no', 'off', '0', 'NO'].map((text): [string, boolean] => [text, false]),
  ])('%j is %s', async (text, value) => {
    expect((await withEnv({ SCIM_PUSH_DRY_RUN: text })).config?.dryRun).toBe(value)
    // Against a default that is true, too.
    expect((await withEnv({ SCIM_PUSH_POLICY_USERS_CREATE: text })).config?.policy.users.create).toBe(value)
  })

  test.each(['', ' ', 'nein', 'y', '2', 'null', 'falsee', '00'])('%j is neither', async (text) => {
    const empty = text.trim() === '' ? 'is empty; it must be' : 'must be'
    expect(await problems({ SCIM_PUSH_DRY_RUN: text })).toEqual([
      `spec.dryRun (environment variable SCIM_PUSH_DRY_RUN) ${empty} true or false`,
    ])
  })
})

describe('numbers, where convict takes 12abc for 12', () => {
  test.each([
    ['1', 1],
    ['016', 16],
    [' 256 ', 256],
  ])('%j is a number', async (text, value) => {
    expect((await withEnv({ SCIM_PUSH_TARGET_MAX_CONCURRENCY: text })).config?.target.maxConcurrency).toBe(
      value,
    )
  })

  test.each(['', '12abc', '0', '257', '1e2', '0x10', '1.0', '-5', '+5', '1 2', 'NaN', '9'.repeat(400)])(
    '%j is none in range',
    async (text) => {
      expect(await problems({ SCIM_PUSH_TARGET_MAX_CONCURRENCY: text })).toEqual([
        expect.stringMatching(
          /^spec\.target\.maxConcurrency \(environment variable SCIM_PUSH_TARGET_MAX_CONCURRENCY\) .*must be a whole number from 1 to 256$/,
        ),
      ])
    },
  )

  test.each<[string, object | null]>([
    ['10%', { percent: 10 }],
    ['0', { count: 0 }],
    ['25', { count: 25 }],
    ['101%', null],
    ['10.5%', null],
    ['', null],
    ['ten', null],
  ])('%j as a limit', async (text, limit) => {
    const { config } = await withEnv({ SCIM_PUSH_POLICY_MAX_REMOVALS_GROUPS: text })
    expect(config?.policy.maxRemovals.groups ?? null).toEqual(limit)
  })
})

describe('lists, where convict makes a list of one empty text of nothing', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['[]', []],
    ['Keeper Users', ['Keeper Users']],
    [' a , b ', ['a', 'b']],
    ['["a, b"]', ['a, b']],
    ['CN=a\\, b,OU=x,DC=y\nc, d', ['CN=a\\, b,OU=x,DC=y', 'c', 'd']],
  ])('%j', async (text, items) => {
    expect((await withEnv({ SCIM_PUSH_SCOPE_SCIM_GROUPS: text })).config?.scope.scimGroups).toEqual(items)
    expect((await withEnv({ SCIM_PUSH_POLICY_PROTECTED: text })).config?.policy.protected).toEqual(items)
  })

  test('a list that is none', async () => {
    expect(await problems({ SCIM_PUSH_POLICY_PROTECTED: '["a", 5]' })).toEqual([
      'spec.policy.protected (environment variable SCIM_PUSH_POLICY_PROTECTED) must be a JSON array of texts that are not empty',
    ])
  })

  test('no SCIM group by an empty variable is everyone, and is said', async () => {
    const { warnings } = await withEnv({ SCIM_PUSH_SCOPE_SCIM_GROUPS: '' })
    expect(warnings).toEqual([
      'spec.scope.scimGroups (environment variable SCIM_PUSH_SCOPE_SCIM_GROUPS) is empty, so every user is in scope',
    ])
    expect((await withEnv({})).warnings).toEqual([])
  })
})

describe('text and choices', () => {
  test.each<[string, Record<string, string>, (config: Config) => unknown, unknown]>([
    [
      'blanks are dropped',
      { SCIM_PUSH_TARGET_URL: ' https://a.example/v2\n' },
      (config) => config.target.url,
      'https://a.example/v2',
    ],
    ['a choice', { SCIM_PUSH_TARGET_PROFILE: 'rfc7644' }, (config) => config.target.profile, 'rfc7644'],
    [
      'a hash of digits',
      { SCIM_PUSH_POLICY_APPROVED_PLAN: '1'.repeat(32) },
      (config) => config.policy.approvedPlan,
      '1'.repeat(32),
    ],
    [
      'an empty text is the empty text',
      { SCIM_PUSH_POLICY_APPROVED_PLAN: '' },
      (config) => config.policy.approvedPlan,
      '',
    ],
  ])('%s', async (_, env, pick, value) => {
    const { config, error } = await withEnv(env)
    expect(error).toBeNull()
    expect(config && pick(config)).toBe(value)
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'a choice that is none',
      { SCIM_PUSH_TARGET_PROFILE: 'Keeper ' },
      'spec.target.profile (environment variable SCIM_PUSH_TARGET_PROFILE) must be one of auto, keeper, rfc7644; did you mean keeper?',
    ],
    [
      'an empty choice',
      { SCIM_PUSH_TARGET_PROFILE: '' },
      'spec.target.profile (environment variable SCIM_PUSH_TARGET_PROFILE) is empty; it must be one of auto, keeper, rfc7644',
    ],
    [
      'a hash cut short',
      { SCIM_PUSH_POLICY_APPROVED_PLAN: 'abc' },
      "spec.policy.approvedPlan (environment variable SCIM_PUSH_POLICY_APPROVED_PLAN) must be a plan's hash: 32 hexadecimal digits",
    ],
  ])('%s', async (_, env, message) => {
    expect(await problems(env)).toEqual([message])
  })
})

describe('variables that are no settings', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'misspelt',
      { SCIM_PUSH_TARGET_PROFIL: 'x' },
      'environment variable SCIM_PUSH_TARGET_PROFIL is no setting; did you mean SCIM_PUSH_TARGET_PROFILE?',
    ],
    [
      'nothing near',
      { SCIM_PUSH_FROBNICATE_EVERYTHING: 'x' },
      'environment variable SCIM_PUSH_FROBNICATE_EVERYTHING is no setting',
    ],
    [
      'empty, but there',
      { SCIM_PUSH_SOURCE_TYP: '' },
      'environment variable SCIM_PUSH_SOURCE_TYP is no setting; did you mean SCIM_PUSH_SOURCE_TYPE?',
    ],
    [
      'in lower case',
      { scim_push_target_url: 'x' },
      'environment variable scim_push_target_url is no setting; did you mean SCIM_PUSH_TARGET_URL?',
    ],
    [
      'a file for what is no secret',
      { SCIM_PUSH_TARGET_URL_FILE: 'x' },
      'environment variable SCIM_PUSH_TARGET_URL_FILE is no setting',
    ],
    [
      'a port that no service link has',
      { SCIM_PUSH_TARGET_PORT: '443' },
      'environment variable SCIM_PUSH_TARGET_PORT is no setting',
    ],
  ])('%s is an error', async (_, env, message) => {
    expect(await problems(env)).toEqual([expect.stringContaining(message)])
  })

  test.each([
    ['of others', { PATH: 'x', SCIMPUSH: 'x', MY_SCIM_PUSH_URL: 'x' }],
    [
      'reserved ones',
      {
        SCIM_PUSH_CONFIG: 'c.yaml',
        SCIM_PUSH_LOG_LEVEL: 'debug',
        SCIM_PUSH_LOG_FORMAT: 'json',
        SCIM_PUSH_SECRETS_DIR: '/s',
      },
    ],
    [
      'the service links of Kubernetes',
      {
        SCIM_PUSH_SERVICE_HOST: '10.0.0.1',
        SCIM_PUSH_SERVICE_PORT: '8080',
        SCIM_PUSH_SERVICE_PORT_HTTP: '8080',
        SCIM_PUSH_PORT: 'tcp://10.0.0.1:8080',
        SCIM_PUSH_PORT_8080_TCP: 'tcp://10.0.0.1:8080',
        SCIM_PUSH_PORT_8080_TCP_PROTO: 'tcp',
        SCIM_PUSH_PORT_8080_TCP_PORT: '8080',
        SCIM_PUSH_PORT_8080_TCP_ADDR: '10.0.0.1',
        SCIM_PUSH_METRICS_SERVICE_HOST: '10.0.0.2',
        SCIM_PUSH_METRICS_PORT_9090_TCP: 'tcp://10.0.0.2:9090',
      },
    ],
    ['unset ones', { SCIM_PUSH_FROBNICATE: undefined }],
  ])('%s are left alone', async (_, env) => {
    expect(await problems(env)).toEqual([])
  })

  test('one that the document refers to may have the prefix', async () => {
    const { SCIM_PUSH_TARGET_TOKEN: token, ...env } = minimalEnv
    const { config } = await load({
      env: { ...env, SCIM_PUSH_MY_TOKEN: token },
      document: documentOf('target: {token: {env: SCIM_PUSH_MY_TOKEN}}'),
    })
    expect(config?.target.token.reveal()).toBe('token')
  })
})
