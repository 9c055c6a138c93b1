import { readFile } from 'node:fs/promises'
import { CoreV1Api, CustomObjectsApi, KubeConfig } from '@kubernetes/client-node'
import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import { isObject } from '../lib/json.ts'
import { retry, type RetryPolicy } from '../lib/retry.ts'
import { DOCUMENT_KEY, type Carrier } from './carrier.ts'
import { failureOf } from './failure.ts'

/** The few things that are read from a cluster, all in one namespace. */
export interface Cluster {
  readonly namespace: string
  /** The document that a carrier holds. @throws ScimPushError KUBERNETES_… */
  readDocument(carrier: Carrier): Promise<{ readonly text: string; readonly origin: string }>
  /** A key of a Secret; null when there is no such Secret or key. @throws ScimPushError KUBERNETES_… */
  readSecretKey(ref: { readonly name: string; readonly key: string }): Promise<string | null>
}

interface Options {
  readonly clock: Clock
  readonly random: () => number
  readonly retryPolicy?: RetryPolicy
}

const SERVICE_ACCOUNT_NAMESPACE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace'
const patience: RetryPolicy = { attempts: 4, baseMs: 250, capMs: 4000, totalMs: 20_000 }

/**
 * The cluster around this process: that of the pod's service account, or of the kubeconfig.
 * @throws ScimPushError KUBERNETES_NO_CLUSTER
 */
export const connectCluster = async ({
  clock,
  random,
  retryPolicy: policy = patience,
}: Options): Promise<Cluster> => {
  const config = new KubeConfig()
  config.loadFromDefault()
  // Where it finds nothing the client makes up a server on port 8080 rather than saying so.
  if ((config.getCurrentCluster()?.server ?? 'http://localhost:8080') === 'http://localhost:8080') {
    throw new ScimPushError('KUBERNETES_NO_CLUSTER', {
      message: 'no service account and no kubeconfig was found',
      where: '--config',
    })
  }
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace ?? (await ownNamespace())
  const core = config.makeApiClient(CoreV1Api)
  const custom = config.makeApiClient(CustomObjectsApi)
  const read = async <T>(where: string, get: () => Promise<T>): Promise<T> => {
    const attempt = (): Promise<T> =>
      get().catch((cause: unknown) => {
        throw failureOf(cause, `${namespace}/${where}`)
      })
    const unavailable = (error: unknown): boolean =>
      error instanceof ScimPushError && error.code === 'KUBERNETES_UNAVAILABLE'
    return retry(
      attempt,
      (error) => (unavailable(error) ? { retry: true, afterMs: null } : { retry: false }),
      { clock, random, policy },
    )
  }
  return {
    namespace,
    async readDocument({ kind, name }) {
      const origin = `${kind}/${name}`
      if (kind === 'configmap') {
        const { data } = await read(origin, () => core.readNamespacedConfigMap({ namespace, name }))
        const text = data?.[DOCUMENT_KEY]
        if (text === undefined) {
          throw new ScimPushError('KUBERNETES_NOT_FOUND', {
            message: `it has no key ${DOCUMENT_KEY}`,
            where: `${namespace}/${origin}`,
          })
        }
        return { text, origin }
      }
      const place = { group: 'scim-push.io', version: 'v1alpha1', namespace, plural: 'syncconfigs', name }
      const found: unknown = await read(origin, () => custom.getNamespacedCustomObject(place))
      // The status is ours, and no part of the document.
      const { apiVersion, kind: objectKind, spec } = isObject(found) ? found : {}
      return { text: JSON.stringify({ apiVersion, kind: objectKind, metadata: { name }, spec }), origin }
    },
    async readSecretKey({ name, key }) {
      try {
        const { data } = await read(`secret/${name}`, () => core.readNamespacedSecret({ namespace, name }))
        const value = data?.[key]
        return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8')
      } catch (error) {
        if (error instanceof ScimPushError && error.code === 'KUBERNETES_NOT_FOUND') return null
        throw error
      }
    },
  }
}

const ownNamespace = async (): Promise<string> => {
  try {
    return (await readFile(SERVICE_ACCOUNT_NAMESPACE, 'utf8')).trim() || 'default'
  } catch {
    return 'default'
  }
}
