import { request, type RequestOptions } from 'node:https'
import { text } from 'node:stream/consumers'
import { ApiException, CoreV1Api, KubernetesObjectApi, type KubeConfig } from '@kubernetes/client-node'
import { startCluster } from '../cluster/cluster.ts'
import { CHART, helm, parseObjects, type KubernetesObject } from './helm.ts'

export type HelmCluster = Awaited<ReturnType<typeof startHelmCluster>>

/** A real API server, and a real helm that talks to it. */
export const startHelmCluster = async () => {
  const { environment, config, kubeconfigPath } = await startCluster()
  const run = (args: readonly string[]): Promise<string> => helm(args, { KUBECONFIG: kubeconfigPath })
  const core = config.makeApiClient(CoreV1Api)
  return {
    config,
    kubeconfigPath,
    core,
    run,
    objects: KubernetesObjectApi.makeApiClient(config),
    stop: () => environment.stop(),

    /** `helm upgrade --install`. What it prints are the notes. @throws with `stderr` */
    install: (release: string, namespace: string, args: readonly string[]): Promise<string> =>
      run(['upgrade', '--install', release, CHART, `--namespace=${namespace}`, ...args]),

    uninstall: (release: string, namespace: string): Promise<string> =>
      run(['uninstall', release, `--namespace=${namespace}`]),

    /** What a release consists of. */
    manifest: async (release: string, namespace: string): Promise<readonly KubernetesObject[]> => {
      const [objects, hooks] = await Promise.all([
        run(['get', 'manifest', release, `--namespace=${namespace}`]),
        run(['get', 'hooks', release, `--namespace=${namespace}`]),
      ])
      return [...parseObjects(objects), ...parseObjects(hooks)]
    },

    /** Which takes only pods that Pod Security calls restricted, and has what a namespace of a cluster with controllers has. */
    createNamespace: async (name: string): Promise<string> => {
      const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' }
      await core.createNamespace({ body: { metadata: { name, labels } } })
      await core.createNamespacedConfigMap({
        namespace: name,
        body: { metadata: { name: 'kube-root-ca.crt' }, data: { 'ca.crt': '' } },
      })
      return name
    },
  }
}

/**
 * Whether the API server would take an object just as it is: the client's own models would leave out a field that they do not know.
 * Null, or what it says against it.
 */
export const refusalOf = async (
  config: KubeConfig,
  object: KubernetesObject,
  namespace: string,
): Promise<string | null> => {
  const options: RequestOptions = { method: 'POST', headers: { 'Content-Type': 'application/json' } }
  await config.applyToHTTPSOptions(options)
  const { apiVersion, kind } = object
  const group = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`
  const plural = `${kind.toLowerCase().replace(/y$/, 'ie')}s`
  const place = kind === 'CustomResourceDefinition' ? plural : `namespaces/${namespace}/${plural}`
  const url = `${config.getCurrentCluster()!.server}/${group}/${place}?dryRun=All&fieldValidation=Strict`
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      text(response).then((body) => resolve(response.statusCode === 201 ? null : body), reject)
    })
    sent.once('error', reject)
    sent.end(JSON.stringify(object))
  })
}

/** An object, as the cluster has it; null where it does not. */
export const readObject = async (
  config: KubeConfig,
  {
    apiVersion,
    kind,
    namespace,
    name,
  }: { apiVersion: string; kind: string; namespace?: string; name: string },
): Promise<KubernetesObject | null> => {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) }
  try {
    const found: unknown = await KubernetesObjectApi.makeApiClient(config).read({
      apiVersion,
      kind,
      metadata,
    })
    return found as KubernetesObject
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return null
    throw error
  }
}
