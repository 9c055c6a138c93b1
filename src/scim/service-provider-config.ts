import { isObject } from '../lib/json.ts'

/** What ServiceProviderConfig tells (RFC 7643 §5); null where it is silent. */
export interface ServiceProviderConfig {
  readonly documentationUri: string
  readonly patch: boolean | null
  readonly filter: boolean | null
  /** The most that a list's answer holds. */
  readonly maxResults: number | null
  readonly etag: boolean | null
  /** Lists have cursors only (RFC 9865 §4), no startIndex. */
  readonly cursorsOnly: boolean
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number } | null
}

/** Never throws: what can't be understood is as good as not said. */
export const parseServiceProviderConfig = (body: unknown): ServiceProviderConfig => {
  const config = isObject(body) ? body : {}
  const supported = (name: string): boolean | null => {
    const feature = config[name]
    return isObject(feature) && typeof feature['supported'] === 'boolean' ? feature['supported'] : null
  }
  const { bulk, pagination, filter } = config
  const maxResults = isObject(filter) ? filter['maxResults'] : null
  return {
    documentationUri: typeof config['documentationUri'] === 'string' ? config['documentationUri'] : '',
    patch: supported('patch'),
    filter: supported('filter'),
    maxResults:
      typeof maxResults === 'number' && Number.isSafeInteger(maxResults) && maxResults > 0
        ? maxResults
        : null,
    etag: supported('etag'),
    cursorsOnly: isObject(pagination) && pagination['cursor'] === true && pagination['index'] !== true,
    bulk:
      isObject(bulk) &&
      bulk['supported'] === true &&
      typeof bulk['maxOperations'] === 'number' &&
      typeof bulk['maxPayloadSize'] === 'number'
        ? { maxOperations: bulk['maxOperations'], maxPayloadSize: bulk['maxPayloadSize'] }
        : null,
  }
}
