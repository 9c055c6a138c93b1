import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import {
  ApiException,
  AuthorizationV1Api,
  BatchV1Api,
  KubeConfig,
  RbacAuthorizationV1Api,
  type V1PolicyRule,
} from '@kubernetes/client-node'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { leaseName } from '../../src/kubernetes/lease-name.ts'
import { program } from '../fixtures/program.ts'
import { objectsIn } from './cluster/objects.ts'
import { namesUpTo, savePeople } from '../fixtures/people.ts'
import { serviceAccountToken } from './cluster/pod.ts'
import { startHelmCluster, type HelmCluster } from './helm/installing.ts'

// The chart's Role, given to its ServiceAccount in a real API server: it is enough, and nothing of it is too much.

const name = 'scim-scim-push'
let helm: HelmCluster
let folder: string
let keeper: KeeperEmulator
let namespaces = 0

beforeAll(async () => {
  helm = await startHelmCluster()
  folder = await mkdtemp(join(tmpdir(), 'chart-rbac-'))
  await savePeople(join(folder, 'people.json'), namesUpTo(3))
  await mkdir(join(folder, 'keeper'))
  await writeFile(join(folder, 'keeper', 'token'), 'a-token', { mode: 0o440 })
})
afterAll(async () => {
  await helm.stop()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: 'a-token' })
})
afterEach(() => keeper.close())

const specOf = () => ({
  source: { type: 'records', records: { file: join(folder, 'people.json') } },
  target: { url: keeper.url },
})

/** Installs the chart; answers with ways to run what its CronJob runs, as its ServiceAccount. */
const install = async (values: object) => {
  const namespace = await helm.createNamespace(`rbac-${++namespaces}`)
  const cluster = objectsIn(helm.config, namespace)
  await cluster.createSecret('keeper', { token: 'a-token' })
  const file = join(folder, `${namespace}.yaml`)
  await writeFile(file, stringify(values))
  await helm.install('scim', namespace, [`--values=${file}`])
  const cronJob = await helm.config.makeApiClient(BatchV1Api).readNamespacedCronJob({ namespace, name })
  const args = cronJob.spec.jobTemplate.spec?.template.spec?.containers[0]?.args ?? []
  const account = new KubeConfig()
  const context = { name: 'pod', cluster: helm.config.getCurrentCluster()!.name, user: 'pod', namespace }
  account.loadFromOptions({
    clusters: helm.config.clusters,
    users: [{ name: 'pod', token: await serviceAccountToken(cluster.core, namespace, name) }],
    contexts: [context],
    currentContext: 'pod',
  })
  const kubeconfig = join(folder, `${namespace}.kubeconfig`)
  await writeFile(kubeconfig, account.exportConfig(), { mode: 0o600 })
  return {
    namespace,
    cluster,
    account,
    run: () => program(args, { KUBECONFIG: kubeconfig, SCIM_PUSH_SECRETS_DIR: folder }),
  }
}

/** A Role's rules, one by one permission. */
const permissions = (rules: readonly V1PolicyRule[]): readonly V1PolicyRule[] =>
  rules.flatMap(({ apiGroups = [], resources = [], resourceNames = [], verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          (resourceNames.length > 0 ? resourceNames : [null]).map((one) => ({
            apiGroups: [group],
            resources: [resource],
            verbs: [verb],
            ...(one !== null && { resourceNames: [one] }),
          })),
        ),
      ),
    ),
  )

const wordsOf = ({ resources = [], resourceNames = [], verbs }: V1PolicyRule): string =>
  `${verbs[0] ?? ''} ${resources[0] ?? ''} ${resourceNames[0] ?? ''}`.trim()

/** Runs with all permissions, and without each of them; answers with those without which nobody would notice. */
const superfluous = async (
  { namespace, account, run }: Awaited<ReturnType<typeof install>>,
  prepare: () => Promise<void>,
): Promise<{ readonly all: readonly string[]; readonly unnoticed: readonly string[] }> => {
  const rbac = helm.config.makeApiClient(RbacAuthorizationV1Api)
  const role = await rbac.readNamespacedRole({ namespace, name })
  const all = permissions(role.rules ?? [])
  const give = async (rules: readonly V1PolicyRule[]): Promise<void> => {
    await rbac.replaceNamespacedRole({
      namespace,
      name,
      body: { metadata: { name }, rules: rules.map((rule) => ({ ...rule })) },
    })
    for (const rule of all) await untilAllowed(account, namespace, rule, rules.includes(rule))
  }
  await give(all)
  await prepare()
  // The first run makes what is not there, the second one changes it.
  const trouble = async (): Promise<string | null> => {
    for (let n = 0; n < 2; n++) {
      const { code, stderr } = await run()
      if (code !== 0 || /"level":"(warn|error)"/.test(stderr)) return stderr
    }
    return null
  }
  expect(await trouble()).toBeNull()
  const unnoticed: string[] = []
  for (const one of all) {
    await give(all.filter((rule) => rule !== one))
    await prepare()
    if ((await trouble()) === null) unnoticed.push(wordsOf(one))
  }
  return { all: all.map(wordsOf).sort(), unnoticed }
}

/** The API server's authorizer learns of a change a moment later. */
const untilAllowed = async (
  account: KubeConfig,
  namespace: string,
  { apiGroups = [], resources = [], resourceNames = [], verbs }: V1PolicyRule,
  expected: boolean,
): Promise<void> => {
  const [resource = '', subresource] = (resources[0] ?? '').split('/')
  const resourceAttributes = {
    namespace,
    group: apiGroups[0] ?? '',
    resource,
    verb: verbs[0] ?? '',
    ...(subresource !== undefined && { subresource }),
    ...(resourceNames[0] !== undefined && { name: resourceNames[0] }),
  }
  for (;;) {
    const { status } = await account
      .makeApiClient(AuthorizationV1Api)
      .createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } })
    if (status?.allowed === expected) return
    await setTimeout(50)
  }
}

const gone = async (removing: Promise<unknown>): Promise<void> => {
  await removing.catch((error: unknown) => {
    if (!(error instanceof ApiException && error.code === 404)) throw error
  })
}

describe('the Role of the chart is enough, and each permission is needed', () => {
  test('one document in a ConfigMap', { timeout: 300_000 }, async () => {
    const installed = await install({
      config: { spec: specOf() },
      secret: { existingSecret: 'keeper' },
    })
    const { all, unnoticed } = await superfluous(installed, () => Promise.resolve())
    expect(all).toEqual([
      'create events',
      `get configmaps ${name}`,
      `get configmaps ${name}-status`,
      `get leases ${leaseName(keeper.url)}`,
      `patch configmaps ${name}-status`,
      `update leases ${leaseName(keeper.url)}`,
    ])
    expect(unnoticed).toEqual([])
  })

  test('one document whose leavers wait', { timeout: 300_000 }, async () => {
    const remove = {
      after: [
        { days: 0, do: 'deactivate' },
        { days: 30, do: 'delete' },
      ],
    }
    const installed = await install({
      config: { spec: { ...specOf(), policy: { users: { remove } } } },
      secret: { existingSecret: 'keeper' },
    })
    await savePeople(join(folder, 'people.json'), namesUpTo(4))
    await installed.run()
    await savePeople(join(folder, 'people.json'), namesUpTo(3))
    const { all, unnoticed } = await superfluous(installed, () => Promise.resolve())
    expect(all).toEqual([
      'create events',
      `get configmaps ${name}`,
      `get configmaps ${name}-memory`,
      `get configmaps ${name}-status`,
      `get leases ${leaseName(keeper.url)}`,
      `patch configmaps ${name}-memory`,
      `patch configmaps ${name}-status`,
      `update leases ${leaseName(keeper.url)}`,
    ])
    expect(unnoticed).toEqual([])
  })

  test('one custom resource', { timeout: 300_000 }, async () => {
    const installed = await install({
      config: { spec: specOf(), carrier: 'SyncConfig' },
      secret: { existingSecret: 'keeper' },
    })
    const { all, unnoticed } = await superfluous(installed, () => Promise.resolve())
    expect(all).toEqual([
      'create events',
      `get leases ${leaseName(keeper.url)}`,
      `get syncconfigs ${name}`,
      `patch syncconfigs/status ${name}`,
      `update leases ${leaseName(keeper.url)}`,
    ])
    expect(unnoticed).toEqual([])
  })

  test('all that a selector finds', { timeout: 300_000 }, async () => {
    const labels = { tier: 'gold', 'scim-push.io/syncconfig': 'true' }
    const installed = await install({
      config: { enabled: false },
      selector: 'tier=gold',
      secrets: ['keeper'],
    })
    const { cluster, namespace } = installed
    const other = await startKeeperEmulator({ token: 'a-token' })
    const documentOf = (named: string, url: string) => ({
      apiVersion: 'scim-push.io/v1alpha1',
      kind: 'SyncConfig',
      metadata: { name: named, labels },
      spec: { ...specOf(), target: { url, token: { secretKeyRef: { name: 'keeper', key: 'token' } } } },
    })
    await cluster.createResource(documentOf('one', keeper.url))
    await cluster.createConfigMap('two', documentOf('two', other.url), labels)
    const { all, unnoticed } = await superfluous(installed, async () => {
      // Nothing was made beforehand for what nobody could know.
      await gone(cluster.core.deleteNamespacedConfigMap({ namespace, name: 'two-status' }))
      for (const url of [keeper.url, other.url])
        await gone(cluster.leases.deleteNamespacedLease({ namespace, name: leaseName(url) }))
    })
    await other.close()
    expect(all).toContain('list configmaps')
    expect(unnoticed).toEqual([])
  })
})
