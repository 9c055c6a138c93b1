import {
  CoordinationV1Api,
  CoreV1Api,
  createConfiguration,
  CustomObjectsApi,
  EventsV1Api,
  KubeConfig,
  ServerConfiguration,
} from '@kubernetes/client-node'
import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import type { Clock } from '../lib/clock.ts'
import { retry, type RetryPolicy } from '../lib/retry.ts'
import { version } from '../lib/version.ts'
import { failureOf } from './failure.ts'
import { ownNamespace } from './own-namespace.ts'

/** The parts of the API that are used, all in one namespace. */
export interface Connection {
  readonly namespace: string
  readonly core: CoreV1Api
  readonly custom: CustomObjectsApi
  readonly coordination: CoordinationV1Api
  readonly events: EventsV1Api
  /**
   * Makes a call, and again while the server is away, as patiently as `policy` says.
   * @param where what the call is about, for its error: `configmap/corp-to-keeper`
   * @throws ScimPushError KUBERNETES_…
   */
  readonly call: <T>(where: string, make: () => Promise<T>, policy?: RetryPolicy) => Promise<T>
}

export interface ConnectOptions {
  readonly clock: Clock
  readonly random: () => number
  /** Instead of that of the service account, or of the kubeconfig's context. */
  readonly namespace?: string
  /** Ends every call, those under way included, with an INTERRUPTED. */
  readonly stop?: AbortSignal
  /** How long one call may take. */
  readonly callMs?: number
}

/** The client has no time limit of its own: a server that takes a request and says nothing would hold the run for good. */
const CALL_TIMEOUT_MS = 10_000
const patience: RetryPolicy = { attempts: 4, baseMs: 250, capMs: 4000, totalMs: 20_000 }

/**
 * The cluster around this process: that of the pod's service account, or of the kubeconfig.
 * @throws ScimPushError KUBERNETES_NO_CLUSTER
 */
export const connect = async ({
  clock,
  random,
  namespace: wanted,
  stop,
  callMs = CALL_TIMEOUT_MS,
}: ConnectOptions): Promise<Connection> => {
  const config = loadKubeConfig()
  const server = config.getCurrentCluster()?.server ?? NO_SERVER
  // Where it finds nothing the client makes up a server on port 8080 rather than saying so.
  if (server === NO_SERVER)
    throw new ScimPushError('KUBERNETES_NO_CLUSTER', {
      message: 'no service account and no kubeconfig was found',
    })
  const namespace =
    wanted ??
    config.getContextObject(config.getCurrentContext())?.namespace ??
    (await ownNamespace()) ??
    'default'
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: (context) => {
          const timeout = AbortSignal.timeout(callMs)
          context.setSignal(stop ? AbortSignal.any([stop, timeout]) : timeout)
          context.setHeaderParam('User-Agent', `scim-push/${version}`)
          return Promise.resolve(context)
        },
        post: (context) => Promise.resolve(context),
      },
    ],
  })
  return {
    namespace,
    core: new CoreV1Api(configuration),
    custom: new CustomObjectsApi(configuration),
    coordination: new CoordinationV1Api(configuration),
    events: new EventsV1Api(configuration),
    call: (where, make, policy = patience) =>
      retry(
        () =>
          make().then(
            (answer) => {
              if (isOfServer(answer)) return answer
              throw noObject(`${namespace}/${where}`)
            },
            (cause: unknown) => {
              throw stop?.aborted === true ? interrupted(cause) : failureOf(cause, `${namespace}/${where}`)
            },
          ),
        (error) =>
          hasCode(error, 'KUBERNETES_UNAVAILABLE') ? { retry: true, afterMs: null } : { retry: false },
        { clock, random, policy, ...(stop && { signal: stop }) },
      ),
  }
}

/**
 * Every object and list of an API server has `metadata`. The client makes an object of a log-in page, too, without anything in it: as a
 * Lease it would be a lock that nobody has.
 */
const isOfServer = (answer: unknown): boolean => isObject(answer) && isObject(answer['metadata'])

const noObject = (where: string): ScimPushError =>
  new ScimPushError('KUBERNETES_UNAVAILABLE', {
    message: 'what answered in the API server’s place sent no object of Kubernetes',
    where,
  })

const interrupted = (cause: unknown): ScimPushError =>
  new ScimPushError('INTERRUPTED', { message: 'the run was ended before the API server answered', cause })

const NO_SERVER = 'http://localhost:8080'

const loadKubeConfig = (): KubeConfig => {
  const config = new KubeConfig()
  try {
    config.loadFromDefault()
  } catch (cause) {
    throw new ScimPushError('KUBERNETES_NO_CLUSTER', {
      // The client's own message may quote the file, which holds credentials.
      message: 'the kubeconfig can’t be read, or is not a kubeconfig',
      remedy: 'Correct the file that KUBECONFIG names, or ~/.kube/config.',
      cause,
    })
  }
  return config
}
