import { createHash } from 'node:crypto'

/** SHA-256 of the parts put together, in hexadecimal. */
export const sha256 = (parts: Iterable<string>): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
