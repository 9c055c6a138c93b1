import { PatchStrategy, setHeaderOptions } from '@kubernetes/client-node'
import { ScimPushError } from '../errors/error.ts'
import type { RetryPolicy } from '../lib/retry.ts'
import { sha256 } from '../lib/sha256.ts'
import type { CarriedDocument } from './carrier.ts'
import type { Connection } from './connection.ts'
import type { Observed, SyncStatus } from './status.ts'

/** Where a ConfigMap's status is, in a ConfigMap of its own: written into the carrier, it would fight Helm and GitOps. */
const statusMapOf = (name: string): string => `${name}-status`

const STATUS_KEY = 'status.json'
const PLACE = { group: 'scim-push.io', version: 'v1alpha1', plural: 'syncconfigs' } as const
/** A status is worth some tries, but no waiting: a pod that is being stopped has half a minute for everything. */
const haste: RetryPolicy = { attempts: 3, baseMs: 200, capMs: 1000, totalMs: 5000 }
// The generated client would send a JSON patch by default, which a list of conditions is not.
const merge = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

export const observedOf = ({ generation, text }: CarriedDocument): Observed =>
  generation === null ? { sha256: sha256([text]) } : { generation }

/** The status that a document has now, not parsed; null when it has none yet. @throws ScimPushError KUBERNETES_… */
export const readStatus = async (
  { namespace, core, call }: Connection,
  { carrier: { kind, name }, status }: CarriedDocument,
): Promise<unknown> => {
  if (kind === 'syncconfig') return status ?? null
  try {
    const map = statusMapOf(name)
    const { data } = await call(
      `configmap/${map}`,
      () => core.readNamespacedConfigMap({ namespace, name: map }),
      haste,
    )
    return parse(data?.[STATUS_KEY])
  } catch (error) {
    if (error instanceof ScimPushError && error.code === 'KUBERNETES_NOT_FOUND') return null
    throw error
  }
}

const parse = (text: string | undefined): unknown => {
  try {
    return text === undefined ? null : (JSON.parse(text) as unknown)
  } catch {
    // Somebody edited it. It is written anew by every run.
    return null
  }
}

/** @throws ScimPushError KUBERNETES_… */
export const writeStatus = async (
  connection: Connection,
  document: CarriedDocument,
  status: SyncStatus,
): Promise<void> => {
  const { namespace, core, custom, call } = connection
  const { kind, name } = document.carrier
  if (kind === 'syncconfig') {
    const { lastRunTime, lastSuccessTime } = status
    const fields = {
      ...status,
      // The schema has no field for what a custom resource does not need.
      observedSha256: undefined,
      // What this run has not set is left as it is there: it was read before the run, and may be newer now.
      lastSuccessTime: lastSuccessTime === lastRunTime ? lastSuccessTime : undefined,
    }
    await call(
      `syncconfig/${name}`,
      () =>
        custom.patchNamespacedCustomObjectStatus(
          { ...PLACE, namespace, name, body: { status: fields } },
          merge,
        ),
      haste,
    )
    return
  }
  const map = statusMapOf(name)
  const data = { [STATUS_KEY]: `${JSON.stringify(status, null, 2)}\n` }
  try {
    await call(
      `configmap/${map}`,
      () => core.patchNamespacedConfigMap({ namespace, name: map, body: { data } }, merge),
      haste,
    )
  } catch (error) {
    if (!(error instanceof ScimPushError && error.code === 'KUBERNETES_NOT_FOUND')) throw error
    await createStatusMap(connection, document, data)
  }
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
