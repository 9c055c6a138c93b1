import { createReadStream } from 'node:fs'

export type TextFile =
  | { readonly kind: 'text'; readonly text: string }
  /** `reason` completes "the file …": `does not exist`. It has nothing of the file's content. */
  | {
      readonly kind: 'unreadable'
      readonly missing: boolean
      /** True when it could be read, and what it holds is wrong. */
      readonly legible: boolean
      readonly reason: string
    }

/** A large file in few pieces: beside other work each piece waits for its turn, while all that came before lies in memory. */
const PIECE_BYTES = 4 * 2 ** 20

/**
 * Reads a whole text file: UTF-8, or UTF-16 where it says so by its mark, as PowerShell writes it. A byte order mark is
 * taken off. Never throws; what is wrong comes back as `unreadable`, and nothing is read beyond `maxBytes`, whatever
 * kind of file it is.
 */
export const readTextFile = async (path: string, maxBytes: number): Promise<TextFile> => {
  const chunks: Buffer[] = []
  try {
    // `end` is inclusive: one byte more than allowed tells a file that is too large from one that just fits.
    for await (const chunk of createReadStream(path, { end: maxBytes, highWaterMark: PIECE_BYTES }))
      if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    return {
      kind: 'unreadable',
      missing: code === 'ENOENT',
      legible: false,
      reason: reasons[code] ?? `can't be read (${code})`,
    }
  }
  const bytes = Buffer.concat(chunks)
  if (bytes.length > maxBytes)
    return { kind: 'unreadable', missing: false, legible: true, reason: `is larger than ${sizeOf(maxBytes)}` }
  try {
    return { kind: 'text', text: new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes) }
  } catch {
    return { kind: 'unreadable', missing: false, legible: true, reason: 'is no text in UTF-8' }
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a directory',
}

const encodingOf = (bytes: Buffer): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8'
}

const sizeOf = (bytes: number): string => (bytes >= 2 ** 20 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`)
