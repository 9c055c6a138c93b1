import { describe, expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { checkRights, type Authority, type Needs, type Right } from './rights.ts'

const worded = ({ verb, resource, subresource, name }: Right): string =>
  [verb, [resource, ...(subresource === undefined ? [] : [subresource])].join('/'), name ?? '*'].join(' ')

/** An API server that allows these rights, and has these objects. */
const authority = (allowed: readonly string[], objects: readonly string[]): Authority => ({
  may: (right) => Promise.resolve(allowed.includes(worded(right))),
  has: (_, name) => Promise.resolve(objects.includes(name)),
})

const lock = ['get leases L', 'update leases L']
const configMap: Needs = { lease: 'L', carrier: { kind: 'configmap', name: 'corp' }, memory: false }
const resource: Needs = { lease: 'L', carrier: { kind: 'syncconfig', name: 'corp' }, memory: false }
const mapRights = [...lock, 'get configmaps corp-status', 'patch configmaps corp-status', 'create events *']
const resourceRights = [...lock, 'get syncconfigs corp', 'patch syncconfigs/status corp', 'create events *']

const levels = async (needs: Needs, allowed: readonly string[], objects: readonly string[]) =>
  Object.fromEntries(
    (await checkRights(authority(allowed, objects), needs)).map(({ check, level, message }) => [
      check,
      level === 'ok' ? 'ok' : `${level}: ${message.replace(/:.*/, '')}`,
    ]),
  )
const fine = { 'lock-rights': 'ok', 'status-rights': 'ok', 'event-rights': 'ok' }
const without = (rights: readonly string[], ...less: readonly string[]) =>
  rights.filter((right) => !less.includes(right))

describe('which rights a push needs', () => {
  test.each<
    [
      string,
      Needs,
      readonly string[],
      readonly string[],
      Readonly<Partial<Record<keyof typeof fine, string>>>,
    ]
  >([
    ['those that the chart gives', configMap, mapRights, ['L', 'corp-status'], {}],
    ['of a custom resource', resource, resourceRights, ['L'], {}],
    [
      'the lock may not be seen',
      configMap,
      without(mapRights, 'get leases L'),
      ['corp-status'],
      { 'lock-rights': 'error: may not get leases.coordination.k8s.io L' },
    ],
    [
      'the lock may not be taken',
      resource,
      without(resourceRights, 'update leases L'),
      ['L'],
      { 'lock-rights': 'error: may not update leases.coordination.k8s.io L' },
    ],
    [
      'nothing at all',
      resource,
      [],
      [],
      {
        'lock-rights': 'error: may not get leases.coordination.k8s.io L, update leases.coordination.k8s.io L',
        'status-rights':
          'warning: may not get syncconfigs.scim-push.io corp, patch syncconfigs.scim-push.io/status corp',
        'event-rights': 'warning: may not create events.events.k8s.io',
      },
    ],
    [
      'a lock that is not there, and may not be made',
      resource,
      resourceRights,
      [],
      { 'lock-rights': 'error: may not create leases.coordination.k8s.io' },
    ],
    ['a lock that is not there, and may be made', resource, [...resourceRights, 'create leases *'], [], {}],
    [
      'a status that may not be written',
      configMap,
      without(mapRights, 'patch configmaps corp-status'),
      ['L', 'corp-status'],
      { 'status-rights': 'warning: may not patch configmaps corp-status' },
    ],
    [
      'a status that is not there, and may not be made',
      configMap,
      mapRights,
      ['L'],
      { 'status-rights': 'warning: may not create configmaps' },
    ],
    [
      'a status that is not there, and may be made',
      configMap,
      [...mapRights, 'create configmaps *'],
      ['L'],
      {},
    ],
    [
      'a resource that may be listed only',
      resource,
      without(resourceRights, 'get syncconfigs corp'),
      ['L'],
      { 'status-rights': 'warning: may not get syncconfigs.scim-push.io corp' },
    ],
    [
      'no events',
      configMap,
      without(mapRights, 'create events *'),
      ['L', 'corp-status'],
      { 'event-rights': 'warning: may not create events.events.k8s.io' },
    ],
  ])('%s', async (_, needs, allowed, objects, expected) => {
    expect(await levels(needs, allowed, objects)).toEqual({ ...fine, ...expected })
  })

  test('a dry run needs no lock, a file no status', async () => {
    expect(Object.keys(await levels({ ...configMap, lease: null }, [], []))).toEqual([
      'status-rights',
      'event-rights',
    ])
    expect(Object.keys(await levels({ lease: 'L', carrier: null, memory: true }, [], []))).toEqual([
      'lock-rights',
    ])
  })
})

describe('where who is missing is remembered', () => {
  const remembering = [...mapRights, 'get configmaps corp-memory', 'patch configmaps corp-memory']
  test.each<[string, Needs, readonly string[], readonly string[], string]>([
    ['may be written', configMap, remembering, ['corp-memory'], 'ok'],
    ['of a custom resource', resource, [...resourceRights, ...remembering], ['corp-memory'], 'ok'],
    [
      'may not be written',
      configMap,
      without(remembering, 'patch configmaps corp-memory'),
      ['corp-memory'],
      'error: may not patch configmaps corp-memory',
    ],
    ['is not there, and may not be made', configMap, remembering, [], 'error: may not create configmaps'],
    ['is not there, and may be made', configMap, [...remembering, 'create configmaps *'], [], 'ok'],
  ])('%s', async (_, needs, allowed, objects, expected) => {
    const told = await levels({ ...needs, memory: true }, allowed, ['L', 'corp-status', ...objects])
    expect(told).toEqual({ ...fine, 'memory-rights': expected })
  })
})

test('every finding that is not well says what to do', async () => {
  for (const { remedy } of await checkRights(authority([], []), { ...configMap, memory: true }))
    expect(remedy).not.toBe('')
})

test('an API server that does not say is a warning, not a lacking right', async () => {
  const away: Authority = {
    ...authority(mapRights, ['corp-status']),
    has: () => Promise.reject(new ScimPushError('KUBERNETES_UNAVAILABLE', { message: 'away' })),
  }
  expect(await checkRights(away, configMap)).toMatchObject([
    {
      check: 'lock-rights',
      level: 'warning',
      message: expect.stringContaining('UNAVAILABLE: away') as string,
    },
    { check: 'status-rights', level: 'warning' },
    { check: 'event-rights', level: 'ok' },
  ])
})
