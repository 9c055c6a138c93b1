import type { FailedTry } from './failure.ts'
import { kindOf, type ScimRequest } from './request.ts'

/** Which writes an endpoint takes in a Bulk: it may take some, as those of users, and refuse others. */
export interface BulkKinds {
  /** Whether any operation was ever carried out in a Bulk. */
  readonly known: boolean
  /** This one was. */
  took(request: ScimRequest): void
  /** This one was refused in a Bulk, and alone it was not. */
  passedAlone(request: ScimRequest): void
  /** Those of its kind are not to be put into a Bulk. */
  refuses(request: ScimRequest): boolean
  /** Not carried out, and perhaps only because it was in a Bulk. */
  mayBlameBulk(failure: FailedTry, request: ScimRequest): boolean
}

export const createBulkKinds = (): BulkKinds => {
  const taken = new Set<string>()
  const refused = new Set<string>()
  return {
    get known() {
      return taken.size > 0
    },
    took(request) {
      taken.add(kindOf(request))
    },
    passedAlone(request) {
      const kind = kindOf(request)
      if (!taken.has(kind)) refused.add(kind)
    },
    refuses: (request) => refused.has(kindOf(request)),
    mayBlameBulk: ({ status, uncertain, error }, request) =>
      !uncertain &&
      error.failure !== 'credentials' &&
      (status === 405 || status === 413 || status === 429 || status === 501 || !taken.has(kindOf(request))),
  }
}
