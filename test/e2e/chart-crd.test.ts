import { readFile } from 'node:fs/promises'
import { ApiextensionsV1Api } from '@kubernetes/client-node'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHART, example } from './helm/helm.ts'
import { readObject, startHelmCluster, type HelmCluster } from './helm/installing.ts'
import { nameOf } from './helm/pods.ts'

const NAME = 'syncconfigs.scim-push.io'
const ownCrd = `--values=${example('crd')}`
const carried = `--values=${example('syncconfig')}`
let cluster: HelmCluster
let namespace = ''
let count = 0

const crd = () =>
  readObject(cluster.config, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    name: NAME,
  })

beforeAll(async () => {
  cluster = await startHelmCluster()
})
afterAll(() => cluster.stop())
beforeEach(async () => {
  count += 1
  namespace = await cluster.createNamespace(`crd-${count}`)
  if ((await crd()) === null) return
  await cluster.config.makeApiClient(ApiextensionsV1Api).deleteCustomResourceDefinition({ name: NAME })
  await expect.poll(crd, { timeout: 30_000 }).toBeNull()
})

describe('the CustomResourceDefinition', () => {
  test('has to be there before a SyncConfig, in one sentence with what to do', async () => {
    const refused = cluster.install('scim', namespace, [carried, '--set=crds.enabled=true'])
    await expect(refused).rejects.toMatchObject({
      stderr: expect.stringContaining(
        "config.carrier: this cluster has no SyncConfig yet, and Helm can't install a kind and an object of it in one go; first: helm install scim-push-crds CHART --wait --set config.enabled=false,crds.enabled=true",
      ) as string,
    })
    expect(await crd()).toBeNull()
  })

  test('is installed by a release of its own, and stays when that goes, with every SyncConfig', async () => {
    await cluster.install('scim-push-crds', namespace, [
      '--wait',
      '--set=config.enabled=false,crds.enabled=true',
    ])
    expect(await crd()).toMatchObject({ spec: { names: { kind: 'SyncConfig' } } })
    await expect
      .poll(() => cluster.install('scim', namespace, [carried]).then(() => true), { timeout: 30_000 })
      .toBe(true)
    await cluster.uninstall('scim-push-crds', namespace)
    expect(await crd()).not.toBeNull()
    const place = {
      apiVersion: 'scim-push.io/v1alpha1',
      kind: 'SyncConfig',
      namespace,
      name: 'scim-scim-push',
    }
    expect(await readObject(cluster.config, place)).toMatchObject({
      spec: { target: { token: { secretKeyRef: { name: 'scim-push', key: 'token' } } } },
    })
  })

  test('belongs to one release: others leave it alone, and its own upgrades it', async () => {
    await cluster.install('first', namespace, [ownCrd])
    await cluster.install('second', namespace, [ownCrd])
    expect((await cluster.manifest('second', namespace)).map(nameOf)).toEqual([])
    await cluster.install('first', namespace, [ownCrd, '--set=commonLabels.team=identity'])
    expect(await crd()).toMatchObject({ metadata: { labels: { team: 'identity' } } })
  })

  test('goes with its release where that is what is asked for', async () => {
    await cluster.install('first', namespace, [ownCrd, '--set=crds.keep=false'])
    expect(await crd()).not.toBeNull()
    await cluster.uninstall('first', namespace)
    await expect.poll(crd, { timeout: 30_000 }).toBeNull()
  })
})

test("the README's commands install what they say", async () => {
  const page = await readFile(`${CHART}/README.md`, 'utf8')
  const commands = [...page.matchAll(/^helm (install (?:\\\n|.)*)$/gm)].map(([, command]) =>
    command!.replaceAll('\\\n', ' ').trim().split(/\s+/),
  )
  expect(commands.map(([, release]) => release)).toEqual(['scim', 'scim-push-crds'])
  for (const command of commands) await cluster.run([...command, `--namespace=${namespace}`])
  expect(await crd()).not.toBeNull()
  expect((await cluster.manifest('scim', namespace)).map(nameOf)).toContain('CronJob/scim-scim-push')
})

describe("the Prometheus Operator's kinds", () => {
  const monitored = `--values=${example('deployment')}`
  const kinds = async (): Promise<readonly string[]> =>
    (await cluster.manifest('scim', namespace))
      .map(({ kind }) => kind)
      .filter((kind) => /Monitor|Rule/.test(kind))

  /** With as little of a schema as Kubernetes takes. */
  const addKind = async (kind: string, plural: string): Promise<void> => {
    await cluster.config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({
      body: {
        metadata: { name: `${plural}.monitoring.coreos.com` },
        spec: {
          group: 'monitoring.coreos.com',
          scope: 'Namespaced',
          names: { kind, plural },
          versions: [
            {
              name: 'v1',
              served: true,
              storage: true,
              schema: { openAPIV3Schema: { type: 'object', x_kubernetes_preserve_unknown_fields: true } },
            },
          ],
        },
      },
    })
  }

  test('are left out where they are missing, and the notes say so; they come with an upgrade', async () => {
    const notes = await cluster.install('scim', namespace, [monitored])
    expect(await kinds()).toEqual([])
    expect(notes).toContain('- There is no PodMonitor: this cluster does not know the kind.')
    expect(notes).toContain('- There is no PrometheusRule: this cluster does not know the kind.')
    const failing = ['--set=metrics.prometheusRule.renderMode=failIfMissing']
    await expect(cluster.install('scim', namespace, [monitored, ...failing])).rejects.toMatchObject({
      stderr: expect.stringContaining('metrics.prometheusRule: this cluster has no PrometheusRule') as string,
    })
    await addKind('PodMonitor', 'podmonitors')
    await addKind('PrometheusRule', 'prometheusrules')
    await expect
      .poll(
        async () => {
          await cluster.install('scim', namespace, [monitored])
          return [...(await kinds())].sort()
        },
        { timeout: 30_000 },
      )
      .toEqual(['PodMonitor', 'PrometheusRule'])
  })
})
