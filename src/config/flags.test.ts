import { describe, expect, test } from 'vitest'
import { documentOf, load, minimalEnv, problemsOf } from '../../test/fixtures/config.ts'

const set = (...texts: string[]) => ({ flags: { set: texts } })

describe('--set', () => {
  test.each<[string, string[], object]>([
    ['a number', ['target.maxConcurrency=8'], { target: { maxConcurrency: 8 } }],
    ['with spec. before it', ['spec.target.profile=keeper'], { target: { profile: 'keeper' } }],
    ['an equals sign in the value', ['scope.scimGroups=CN=a,DC=b'], { scope: { scimGroups: ['CN=a,DC=b'] } }],
    ['a list', ['policy.protected=a, b'], { policy: { protected: ['a', 'b'] } }],
    ['yes or no', ['policy.users.create=no'], { policy: { users: { create: false } } }],
    ['several', ['dryRun=true', 'suspend=on'], { dryRun: true, suspend: true }],
    ['an empty text', ['target.caFile='], { target: { caFile: '' } }],
  ])('%s', async (_, texts, expected) => {
    const { config, error } = await load(set(...texts))
    expect(error).toBeNull()
    expect(config).toMatchObject(expected)
  })

  test.each<[string, string[], string]>([
    ['no value', ['dryRun'], '--set must be path=value, as in --set target.maxConcurrency=8'],
    ['no path', ['=true'], '--set must be path=value, as in --set target.maxConcurrency=8'],
    ['a wrong value', ['dryRun=maybe'], 'spec.dryRun (--set dryRun) must be true or false'],
    [
      'a value out of range',
      ['target.maxConcurrency=0'],
      'spec.target.maxConcurrency (--set target.maxConcurrency) must be a whole number from 1 to 256',
    ],
    ['an unknown path', ['target.ulr=x'], '--set target.ulr is no setting; did you mean target.url?'],
    [
      'a path in the wrong section',
      ['adminEmail=x'],
      '--set adminEmail is no setting; did you mean source.google.adminEmail?',
    ],
    [
      'a path within a setting',
      ['target.url.x=y'],
      '--set target.url.x is no setting; did you mean target.url?',
    ],
    [
      'a section',
      ['policy.users=x'],
      '--set policy.users is a section; name one of its settings, as in policy.users.create',
    ],
    ['nothing near', ['frobnicate.everything=x'], '--set frobnicate.everything is no setting'],
    ['the prototype', ['__proto__.x=y'], '--set must be path=value, as in --set target.maxConcurrency=8'],
    ['constructor', ['constructor.prototype=y'], '--set constructor.prototype is no setting'],
    [
      'one setting twice',
      ['dryRun=true', 'dryRun=false'],
      'spec.dryRun is given twice, by --set dryRun and by --set dryRun',
    ],
    [
      'a list in pieces',
      ['scope.scimGroups=a', 'spec.scope.scimGroups=b'],
      'spec.scope.scimGroups is given twice, by --set scope.scimGroups and by --set scope.scimGroups; give all items of a list in one, with commas between them',
    ],
    [
      'a secret',
      ['target.token=MARKER'],
      '--set target.token is a secret, and others can read the command line; use --set target.token.file=PATH or --set target.token.env=NAME, or the environment variable SCIM_PUSH_TARGET_TOKEN',
    ],
    [
      'another place for a secret',
      ['target.token.value=MARKER'],
      '--set target.token.value must be --set target.token.file=PATH or --set target.token.env=NAME',
    ],
    [
      'a variable that can be none',
      ['target.token.env=MARKER-x'],
      '--set target.token.env must be --set target.token.file=PATH or --set target.token.env=NAME',
    ],
    [
      'two places for a secret',
      ['target.token.env=TOKEN', 'target.token.file=x'],
      'spec.target.token is given twice, by --set target.token.env and by --set target.token.file',
    ],
  ])('refuses %s', async (_, texts, message) => {
    expect(await problemsOf({ ...set(...texts), env: { ...minimalEnv, TOKEN: 'x' } })).toEqual([message])
  })

  test('a secret from a variable, over that of the environment', async () => {
    const { config } = await load({
      ...set('target.token.env=OTHER'),
      env: { ...minimalEnv, OTHER: 'other' },
    })
    expect(config?.target.token.reveal()).toBe('other')
  })
})

describe('--source', () => {
  test.each(['records', 'record'])('%s', async (source) => {
    const { config } = await load({
      env: { ...minimalEnv, SCIM_PUSH_SOURCE_TYPE: 'google' },
      flags: { source },
    })
    expect(config?.source.type).toBe('records')
  })

  test.each([
    ['google', 'spec.source.google.adminEmail'],
    ['ad', 'spec.source.activeDirectory.url'],
    ['activeDirectory', 'spec.source.activeDirectory.url'],
  ])('%s asks for what it needs', async (source, path) => {
    expect((await problemsOf({ flags: { source } }))[0]).toContain(`${path} is missing`)
  })

  test.each(['azure', '', 'constructor', 'Google'])('%j is none', async (source) => {
    expect(await problemsOf({ flags: { source } })).toEqual([
      '--source must be one of google, activeDirectory, ad, records, record',
    ])
  })

  test('together with --set source.type', async () => {
    expect(await problemsOf({ flags: { source: 'records', set: ['source.type=google'] } })).toEqual([
      'spec.source.type is given twice, by --set source.type and by --source',
    ])
  })
})

test.each([true, false])('--dry-run %s goes before the document and the environment', async (dryRun) => {
  const { config } = await load({
    flags: { dryRun },
    env: { ...minimalEnv, SCIM_PUSH_DRY_RUN: String(!dryRun) },
    document: documentOf(`dryRun: ${!dryRun}`),
  })
  expect(config?.dryRun).toBe(dryRun)
})
