import { ScimPushError } from '../errors/error.ts'

/** What carries a SyncConfig document in a cluster: a ConfigMap's key, or a custom resource. */
export interface Carrier {
  readonly kind: 'configmap' | 'syncconfig'
  readonly name: string
}

/** Where the API server has the custom resources. */
export const SYNC_CONFIGS = { group: 'scim-push.io', version: 'v1alpha1', plural: 'syncconfigs' } as const

/** The key of a ConfigMap that holds the document. */
export const DOCUMENT_KEY = 'syncconfig.yaml'

/** Where a ConfigMap's status is, in a ConfigMap of its own: written into the carrier, it would fight Helm and GitOps. */
export const statusMapOf = (name: string): string => `${name}-status`

/** Where who is missing is remembered, for a document of either kind. */
export const memoryMapOf = ({ name }: Carrier): string => `${name}-memory`

/** `configmap/NAME` or `syncconfig/NAME`; null for anything else, which is a file. A file of that path is `./configmap/…`. */
export const parseCarrier = (text: string): Carrier | null => {
  const [, kind, name] = /^(configmap|syncconfig)\/([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text) ?? []
  return (kind === 'configmap' || kind === 'syncconfig') && name !== undefined ? { kind, name } : null
}

/** A document as a cluster carries it, and what its status and events need to know of its carrier. */
export interface CarriedDocument {
  readonly carrier: Carrier
  /** Null when a ConfigMap that says that it is a SyncConfig has no key for it. */
  readonly text: string | null
  /** For messages: `configmap/corp-to-keeper`. */
  readonly origin: string
  /** What an event is about. */
  readonly regarding: {
    readonly apiVersion: string
    readonly kind: string
    readonly name: string
    readonly namespace: string
    readonly uid: string
  }
  /** Of a custom resource. */
  readonly generation: number | null
  /** Of a custom resource, as it was read; a ConfigMap's is elsewhere. Not parsed. */
  readonly status: unknown
  readonly createdAt: Date | null
  /** The hash of a plan that an operator approved by annotation; null for none. */
  readonly approval: string | null
}

/** The text of a document. @throws ScimPushError KUBERNETES_NOT_FOUND */
export const textOf = ({ text, origin, regarding }: CarriedDocument): string => {
  if (text !== null) return text
  throw new ScimPushError('KUBERNETES_NOT_FOUND', {
    message: `it has no key ${DOCUMENT_KEY}`,
    where: `${regarding.namespace}/${origin}`,
  })
}
