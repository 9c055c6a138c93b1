import { toScimPushError } from '../errors/wrap.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import type { Log } from '../lib/log.ts'

/** How a configuration is known to the lock. A file may be called alike on any machine; a document's own name is the better sign of it. */
export const identityOf = (origin: string, carried: CarriedDocument | null, name: string): string =>
  carried ? origin : `file/${name}`

/** Which other configuration pushed to a target last, for who takes no lock; null for none, or where that can't be read. */
export const otherConfigOf = async (
  cluster: Cluster,
  { targetUrl, identity, log }: { readonly targetUrl: string; readonly identity: string; readonly log: Log },
): Promise<string | null> => {
  try {
    const last = await cluster.lastConfig(targetUrl)
    return last === identity ? null : last
  } catch (error) {
    const { code, message } = toScimPushError(error)
    log.warn('it is not known which configuration pushed to this target last', { code, detail: message })
    return null
  }
}
