import { ScimPushError } from '../errors/error.ts'
import { hasCode } from '../errors/has-code.ts'
import { isObject } from '../lib/json.ts'
import { APPROVE_ANNOTATION } from '../report/approving.ts'
import {
  DOCUMENT_KEY,
  memoryMapOf,
  statusMapOf,
  SYNC_CONFIGS,
  type CarriedDocument,
  type Carrier,
} from './carrier.ts'
import type { Connection } from './connection.ts'

/** A ConfigMap is run by --selector, and listed, only when its owner says with this label that it is a SyncConfig. */
const CONFIG_MAP_LABEL = 'scim-push.io/syncconfig=true'

/** The document that a carrier holds. @throws ScimPushError KUBERNETES_… */
export const readDocument = async (
  { namespace, core, custom, call }: Connection,
  { kind, name }: Carrier,
): Promise<CarriedDocument> => {
  const where = `${kind}/${name}`
  const found: unknown = await call(where, () =>
    kind === 'configmap'
      ? core.readNamespacedConfigMap({ namespace, name })
      : custom.getNamespacedCustomObject({ ...SYNC_CONFIGS, namespace, name }),
  )
  return kind === 'configmap' ? fromConfigMap(found, namespace) : fromResource(found, namespace)
}

/**
 * All documents of the namespace that match a label selector, custom resources first, each kind by name.
 * @throws ScimPushError KUBERNETES_…
 */
export const listDocuments = async (
  { namespace, core, custom, call }: Connection,
  selector: string,
): Promise<readonly CarriedDocument[]> => {
  const labelSelector = [CONFIG_MAP_LABEL, ...(selector === '' ? [] : [selector])].join(',')
  const [resources, configMaps] = await Promise.all([
    call('syncconfigs', async (): Promise<unknown> => {
      const place = { ...SYNC_CONFIGS, namespace, ...(selector !== '' && { labelSelector: selector }) }
      return (await custom.listNamespacedCustomObject(place)) as unknown
    }).catch((error: unknown) => {
      // Without the CustomResourceDefinition there are none, and ConfigMaps are enough.
      if (hasCode(error, 'KUBERNETES_NOT_FOUND')) return null
      throw error
    }),
    call('configmaps', async (): Promise<unknown> =>
      core.listNamespacedConfigMap({ namespace, labelSelector }),
    ),
  ]).catch((error: unknown) => {
    throw hasCode(error, 'KUBERNETES_REFUSED') ? wrongSelector(error) : error
  })
  const customs = (resources === null ? [] : itemsOf(resources, 'syncconfigs'))
    .map((item) => fromResource(item, namespace))
    .sort(byName)
  const maps = itemsOf(configMaps, 'configmaps')
    .map((item) => fromConfigMap(item, namespace))
    .sort(byName)
  // Ours: whoever labels all objects of a release labels those of the status and the memory too.
  const ours = new Set(
    [...customs, ...maps].flatMap(({ carrier }) => [
      ...(carrier.kind === 'configmap' ? [statusMapOf(carrier.name)] : []),
      memoryMapOf(carrier),
    ]),
  )
  return [...customs, ...maps.filter(({ text, carrier }) => text !== null || !ours.has(carrier.name))]
}

/** What is no list is not taken for an empty one: nothing would run, and nobody would hear of it. */
const itemsOf = (list: unknown, where: string): readonly unknown[] => {
  if (isObject(list) && Array.isArray(list['items'])) return list['items']
  throw new ScimPushError('KUBERNETES_UNAVAILABLE', {
    message: 'the answer of the API server is no list',
    where,
  })
}

const wrongSelector = ({ message }: ScimPushError): ScimPushError =>
  new ScimPushError('CONFIG_WRONG_VALUE', {
    message,
    where: '--selector',
    remedy: 'Give label selectors as kubectl takes them: team=identity,env!=test.',
  })

const byName = (a: CarriedDocument, b: CarriedDocument): number =>
  a.carrier.name < b.carrier.name ? -1 : a.carrier.name > b.carrier.name ? 1 : 0

const fromConfigMap = (found: unknown, namespace: string): CarriedDocument => {
  const { metadata, data } = isObject(found) ? found : {}
  const text = isObject(data) ? data[DOCUMENT_KEY] : undefined
  const { name, uid, createdAt, approval } = identityOf(metadata)
  return {
    carrier: { kind: 'configmap', name },
    text: typeof text === 'string' ? text : null,
    origin: `configmap/${name}`,
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', name, namespace, uid },
    generation: null,
    status: null,
    createdAt,
    approval,
  }
}

const fromResource = (found: unknown, namespace: string): CarriedDocument => {
  const { apiVersion, kind, metadata, spec, status } = isObject(found) ? found : {}
  const { name, uid, generation, createdAt, approval } = identityOf(metadata)
  return {
    carrier: { kind: 'syncconfig', name },
    // The status is ours, and no part of the document.
    text: JSON.stringify({ apiVersion, kind, metadata: { name }, spec }),
    origin: `syncconfig/${name}`,
    regarding: {
      apiVersion: `${SYNC_CONFIGS.group}/${SYNC_CONFIGS.version}`,
      kind: 'SyncConfig',
      name,
      namespace,
      uid,
    },
    generation,
    status,
    createdAt,
    approval,
  }
}

const identityOf = (metadata: unknown) => {
  const { name, uid, generation, creationTimestamp, annotations } = isObject(metadata) ? metadata : {}
  const approval = isObject(annotations) ? annotations[APPROVE_ANNOTATION] : undefined
  const created =
    creationTimestamp instanceof Date || typeof creationTimestamp === 'string'
      ? new Date(creationTimestamp)
      : new Date(Number.NaN)
  return {
    name: typeof name === 'string' ? name : '',
    uid: typeof uid === 'string' ? uid : '',
    generation: typeof generation === 'number' ? generation : null,
    approval: typeof approval === 'string' && approval.trim() !== '' ? approval.trim().slice(0, 64) : null,
    createdAt: Number.isNaN(created.getTime()) ? null : created,
  }
}
