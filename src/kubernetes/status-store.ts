import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import { sha256 } from '../lib/sha256.ts'
import { statusMapOf, SYNC_CONFIGS, type CarriedDocument } from './carrier.ts'
import type { Connection } from './connection.ts'
import type { Observed, SyncStatus } from './status.ts'

const STATUS_KEY = 'status.json'
/** A status is worth some tries, but no waiting: a pod that is being stopped has half a minute for everything. */
const haste: RetryPolicy = { attempts: 3, baseMs: 200, capMs: 1000, totalMs: 5000 }
// The generated client would send a JSON patch by default, which a list of conditions is not.
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

export const observedOf = ({ generation, text }: CarriedDocument): Observed =>
  generation === null ? { sha256: sha256([text ?? '']) } : { generation }

/** The status that a document has now, not parsed; null when it has none yet. @throws ScimPushError KUBERNETES_… */
export const readStatus = async (connection: Connection, document: CarriedDocument): Promise<unknown> =>
  // A custom resource was read together with its status.
  document.generation === null ? ((await readStored(connection, document))?.status ?? null) : document.status

interface Stored {
  readonly status: unknown
  readonly resourceVersion: string
}

/** Null when there is nothing yet to hold it. */
const readStored = async (
  { namespace, core, custom, call }: Connection,
  { carrier: { kind, name } }: CarriedDocument,
): Promise<Stored | null> => {
  if (kind === 'syncconfig') {
    const found: unknown = await call(
      `syncconfig/${name}`,
      () => custom.getNamespacedCustomObject({ ...SYNC_CONFIGS, namespace, name }),
      haste,
    )
    const { metadata, status } = isObject(found) ? found : {}
    return { status, resourceVersion: versionIn(metadata) }
  }
  const map = statusMapOf(name)
  try {
    const found: unknown = await call(
      `configmap/${map}`,
      () => core.readNamespacedConfigMap({ namespace, name: map }),
      haste,
    )
    const { metadata, data } = isObject(found) ? found : {}
    return {
      status: parse(isObject(data) ? data[STATUS_KEY] : undefined),
      resourceVersion: versionIn(metadata),
    }
  } catch (error) {
    if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
    throw error
  }
}

const versionIn = (metadata: unknown): string => {
  const version = isObject(metadata) ? metadata['resourceVersion'] : undefined
  return typeof version === 'string' ? version : ''
}

const parse = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : null
  } catch {
    // Somebody edited it. It is written anew by every run.
    return null
  }
}

/** Others may write meanwhile; somebody who does so again and again is not waited for. */
const TRIES = 4

/**
 * Replaces a document's status by what `make` makes of the one before it; null leaves it as it is. What has changed in between is read
 * again, so that no run's word is lost.
 * @throws ScimPushError KUBERNETES_…
 */
export const updateStatus = async (
  connection: Connection,
  document: CarriedDocument,
  make: (previous: unknown) => SyncStatus | null,
): Promise<void> => {
  for (let n = 1; ; n++) {
    const stored = await readStored(connection, document)
    const status = make(stored?.status ?? null)
    if (!status) return
    try {
      await write(connection, document, status, stored?.resourceVersion ?? null)
      return
    } catch (error) {
      if (!hasCode(error, 'KUBERNETES_CONFLICT') || n >= TRIES) throw error
    }
  }
}

const write = async (
  connection: Connection,
  document: CarriedDocument,
  status: SyncStatus,
  resourceVersion: string | null,
): Promise<void> => {
  const { namespace, core, custom, call } = connection
  const { kind, name } = document.carrier
  const metadata = { resourceVersion }
  if (kind === 'syncconfig') {
    // The schema has no field for what a custom resource does not need.
    const body = { metadata, status: { ...status, observedSha256: undefined } }
    await call(
      `syncconfig/${name}`,
      () => custom.patchNamespacedCustomObjectStatus({ ...SYNC_CONFIGS, namespace, name, body }, merge),
      haste,
    )
    return
  }
  const map = statusMapOf(name)
  const data = { [STATUS_KEY]: `${JSON.stringify(status, null, 2)}\n` }
  if (resourceVersion === null) {
    await createStatusMap(connection, document, data)
    return
  }
  await call(
    `configmap/${map}`,
    () => core.patchNamespacedConfigMap({ namespace, name: map, body: { metadata, data } }, merge),
    haste,
  )
}

/** The chart makes the map beforehand, and then no right to create one is needed. */
const createStatusMap = async (
  { namespace, core, call }: Connection,
  { carrier: { name }, regarding }: CarriedDocument,
  data: Readonly<Record<string, string>>,
): Promise<void> => {
  const map = statusMapOf(name)
  const body = {
    metadata: {
      name: map,
      labels: { 'app.kubernetes.io/managed-by': 'scim-push' },
      // It goes when its carrier goes.
      ownerReferences: [{ apiVersion: regarding.apiVersion, kind: regarding.kind, name, uid: regarding.uid }],
    },
    data: { ...data },
  }
  await call(`configmap/${map}`, () => core.createNamespacedConfigMap({ namespace, body }), haste)
}
