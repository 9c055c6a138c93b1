import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BatchV1Api, type V1PodSpec } from '@kubernetes/client-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startGoogleEmulator, type GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { conditionsIn, objectsIn } from './cluster/objects.ts'
import { runPod } from './cluster/pod.ts'
import { startHelmCluster, type HelmCluster } from './helm/installing.ts'
import { ensureImage } from './image/container.ts'

// The job's own process: what the CronJob in the cluster says, run as a kubelet would, with the image.

const namespace = 'corp'
const release = 'scim'
const name = 'scim-scim-push'
const TOKEN = 'the-token-of-the-endpoint'
let helm: HelmCluster
let cluster: ReturnType<typeof objectsIn>
let google: GoogleEmulator
let keeper: KeeperEmulator
let folder: string

/** The three values that a user must set, and where the emulators are. */
const install = async (more: object = {}): Promise<void> => {
  const values = {
    config: {
      spec: {
        source: {
          google: {
            adminEmail: 'admin@corp.example',
            rootUrl: google.rootUrl,
            tokenUrl: google.tokenUrl,
          },
        },
        scope: { scimGroups: ['team@corp.example'] },
        target: { url: keeper.url },
      },
    },
    secret: { existingSecret: 'keeper' },
    ...more,
  }
  const file = join(folder, 'values.yaml')
  await writeFile(file, stringify(values))
  await helm.install(release, namespace, [`--values=${file}`])
}

const podOf = async (): Promise<V1PodSpec> => {
  const cronJob = await helm.config.makeApiClient(BatchV1Api).readNamespacedCronJob({ namespace, name })
  return cronJob.spec.jobTemplate.spec!.template.spec!
}

const run = async (spec?: V1PodSpec) => {
  const ended = await runPod(helm.config, namespace, spec ?? (await podOf()))
  expect(ended.stdout + ended.stderr + ended.terminationMessage).not.toContain(TOKEN)
  return { ...ended, termination: JSON.parse(ended.terminationMessage) as Record<string, unknown> }
}

const people = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `user${n}@corp.example`)

beforeAll(async () => {
  await ensureImage()
  helm = await startHelmCluster()
  cluster = objectsIn(helm.config, namespace)
  folder = await mkdtemp(join(tmpdir(), 'chart-job-'))
  google = await startGoogleEmulator()
  keeper = await startKeeperEmulator({ token: TOKEN })
  google.directory.addUser({ primaryEmail: 'admin@corp.example', isAdmin: true })
  for (const primaryEmail of people(30)) google.directory.addUser({ primaryEmail })
  google.directory.addGroup({ email: 'team@corp.example', name: 'Team' }, people(30))
  await helm.createNamespace(namespace)
  await cluster.createSecret('keeper', { token: TOKEN, 'credentials.json': google.credentials() })
  await install()
}, 600_000)
afterAll(async () => {
  await Promise.all([helm.stop(), google.close(), keeper.close()])
  await rm(folder, { recursive: true })
})

test('first run, second run: no word of trouble, and the rights of the chart are enough', async () => {
  const first = await run()
  expect(first.code, first.stderr).toBe(0)
  expect(keeper.state.summary().groups['Team']).toHaveLength(30)
  expect(first.termination).toMatchObject({ exitCode: 0, config: name, result: 'converged', done: 61 })
  // Whoever collects logs reads them line by line.
  for (const line of (first.stdout + first.stderr).trim().split('\n'))
    expect(JSON.parse(line)).toMatchObject({ level: 'info', run: first.termination['runId'] })

  const second = await run()
  expect(second.code, second.stderr).toBe(0)
  expect(second.termination).toMatchObject({ result: 'converged', done: 0 })
  const status = await cluster.mapStatus(name)
  expect(conditionsIn(status)).toMatchObject({ Ready: 'True/Converged', Synced: 'True/Converged' })
  expect(await cluster.eventsOf(name)).toEqual(['Normal SyncSucceeded', 'Normal SyncSucceeded'])
})

test('helm test runs check: nothing is written, not even a status', async () => {
  const before = await cluster.mapStatus(name)
  const pods = (await helm.manifest(release, namespace)).filter(({ kind }) => kind === 'Pod')
  expect(pods).toHaveLength(1)
  const { code, stdout, stderr } = await runPod(helm.config, namespace, pods[0]!['spec'] as V1PodSpec)
  expect(code, stderr).toBe(0)
  expect(stdout).toContain('0 errors; exit 0')
  expect(await cluster.mapStatus(name)).toEqual(before)
})

test('withheld removals: exit 3, and every place says so', async () => {
  const group = google.directory.findGroup('team@corp.example')!
  for (const email of people(30).slice(3)) google.directory.removeMember('team@corp.example', email)
  expect(group).toBeDefined()
  const { code, termination, stderr } = await run()
  expect(code, stderr).toBe(3)
  const status = await cluster.mapStatus(name)
  expect(conditionsIn(status)).toMatchObject({
    RemovalsWithheld: 'True/ApprovalNeeded',
    Ready: 'False/RemovalsWithheld',
  })
  expect([status.planHash, status.exitCode]).toEqual([termination['planHash'], 3])
  expect((await cluster.eventsOf(name)).at(-1)).toBe('Warning RemovalsWithheld')
  expect(keeper.state.summary().groups['Team']).toHaveLength(30)

  await install({ config: { spec: { ...(await specOf()), policy: { approvedPlan: status.planHash } } } })
  const approved = await run()
  expect(approved.code, approved.stderr).toBe(0)
  expect(keeper.state.summary().groups['Team']).toHaveLength(3)
  // An upgrade of the release has left the status, and the time of the last change in it.
  expect((await cluster.mapStatus(name)).lastRunID).toBe(approved.termination['runId'])
})

/** The spec as it was installed. */
const specOf = async (): Promise<object> => {
  const values = JSON.parse(
    await helm.run(['get', 'values', release, `--namespace=${namespace}`, '--output=json']),
  ) as { config: { spec: object } }
  return values.config.spec
}

test('a configuration error: exit 78, which ends the Job at once', async () => {
  await cluster.core.replaceNamespacedSecret({
    name: 'keeper',
    namespace,
    body: { metadata: { name: 'keeper' }, stringData: { 'credentials.json': google.credentials() } },
  })
  const { code, termination, stderr } = await run()
  expect(code, stderr).toBe(78)
  expect(termination).toMatchObject({ exitCode: 78, error: { code: 'CONFIG_SECRET_UNAVAILABLE' } })
  expect(conditionsIn(await cluster.mapStatus(name))).toMatchObject({
    Ready: 'False/ConfigInvalid',
    ConfigValid: 'False/ConfigInvalid',
  })
  expect((await cluster.eventsOf(name)).at(-1)).toBe('Warning ConfigInvalid')
  const cronJob = await helm.config.makeApiClient(BatchV1Api).readNamespacedCronJob({ namespace, name })
  const [rule] = cronJob.spec.jobTemplate.spec!.podFailurePolicy!.rules
  expect(rule).toMatchObject({
    action: 'FailJob',
    onExitCodes: { containerName: 'scim-push', operator: 'In' },
  })
  expect(rule!.onExitCodes!.values).toContain(78)
})
