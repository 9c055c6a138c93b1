import pMap from 'p-map'
import { toScimPushError } from '../errors/wrap.ts'
import { renderListJson, renderListText, type ListEntry } from '../report/list.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { listEntry } from '../kubernetes/list-entry.ts'
import type { ClusterFlags, OutputFlags } from './options.ts'
import { summaryOfDocument } from '../config/document-summary.ts'
import { inSession } from './in-session.ts'
import { connectTo } from './work.ts'

/** `scim-push list` */
export const list = (flags: ClusterFlags & OutputFlags, stop: AbortSignal): Promise<number> =>
  inSession('list', flags, stop, async (session) => {
    const cluster = await connectTo(flags, stop)
    const documents = await cluster.list(flags.selector ?? '')
    const entries = await entriesOf(documents, cluster, session.log)
    await session.print(
      flags.output === 'json'
        ? renderListJson(cluster.namespace, entries)
        : renderListText(cluster.namespace, entries, systemClock.now()),
    )
    return 0
  })

/** A namespace may hold hundreds, and the API server has others to serve. */
const AT_ONCE = 8

/** How each of them is. A status that can't be read is said in its entry, and keeps no other one from being shown. */
export const entriesOf = (
  documents: readonly CarriedDocument[],
  cluster: Pick<Cluster, 'readStatus'>,
  log: Log,
): Promise<readonly ListEntry[]> =>
  pMap(
    documents,
    async (document) => {
      const { source, target, suspended } = summaryOfDocument(document.text ?? '', document.origin)
      const entry = (status: unknown): ListEntry => listEntry(document, { source, target, suspended }, status)
      try {
        return entry(await cluster.readStatus(document))
      } catch (cause) {
        const { code, message } = toScimPushError(cause)
        log.warn('a status can’t be read', { config: document.origin, code, detail: message })
        return { ...entry(null), reason: 'StatusUnreadable', message: `${code}: ${message}` }
      }
    },
    { concurrency: AT_ONCE },
  )
