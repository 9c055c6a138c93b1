import { ScimPushError } from '../errors/error.ts'
import { parseDocument, readDocument, type SyncDocument } from './document.ts'
import { isObjectName } from './json-schema.ts'
import { valueAt } from './validate.ts'

/** What a document says of its two sides, for a list: as it stands there, unchecked, and without the environment. */
export interface DocumentSummary {
  /** `spec.source.type`; null when it says none. */
  readonly source: string | null
  /** `spec.target.url` without query, fragment and login, where people put secrets by mistake; null when it says none. */
  readonly target: string | null
  readonly suspended: boolean
  /** `metadata.name`; null when it says none, or one that no document can have. */
  readonly name: string | null
}

const nothing: DocumentSummary = { source: null, target: null, suspended: false, name: null }

/** Of a document that can't be parsed there is nothing to say; its status says why. */
export const summaryOfDocument = (text: string, origin: string): DocumentSummary => {
  try {
    return summaryOf(parseDocument(text, origin))
  } catch (error) {
    if (error instanceof ScimPushError) return nothing
    throw error
  }
}

/** The same of a file, which may not be there either. */
export const summaryOfFile = async (path: string): Promise<DocumentSummary> => {
  try {
    return summaryOf(await readDocument(path))
  } catch (error) {
    if (error instanceof ScimPushError) return nothing
    throw error
  }
}

const summaryOf = ({ data }: SyncDocument): DocumentSummary => {
  const source = valueAt(data, ['spec', 'source', 'type'])
  const name = valueAt(data, ['metadata', 'name'])
  const given = valueAt(data, ['spec', 'target', 'url'])
  const url = typeof given === 'string' ? URL.parse(given) : null
  return {
    source: typeof source === 'string' ? source : null,
    target: url && `${url.protocol}//${url.host}${url.pathname}`,
    suspended: valueAt(data, ['spec', 'suspend']) === true,
    name: typeof name === 'string' && isObjectName(name) ? name : null,
  }
}
