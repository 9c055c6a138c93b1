import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchV1Api, V1MicroTime } from '@kubernetes/client-node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { objectsIn } from './cluster/objects.ts'
import { runPod } from './cluster/pod.ts'
import { startHelmCluster, type HelmCluster } from './helm/installing.ts'
import { ensureImage } from './image/container.ts'
import { PASSWORD, startGuardedPushgateway, USERNAME } from './prometheus/pushgateway.ts'

// What the chart makes of `metrics.pushgateway`, run as a kubelet would, against a real Pushgateway with a password and TLS.

const namespace = 'pushing'
const name = 'scim-scim-push'
let helm: HelmCluster
let cluster: ReturnType<typeof objectsIn>
let google: GoogleEmulator
let keeper: KeeperEmulator
let gateway: Awaited<ReturnType<typeof startGuardedPushgateway>>
let folder: string

beforeAll(async () => {
  await ensureImage()
  helm = await startHelmCluster()
  cluster = objectsIn(helm.config, namespace)
  folder = await mkdtemp(join(tmpdir(), 'cluster-pushgateway-'))
  google = await startGoogleEmulator()
  keeper = await startKeeperEmulator({ token: 'the-token-of-the-endpoint' })
  gateway = await startGuardedPushgateway()
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  await helm.createNamespace(namespace)
  await cluster.createSecret('keeper', { token: keeper.token, 'credentials.json': google.credentials() })
  await cluster.createSecret('gateway', { pw: PASSWORD })
  await helm.core.createNamespacedConfigMap({
    namespace,
    body: { metadata: { name: 'gateway-ca' }, data: { 'ca.crt': await readFile(gateway.caFile, 'utf8') } },
  })
  const values = {
    config: {
      spec: {
        source: {
          google: { adminEmail: 'admin@corp.example', rootUrl: google.rootUrl, tokenUrl: google.tokenUrl },
        },
        target: { url: keeper.url },
      },
    },
    secret: { existingSecret: 'keeper' },
    caBundle: { configMap: 'gateway-ca' },
    lock: { wait: '' },
    metrics: {
      pushgateway: { url: gateway.url, username: USERNAME, existingSecret: 'gateway', passwordKey: 'pw' },
    },
  }
  await writeFile(join(folder, 'values.yaml'), stringify(values))
  await helm.install('scim', namespace, [`--values=${join(folder, 'values.yaml')}`])
}, 600_000)
afterAll(async () => {
  await Promise.all([helm.stop(), google.close(), keeper.close(), gateway.stop()])
  await rm(folder, { recursive: true })
})

const runCronJob = async () => {
  const cronJob = await helm.config.makeApiClient(BatchV1Api).readNamespacedCronJob({ namespace, name })
  const ended = await runPod(helm.config, namespace, cronJob.spec.jobTemplate.spec!.template.spec!)
  expect(ended.stdout + ended.stderr + ended.terminationMessage).not.toContain(PASSWORD)
  return ended
}

/** A metric of a run in its group, as the Pushgateway has it. */
const pushed = async (metric: string, config = name): Promise<number | null> => {
  const line = (await gateway.metrics())
    .split('\n')
    .find(
      (one) =>
        one.startsWith(`scim_push_${metric}{`) &&
        [`config="${config}"`, `namespace="${namespace}"`, `job="${name}"`].every((label) =>
          one.includes(label),
        ),
    )
  return line === undefined ? null : Number(line.split(' ').at(-1))
}

describe('the pod of the CronJob', () => {
  test('pushes, with the password from its Secret and the authority from the bundle', async () => {
    const { code, stderr } = await runCronJob()
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('"level":"warn"')])
    expect(await pushed('last_run_success')).toBe(1)
    expect(await gateway.metrics()).not.toContain('pod=')
  })

  test('tells of a run that found the lock held, and leaves the last success', async () => {
    const success = await pushed('last_success_timestamp_seconds')
    const lease = await cluster.leases.readNamespacedLease({ namespace, name: leaseName(keeper.url) })
    const held = {
      ...lease.spec,
      holderIdentity: 'other',
      leaseDurationSeconds: 600,
      renewTime: new V1MicroTime(),
    }
    await cluster.leases.replaceNamespacedLease({
      namespace,
      name: leaseName(keeper.url),
      body: { ...lease, spec: held },
    })
    expect((await runCronJob()).code).toBe(75)
    expect(await pushed('last_run_success')).toBe(0)
    expect(await pushed('last_success_timestamp_seconds')).toBe(success)
  })

  test('tells of a document that is gone, under the name of its carrier', async () => {
    await helm.core.deleteNamespacedConfigMap({ namespace, name })
    const before = await pushed('last_run_timestamp_seconds')
    expect((await runCronJob()).code).toBe(78)
    expect(await pushed('last_run_timestamp_seconds')).toBeGreaterThan(before ?? 0)
    expect(await pushed('last_run_success')).toBe(0)
  })
})

test('outside of a pod the namespace is that of the kubeconfig, where the document is', async () => {
  const { code } = await program(
    [
      ...['push', '--config', 'configmap/nothing', '--pushgateway', gateway.url, '--pushgateway-job', name],
      ...['--pushgateway-username', USERNAME, '--pushgateway-ca-file', gateway.caFile],
    ],
    { KUBECONFIG: helm.kubeconfigPath, SCIM_PUSH_PUSHGATEWAY_PASSWORD: PASSWORD },
  )
  expect(code).toBe(78)
  expect(await gateway.metrics()).toMatch(
    /scim_push_last_run_success\{config="nothing",instance="",job="scim-scim-push",namespace="default"\} 0/,
  )
})
