import { open } from 'node:fs/promises'
import { ScimPushError } from '../errors/error.ts'

/** Where a command's result goes. */
export interface Output {
  /** @throws the system's error, but not when the reader has gone away: it has seen enough */
  write(text: string): Promise<void>
  close(): Promise<void>
}

export const standardOutput: Output = {
  write: (text) =>
    new Promise((resolve, reject) => {
      process.stdout.write(text, (error) => {
        if (error && !('code' in error && error.code === 'EPIPE')) reject(error)
        else resolve()
      })
    }),
  close: () => Promise.resolve(),
}

/**
 * The file of --output-file, opened and emptied before anything is read or written: a run whose report has nowhere to go must not
 * start, and what an earlier run left there must not be taken for the result of this one.
 * @throws ScimPushError OUTPUT_UNWRITABLE
 */
export const openOutputFile = async (path: string): Promise<Output> => {
  try {
    const file = await open(path, 'w')
    return { write: (text) => file.writeFile(text), close: () => file.close() }
  } catch (cause) {
    throw new ScimPushError('OUTPUT_UNWRITABLE', {
      message: `the file for the result, ${path}, can't be written${reasonOf(cause)}`,
      where: '--output-file',
      cause,
    })
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
}

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const reason = reasons[code] ?? code
  return reason === '' ? '' : `: ${reason}`
}
