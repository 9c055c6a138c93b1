/** What carries a SyncConfig document in a cluster: a ConfigMap's key, or a custom resource. */
export interface Carrier {
  readonly kind: 'configmap' | 'syncconfig'
  readonly name: string
}

/** The key of a ConfigMap that holds the document. */
export const DOCUMENT_KEY = 'syncconfig.yaml'

/** `configmap/NAME` or `syncconfig/NAME`; null for anything else, which is a file. A file of that path is `./configmap/…`. */
export const parseCarrier = (text: string): Carrier | null => {
  const [, kind, name] = /^(configmap|syncconfig)\/([a-z0-9]([-a-z0-9.]*[a-z0-9])?)$/.exec(text) ?? []
  return (kind === 'configmap' || kind === 'syncconfig') && name !== undefined ? { kind, name } : null
}
