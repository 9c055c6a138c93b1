import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { CHART, example, modes, renderChart, type KubernetesObject } from './helm/helm.ts'
import { readObject, refusalOf, startHelmCluster, type HelmCluster } from './helm/installing.ts'
import { nameOf, podTemplates } from './helm/pods.ts'

const google = `--values=${example('google-cronjob')}`
const lease = leaseName('https://keepersecurity.com/api/rest/scim/v2/288797895950343')
let cluster: HelmCluster
let namespace = ''
let count = 0

beforeAll(async () => {
  cluster = await startHelmCluster()
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  count += 1
  namespace = await cluster.createNamespace(`chart-${count}`)
})

const read = (apiVersion: string, kind: string, name: string): Promise<KubernetesObject | null> =>
  readObject(cluster.config, { apiVersion, kind, namespace, name })

describe.each(modes)('the example %s', (mode) => {
  test('is made of objects that a real API server takes, field for field, and Pod Security too', async () => {
    const objects = await renderChart({ namespace, valuesFiles: [example(mode)] })
    const pods = podTemplates(objects).map(({ metadata, spec }): KubernetesObject => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { ...metadata, name: 'pod' },
      spec,
    }))
    // The cluster has it already.
    const others = objects.filter(({ kind }) => kind !== 'CustomResourceDefinition')
    for (const object of [...others, ...pods]) {
      expect(await refusalOf(cluster.config, object, namespace), nameOf(object)).toBeNull()
    }
  })

  test('is installed, object for object, and goes again', async () => {
    await cluster.install('scim', namespace, [`--values=${example(mode)}`])
    const objects = await cluster.manifest('scim', namespace)
    const installed = objects.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook'] === undefined)
    for (const { apiVersion, kind, metadata } of installed) {
      expect(await read(apiVersion, kind, metadata.name), `${kind}/${metadata.name}`).not.toBeNull()
    }
    await cluster.uninstall('scim', namespace)
    for (const { apiVersion, kind, metadata } of installed) {
      const found = await read(apiVersion, kind, metadata.name)
      expect(found === null, `${kind}/${metadata.name}`).toBe(kind !== 'Lease')
    }
  })
})

test('a pod that asks for more is refused there, so the namespace is one that looks', async () => {
  const objects = await renderChart({
    namespace,
    valuesFiles: [example('google-cronjob')],
    set: ['podSecurityContext.runAsNonRoot=false'],
  })
  const pod = objects.find(({ kind }) => kind === 'Pod')!
  expect(await refusalOf(cluster.config, pod, namespace)).toContain('violates PodSecurity')
})

test('an upgrade changes what is there, and leaves the lock and the status to who wrote them', async () => {
  await cluster.install('scim', namespace, [google])
  await cluster.objects.patch({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: lease, namespace },
    spec: { holderIdentity: 'somebody' },
  })
  await cluster.core.replaceNamespacedConfigMap({
    namespace,
    name: 'scim-scim-push-status',
    body: {
      ...(await cluster.core.readNamespacedConfigMap({ namespace, name: 'scim-scim-push-status' })),
      data: { 'status.json': '{}' },
    },
  })
  await cluster.install('scim', namespace, [
    google,
    '--set=schedule=@daily',
    '--set=commonLabels.team=identity',
  ])
  expect(await read('batch/v1', 'CronJob', 'scim-scim-push')).toMatchObject({ spec: { schedule: '@daily' } })
  expect(await read('coordination.k8s.io/v1', 'Lease', lease)).toMatchObject({
    metadata: { labels: { team: 'identity' } },
    spec: { holderIdentity: 'somebody' },
  })
  expect(await read('v1', 'ConfigMap', 'scim-scim-push-status')).toMatchObject({
    data: { 'status.json': '{}' },
  })
})

test('from one kind to another, and a Job under a new name each time', async () => {
  await cluster.install('scim', namespace, [google, '--set=kind=Job'])
  expect(await read('batch/v1', 'Job', 'scim-scim-push-1')).not.toBeNull()
  await cluster.install('scim', namespace, [google, '--set=kind=Job', '--set=log.level=debug'])
  expect(await read('batch/v1', 'Job', 'scim-scim-push-1')).toBeNull()
  expect(await read('batch/v1', 'Job', 'scim-scim-push-2')).not.toBeNull()
  await cluster.install('scim', namespace, [google, '--set=kind=Deployment'])
  expect(await read('batch/v1', 'Job', 'scim-scim-push-2')).toBeNull()
  expect(await read('apps/v1', 'Deployment', 'scim-scim-push')).not.toBeNull()
})

test('--force wipes what runs have written into objects of the release, as the README says', async () => {
  await cluster.install('scim', namespace, [google])
  await cluster.objects.patch({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: lease, namespace },
    spec: { holderIdentity: 'somebody' },
  })
  await cluster.core.replaceNamespacedConfigMap({
    namespace,
    name: 'scim-scim-push-status',
    body: {
      ...(await cluster.core.readNamespacedConfigMap({ namespace, name: 'scim-scim-push-status' })),
      data: { 'status.json': '{}' },
    },
  })
  await cluster.install('scim', namespace, [google, '--force'])
  expect((await read('coordination.k8s.io/v1', 'Lease', lease))!['spec']).not.toHaveProperty('holderIdentity')
  expect(await read('v1', 'ConfigMap', 'scim-scim-push-status')).not.toHaveProperty('data')
})

describe('several releases in one namespace, with one target', () => {
  test('share its lock, which none takes away from the other', async () => {
    expect(await cluster.install('one', namespace, [google])).not.toContain('the same target')
    expect(await cluster.install('one', namespace, [google])).not.toContain('the same target')
    expect(await cluster.install('other', namespace, [google])).toContain(
      '- config: release one pushes to the same target, or has: what one release pushes, the other takes for leavers, and such removals are withheld until they are approved. Give a target to one release.',
    )
    const made = (await cluster.manifest('other', namespace)).map(nameOf)
    expect(made).toContain('CronJob/other-scim-push')
    expect(made).not.toContain(`Lease/${lease}`)
    await cluster.uninstall('one', namespace)
    expect(await read('coordination.k8s.io/v1', 'Lease', lease)).not.toBeNull()
    expect(await read('v1', 'ConfigMap', 'one-scim-push-status')).toBeNull()
    await cluster.install('other', namespace, [google])
    await cluster.install('one', namespace, [google])
    expect((await cluster.manifest('one', namespace)).map(nameOf)).toContain(`Lease/${lease}`)
    await cluster.install('one', namespace, [google])
    expect((await cluster.manifest('one', namespace)).map(nameOf)).toContain(`Lease/${lease}`)
  })

  test('a lock that the program made itself is left as it is', async () => {
    await cluster.objects.create({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: lease, namespace },
    })
    expect(await cluster.install('scim', namespace, [google])).not.toContain('the same target')
    expect((await cluster.manifest('scim', namespace)).map(nameOf)).not.toContain(`Lease/${lease}`)
    await cluster.uninstall('scim', namespace)
    expect(await read('coordination.k8s.io/v1', 'Lease', lease)).not.toBeNull()
  })
})

describe('the notes', () => {
  test('say how to run it now, where to look, and what is missing', async () => {
    const missing = await cluster.install('scim', namespace, [google])
    expect(missing).toContain(`kubectl -n ${namespace} create job --from=cronjob/scim-scim-push`)
    expect(missing).toContain('get configmap scim-scim-push-status')
    expect(missing).toContain(`- Secret scim-push is not in namespace ${namespace}`)
    expect(missing).toContain('- image.repository is scim-push, without a registry')
    await cluster.core.createNamespacedSecret({
      namespace,
      body: { metadata: { name: 'scim-push' }, stringData: { token: 'a' } },
    })
    const lacking = await cluster.install('scim', namespace, [google])
    expect(lacking).not.toContain('is not in namespace')
    expect(lacking).toContain('- Secret scim-push has no key credentials.json')
    expect(lacking).not.toContain('no key token')
  })

  test('name the documents that have every user in scope', async () => {
    const all = '- config.spec.scope.scimGroups is empty: every user of the source is in scope.'
    expect(await cluster.install('scim', namespace, [google])).toContain(all)
    const groups = '--set=config.spec.scope.scimGroups={Keeper Users}'
    expect(await cluster.install('scim', namespace, [google, groups])).not.toContain('every user')
    const many = await cluster.install('many', namespace, [`--values=${example('many')}`])
    expect(many).toContain('- configs.keeper.spec.scope.scimGroups is empty')
    expect(many).not.toContain('by-hand.spec')
    const env = '--set=extraEnv[0].name=SCIM_PUSH_SCOPE_SCIM_GROUPS,extraEnv[0].value=Keeper Users'
    expect(await cluster.install('scim', namespace, [google, env])).not.toContain('every user')
  })

  test('of an install have the way to a first run that writes nothing', async () => {
    const way = `helm -n ${namespace} upgrade scim CHART --reuse-values --set config.spec.dryRun=true`
    expect(await cluster.install('scim', namespace, [google])).toContain(way)
    expect(await cluster.install('scim', namespace, [google])).not.toContain('dryRun')
    await cluster.run(['upgrade', 'scim', CHART, ...way.split(' ').slice(6), `--namespace=${namespace}`])
    expect(await read('v1', 'ConfigMap', 'scim-scim-push')).toMatchObject({
      data: { 'syncconfig.yaml': expect.stringContaining('dryRun: true') as string },
    })
    const many = await cluster.install('many', namespace, [`--values=${example('many')}`])
    expect(many).toContain('--set configs.keeper.spec.dryRun=true,configs.subsidiary.spec.dryRun=true\n')
  })

  test.each([
    ['is a dry run', '--set=config.spec.dryRun=true'],
    ['is one by its arguments', '--set=extraArgs={--dry-run}'],
    ['is one by its environment', '--set-string=extraEnv[0].name=SCIM_PUSH_DRY_RUN,extraEnv[0].value=true'],
    ['has begun', '--set=kind=Job'],
  ])('do not have it where the first run %s', async (_, set) => {
    expect(await cluster.install('scim', namespace, [google, set])).not.toContain('--reuse-values')
  })

  test('say what is off', async () => {
    const notes = await cluster.install('scim', namespace, [
      google,
      '--set=suspend=true,config.spec.dryRun=true,kubernetesApi.enabled=false,image.repository=a/b',
    ])
    expect(notes).toContain('- suspend is true')
    expect(notes).toContain('- config.spec.dryRun is true')
    expect(notes).toContain('- kubernetesApi.enabled is false')
    expect(notes).not.toContain('image.repository')
  })

  test('a dry run, which can look nothing up, calls no Secret missing', async () => {
    const notes = await cluster.install('scim', namespace, [google, '--dry-run'])
    expect(notes).toContain('Where to look')
    expect(notes).not.toContain('is not in namespace')
  })
})
