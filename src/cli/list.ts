import { renderListJson, renderListText } from '../report/list.ts'
import { systemClock } from '../lib/clock.ts'
import { listEntry } from '../kubernetes/list-entry.ts'
import type { ClusterFlags, OutputFlags } from './options.ts'
import { summaryOfDocument } from '../config/document-summary.ts'
import { inSession } from './in-session.ts'
import { connectTo } from './work.ts'

/** `scim-push list` */
export const list = (flags: ClusterFlags & OutputFlags, stop: AbortSignal): Promise<number> =>
  inSession('list', flags, stop, async (session) => {
    const cluster = await connectTo(flags)
    const documents = await cluster.list(flags.selector ?? '')
    const entries = await Promise.all(
      documents.map(async (document) =>
        listEntry(
          document,
          summaryOfDocument(document.text, document.origin),
          await cluster.readStatus(document),
        ),
      ),
    )
    await session.print(
      flags.output === 'json'
        ? renderListJson(cluster.namespace, entries)
        : renderListText(cluster.namespace, entries, systemClock.now()),
    )
    return 0
  })
