import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '../lib/secret.ts'

/**
 * Whether an Authorization header has the token: as Bearer (RFC 6750 §2.1), or as the password of Basic (RFC 7617) with any user, since
 * that is what a browser can ask for.
 */
export const holdsToken = (authorization: string | undefined, token: Secret): boolean => {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization?.trim() ?? '') ?? []
  const given = scheme.toLowerCase() === 'basic' ? passwordOf(credentials) : credentials
  return timingSafeEqual(digestOf(given), digestOf(token.reveal()))
}

const passwordOf = (credentials: string): string => {
  const text = Buffer.from(credentials, 'base64').toString()
  const colon = text.indexOf(':')
  return colon < 0 ? '' : text.slice(colon + 1)
}

/** Of one length, whatever is compared. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest()

/** What a browser and a program are told when they have none. */
export const challenges = ['Bearer realm="scim-push"', 'Basic realm="scim-push", charset="UTF-8"'] as const
