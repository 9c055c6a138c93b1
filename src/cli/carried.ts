import type { ConfigInput } from '../config/load.ts'
import { systemClock } from '../lib/clock.ts'
import { parseCarrier } from '../kubernetes/carrier.ts'

/**
 * What --config means: a file, or a document that a cluster carries, whose Secrets may then be read from the cluster too. The
 * Kubernetes client is loaded only for the latter.
 * @throws ScimPushError KUBERNETES_…
 */
export const documentInput = async (
  config: string | undefined,
): Promise<Pick<ConfigInput, 'file' | 'document' | 'resolveSecretKeyRef'>> => {
  if (config === undefined) return {}
  const carrier = parseCarrier(config)
  if (carrier === null) return { file: config }
  const { connectCluster } = await import('../kubernetes/cluster.ts')
  const cluster = await connectCluster({ clock: systemClock, random: Math.random })
  return {
    document: await cluster.readDocument(carrier),
    resolveSecretKeyRef: (ref) => cluster.readSecretKey(ref),
  }
}
