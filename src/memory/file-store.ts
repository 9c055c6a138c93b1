import { randomUUID } from 'node:crypto'
import { access, constants, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { readTextFile } from '../lib/text-file.ts'
import type { Kept, MemoryStore } from './store.ts'

/** Room for half a million people. */
const MAX_BYTES = 64 * 2 ** 20

/** A memory in a file of its own. */
export const fileStore = (path: string): MemoryStore => {
  const read = async (): Promise<Kept> => {
    const file = await readTextFile(path, MAX_BYTES)
    if (file.kind === 'text') return file
    if (file.missing) return { kind: 'none' }
    if (file.legible) return { kind: 'broken', detail: file.reason }
    throw new Error(`the file ${file.reason}`)
  }
  return {
    where: path,
    maxBytes: MAX_BYTES,
    bytesOf: (text) => Buffer.byteLength(text),
    read,
    unwritable: async () => {
      try {
        await access(dirname(await realpath(path).catch(() => path)), constants.W_OK | constants.X_OK)
        return null
      } catch (cause) {
        return reasonOf(cause)
      }
    },
    update: async (make) => {
      const text = make(await read())
      if (text === null) return
      try {
        await replace(path, text)
      } catch (cause) {
        throw new Error(reasonOf(cause), { cause })
      }
    },
  }
}

/** All or nothing, however the process ends: a new file takes the place of the old one. For its owner alone: it names people's accounts. */
const replace = async (path: string, text: string): Promise<void> => {
  // Where the path is a link, what it leads to is replaced.
  const place = await realpath(path).catch(() => path)
  const beside = join(dirname(place), `.${basename(place)}.${randomUUID()}`)
  try {
    const file = await open(beside, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, place)
    await sweep(place)
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw cause
  }
}

/** Longer than anybody writes. */
const ABANDONED_MS = 60 * 60 * 1000

/** Takes away what writers who were killed have left beside it. Never throws: that it is still there harms nobody. */
const sweep = async (place: string): Promise<void> => {
  const folder = dirname(place)
  const start = `.${basename(place)}.`
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start) || !/^[0-9a-f-]{36}$/.test(name.slice(start.length))) continue
    const path = join(folder, name)
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    if (age > ABANDONED_MS) await rm(path, { force: true }).catch(() => undefined)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its directory does not exist',
  ENOTDIR: 'its directory does not exist',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not write to its directory',
  EPERM: 'this user may not write to its directory',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no room left',
  EDQUOT: 'there is no room left',
  EBUSY: 'it is a mount of its own; mount its directory instead',
}

const reasonOf = (cause: unknown): string => {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return reasons[code] ?? `it can't be written (${code})`
}
