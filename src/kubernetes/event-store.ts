import { hostname } from 'node:os'
import { V1MicroTime } from '@kubernetes/client-node'
import type { RetryPolicy } from '../lib/retry.ts'
import type { CarriedDocument } from './carrier.ts'
import type { Connection } from './connection.ts'
import type { EventText } from './event.ts'

const CONTROLLER = 'scim-push.io/scim-push'
const haste: RetryPolicy = { attempts: 2, baseMs: 200, capMs: 1000, totalMs: 3000 }

/** Makes an event about a document's carrier. @throws ScimPushError KUBERNETES_… */
export const createEvent = async (
  { namespace, events, call }: Connection,
  { regarding }: CarriedDocument,
  { type, reason, note }: EventText,
  { runId, at }: { readonly runId: string; readonly at: Date },
): Promise<void> => {
  const body = {
    // As client-go names them, made unique by the run. A name has at most 253 characters.
    metadata: { name: `${regarding.name.slice(0, 216)}.${runId}`, namespace },
    eventTime: new V1MicroTime(at),
    reportingController: CONTROLLER,
    reportingInstance: hostname().slice(0, 128),
    action: 'Sync',
    type,
    reason,
    note,
    regarding: { ...regarding },
  }
  await call('events', () => events.createNamespacedEvent({ namespace, body }), haste)
}
