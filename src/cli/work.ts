import type { ConfigInput } from '../config/load.ts'
import { ScimPushError } from '../errors/error.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import { parseCarrier, textOf } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { systemClock } from '../lib/clock.ts'
import type { CommonFlags, PushFlags } from './options.ts'

/** A document that is to be run, and where its status goes: nowhere when it is a file, or there is none. */
export interface Assignment {
  /** For messages: `configmap/NAME`, a path; empty when the environment says everything. */
  readonly origin: string
  readonly carried: CarriedDocument | null
  /** @throws ScimPushError KUBERNETES_NOT_FOUND when the carrier has no document */
  readonly input: () => Pick<ConfigInput, 'file' | 'document' | 'resolveSecretKeyRef'>
}

/** An assignment whose document may not be there. */
export interface Task {
  readonly origin: string
  /** The document as it is now, or as it was listed a moment ago. @throws ScimPushError KUBERNETES_… */
  open(): Promise<Assignment>
  /** The document as it is now. @throws ScimPushError KUBERNETES_… */
  reopen(): Promise<Assignment>
}

/** What --config, --selector and --lock ask for. */
export interface Work {
  readonly tasks: readonly Task[]
  /** True when many were asked for, be it that there is only one. */
  readonly several: boolean
  /** Null when no cluster is needed. */
  readonly cluster: Cluster | null
  readonly lock: boolean
}

/**
 * Finds out what there is to do. The Kubernetes client is loaded only where a cluster is needed.
 * @throws ScimPushError KUBERNETES_…, CONFIG_CONFLICT
 */
export const findWork = async (
  flags: CommonFlags & Pick<PushFlags, 'lock'>,
  stop: AbortSignal,
): Promise<Work> => {
  const { config, selector } = flags
  if (selector !== undefined && config.length > 0)
    throw conflict('--config and --selector exclude each other')
  const twice = config.find((one, n) => config.indexOf(one) !== n)
  if (twice !== undefined) throw conflict(`--config ${twice} is given twice`)
  const carried = selector !== undefined || config.some((one) => parseCarrier(one) !== null)
  const lock = flags.lock === undefined ? carried : flags.lock === 'lease'
  const cluster = carried || lock ? await connectTo(flags, stop) : null
  const several = selector !== undefined || config.length > 1
  if (cluster && selector !== undefined)
    return { tasks: await selected(cluster, selector), several, cluster, lock }
  const tasks = config.length === 0 ? [taskOf(null, cluster)] : config.map((text) => taskOf(text, cluster))
  return { tasks, several, cluster, lock }
}

const conflict = (message: string): ScimPushError =>
  new ScimPushError('CONFIG_CONFLICT', { message, where: 'the command line' })

/** @throws ScimPushError KUBERNETES_NO_CLUSTER */
export const connectTo = async (
  { namespace }: Pick<CommonFlags, 'namespace'>,
  stop: AbortSignal,
): Promise<Cluster> => {
  const { connectCluster } = await import('../kubernetes/cluster.ts')
  return connectCluster({
    clock: systemClock,
    random: Math.random,
    stop,
    ...(namespace !== undefined && { namespace }),
  })
}

const selected = async (cluster: Cluster, selector: string): Promise<readonly Task[]> => {
  const documents = await cluster.list(selector)
  if (documents.length === 0)
    throw new ScimPushError('KUBERNETES_NO_MATCH', {
      message: `no SyncConfig of the namespace ${cluster.namespace} has the labels ${selector}`,
      where: '--selector',
    })
  return documents.map((document) => ({
    origin: document.origin,
    open: () => Promise.resolve(carriedAssignment(cluster, document)),
    reopen: async () => carriedAssignment(cluster, await cluster.read(document.carrier)),
  }))
}

const taskOf = (text: string | null, cluster: Cluster | null): Task => {
  const carrier = text === null ? null : parseCarrier(text)
  const origin = text ?? ''
  const open = async (): Promise<Assignment> => {
    if (carrier && cluster) return carriedAssignment(cluster, await cluster.read(carrier))
    return {
      origin,
      carried: null,
      input: () => ({ ...(text !== null && { file: text }), ...(cluster && secretsOf(cluster)) }),
    }
  }
  return { origin, open, reopen: open }
}

const carriedAssignment = (cluster: Cluster, carried: CarriedDocument): Assignment => ({
  origin: carried.origin,
  carried,
  input: () => ({ document: { text: textOf(carried), origin: carried.origin }, ...secretsOf(cluster) }),
})

const secretsOf = (cluster: Cluster): Pick<ConfigInput, 'resolveSecretKeyRef'> => ({
  resolveSecretKeyRef: (ref) => cluster.readSecretKey(ref),
})
