import { sha256 } from '../lib/sha256.ts'
import { trimEndOf } from '../lib/trim-end.ts'

/**
 * The Lease that keeps two runs from writing to one target at once, wherever they come from. The chart makes it beforehand and
 * works its name out in the same way, so this is part of the contract with charts/scim-push/templates: the URL without blanks around
 * it, in lower case, without the default port, without slashes at its end and without /users or /groups there.
 */
export const leaseName = (targetUrl: string): string => {
  const plain = targetUrl
    .trim()
    .toLowerCase()
    .replace(/^(https:\/\/[^/]*?):443(?=\/|$)/, '$1')
    .replace(/^(http:\/\/[^/]*?):80(?=\/|$)/, '$1')
  // As pasted from a browser; the SCIM client cuts it back as well.
  const url = trimEndOf(plain, '/').replace(/\/(users|groups)$/, '')
  return `scim-push-${sha256([url]).slice(0, 16)}`
}
