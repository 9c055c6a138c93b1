import { createHash } from 'node:crypto'

const CHUNK = 64 * 1024

/** SHA-256 of the parts put together, in hexadecimal. */
export const sha256 = (parts: Iterable<string>): string => {
  const hash = createHash('sha256')
  // Half a million short lines take longer to hand over than to hash.
  let waiting = ''
  for (const part of parts) {
    waiting += part
    if (waiting.length < CHUNK) continue
    hash.update(waiting)
    waiting = ''
  }
  return hash.update(waiting).digest('hex')
}

/** The first 128 bits of the SHA-256 of lines, a line feed after each: what `DIGEST` fits. */
export const digestOf = (lines: Iterable<string>): string =>
  sha256(
    (function* () {
      for (const line of lines) yield `${line}\n`
    })(),
  ).slice(0, 32)

/** As a pattern of JSON Schema: 32 hexadecimal digits. */
export const DIGEST = '^[0-9a-f]{32}$'

const digest = new RegExp(DIGEST)

export const isDigest = (value: unknown): value is string => typeof value === 'string' && digest.test(value)
