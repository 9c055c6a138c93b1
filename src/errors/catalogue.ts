import { activeDirectoryErrors } from './catalogue/active-directory.ts'
import { configErrors } from './catalogue/config.ts'
import { generalErrors } from './catalogue/general.ts'
import { googleErrors } from './catalogue/google.ts'
import { kubernetesErrors } from './catalogue/kubernetes.ts'
import { memoryErrors } from './catalogue/memory.ts'
import { pushgatewayErrors } from './catalogue/pushgateway.ts'
import { recordsErrors } from './catalogue/records.ts'
import { scimErrors } from './catalogue/scim.ts'
import type { CatalogueEntry } from './catalogue/entry.ts'

export type { Failure } from './catalogue/entry.ts'

/** Every error code, with what it means and what to do. docs/errors.md is generated from it. */
export const catalogue = {
  ...generalErrors,
  ...configErrors,
  ...recordsErrors,
  ...googleErrors,
  ...activeDirectoryErrors,
  ...scimErrors,
  ...kubernetesErrors,
  ...memoryErrors,
  ...pushgatewayErrors,
} satisfies Record<string, CatalogueEntry>

export type ErrorCode = keyof typeof catalogue

/** Which side of a sync the error is about; null where it is neither. */
export const sideOf = (code: ErrorCode): 'source' | 'target' | null => {
  if (code in scimErrors) return 'target'
  return code in recordsErrors || code in googleErrors || code in activeDirectoryErrors ? 'source' : null
}
