import { describe, expect, test } from 'vitest'
import { reservedVariables } from './environment.ts'
import { environmentName, leafAround, leaves } from './leaves.ts'

describe('names of environment variables', () => {
  test.each([
    ['suspend', 'SCIM_PUSH_SUSPEND'],
    ['source.google.adminEmail', 'SCIM_PUSH_SOURCE_GOOGLE_ADMIN_EMAIL'],
    ['source.activeDirectory.baseDn', 'SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_BASE_DN'],
    ['source.activeDirectory.startTls', 'SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_START_TLS'],
    ['scope.scimGroups', 'SCIM_PUSH_SCOPE_SCIM_GROUPS'],
    ['policy.maxRemovals.floor', 'SCIM_PUSH_POLICY_MAX_REMOVALS_FLOOR'],
  ])('%s', (path, name) => {
    expect(environmentName(path)).toBe(name)
    expect(leaves.some((one) => one.path === path && one.env === name)).toBe(true)
  })

  test('no two settings share one, the _FILE of secrets and the reserved ones included', () => {
    const names = [
      ...Object.keys(reservedVariables),
      ...leaves.flatMap(({ env, fileEnv }) => (fileEnv === null ? [env] : [env, fileEnv])),
    ]
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  test('every secret has a _FILE, and nothing else has', () => {
    expect(leaves.filter(({ fileEnv }) => fileEnv !== null).map(({ path }) => path)).toEqual([
      'source.google.credentials',
      'source.activeDirectory.password',
      'target.token',
    ])
  })
})

test('the settings of design.md, and no others', () => {
  expect(leaves.map(({ path }) => path)).toEqual([
    ...['suspend', 'dryRun', 'source.type'],
    ...['adminEmail', 'credentials', 'customer', 'rootUrl', 'tokenUrl'].map(
      (name) => `source.google.${name}`,
    ),
    ...['url', 'user', 'password', 'startTls', 'allowInsecure', 'caFile', 'baseDn', 'email'].map(
      (name) => `source.activeDirectory.${name}`,
    ),
    'source.records.file',
    ...['scimGroups', 'groups', 'exclude.users', 'exclude.groups'].map((name) => `scope.${name}`),
    ...[
      'url',
      'token',
      'profile',
      'maxConcurrency',
      'maxRequestsPerMinute',
      'bulk',
      'caFile',
      'allowInsecure',
    ].map((name) => `target.${name}`),
    ...['users', 'groups'].flatMap((kind) =>
      ['create', 'update', 'remove'].map((name) => `policy.${kind}.${name}`),
    ),
    ...['unmanaged', 'protected'].map((name) => `policy.${name}`),
    ...['users', 'groups', 'memberships', 'floor'].map((name) => `policy.maxRemovals.${name}`),
    'policy.approvedPlan',
    'memory.file',
    'status.showSubjects',
  ])
})

test('a path within a secret finds the secret, a section finds nothing', () => {
  expect(leafAround(['target', 'token', 'file'])?.path).toBe('target.token')
  expect(leafAround(['target'])).toBeNull()
  expect(leafAround(['__proto__', 'constructor'])).toBeNull()
})
