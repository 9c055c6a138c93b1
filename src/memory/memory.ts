import { toScimPushError } from '../errors/wrap.ts'
import { ScimPushError } from '../errors/error.ts'
import { dayOf } from '../lib/day.ts'
import type { Absences } from '../model/absence.ts'
import { remember, type Missing } from '../plan/departures.ts'
import type { Kept, MemoryStore } from './store.ts'
import { memoryText, parseMemory, type MemoryContent } from './text.ts'

/** What is remembered, and what is wrong with it: nothing that is wrong lets anybody go earlier. */
interface Recollection {
  readonly missing: Absences
  readonly warnings: readonly ScimPushError[]
}

/** Who has been missing since when, from run to run. */
export interface Memory {
  /** For messages. */
  readonly where: string
  /** Why it can't be written, as far as that can be told without writing; null for nothing known. Never throws. */
  unwritable(): Promise<string | null>
  /** Never throws: what can't be read or is not to be believed is a warning, and every wait begins anew. */
  recall(now: number): Promise<Recollection>
  /**
   * Brings it up to date with what a run found out.
   * @returns what is to be warned of
   * @throws ScimPushError MEMORY_UNWRITABLE
   */
  save(missing: Missing, now: number): Promise<readonly ScimPushError[]>
}

const HOUR = 60 * 60 * 1000
/** A run a week, and a day. Who comes back and leaves again while nobody writes it down seems never to have been back. */
const BELIEVED_MS = 8 * 24 * HOUR
/** Clocks of several machines differ. */
const SKEW_MS = HOUR

/** @param target a fingerprint of the target's URL */
export const createMemory = (store: MemoryStore, target: string): Memory => {
  const { where } = store
  /** Empty, with the reason, where it is not to be believed. */
  const understand = (kept: Kept, now: number): Recollection & { readonly savedAt: number } => {
    const nothing = (warnings: readonly ScimPushError[]) => ({ missing: new Map(), savedAt: now, warnings })
    const broken = (detail: string) =>
      nothing([new ScimPushError('MEMORY_BROKEN', { message: `the memory ${detail}`, where })])
    switch (kept.kind) {
      case 'none':
        return nothing([])
      case 'broken':
        return broken(kept.detail)
      case 'text': {
        const content = parseMemory(kept.text)
        if (typeof content === 'string') return broken(content)
        if (content.target !== target)
          return nothing([
            new ScimPushError('MEMORY_FOREIGN', { message: 'the memory is of another target', where }),
          ])
        if (now - content.savedAt > BELIEVED_MS)
          return nothing([
            new ScimPushError('MEMORY_STALE', {
              message: `no push has brought the memory up to date since ${dayOf(content.savedAt)}`,
              where,
            }),
          ])
        return { ...content, warnings: ahead(content, now) }
      }
    }
  }

  const ahead = ({ savedAt, missing }: MemoryContent, now: number): readonly ScimPushError[] => {
    const latest = [...missing.values()].reduce((most, { since }) => Math.max(most, since), savedAt)
    if (latest <= now + SKEW_MS) return []
    const message = `the memory has times of ${dayOf(latest)}, which is still to come`
    return [new ScimPushError('MEMORY_AHEAD', { message, where })]
  }

  /** As much as the store holds, those who are missing the longest first. */
  const fit = (content: MemoryContent): { readonly text: string; readonly dropped: number } => {
    let entries = [...content.missing].sort(([, a], [, b]) => a.since - b.since)
    for (;;) {
      const text = memoryText({ ...content, missing: new Map(entries) })
      const ratio = store.bytesOf(text) / store.maxBytes
      if (ratio <= 1 || entries.length === 0) return { text, dropped: content.missing.size - entries.length }
      entries = entries.slice(0, Math.floor((entries.length / ratio) * 0.98))
    }
  }

  return {
    where,
    unwritable: () => store.unwritable(),
    recall: async (now) => {
      try {
        const { missing, warnings } = understand(await store.read(), now)
        return { missing, warnings }
      } catch (cause) {
        return { missing: new Map(), warnings: [failed('MEMORY_UNREADABLE', 'read', where, cause)] }
      }
    },
    save: async (missing, now) => {
      let dropped = 0
      try {
        await store.update((kept) => {
          const before = understand(kept, now)
          // A clock that went back would let a wait seem to have begun long ago, once it is right again: none begins while it is behind.
          const savedAt = Math.max(now, before.savedAt)
          const begins = missing.begins && now >= before.savedAt
          const after = remember({ ...missing, begins }, before.missing, savedAt)
          dropped = 0
          if (after.size === 0 && kept.kind === 'none') return null
          const fitting = fit({ target, savedAt, missing: after })
          dropped = fitting.dropped
          return fitting.text
        })
      } catch (cause) {
        throw failed('MEMORY_UNWRITABLE', 'brought up to date', where, cause)
      }
      if (dropped === 0) return []
      const message = `the memory has no room for ${dropped} of those who are missing`
      return [new ScimPushError('MEMORY_FULL', { message, where })]
    },
  }
}

const failed = (
  code: 'MEMORY_UNREADABLE' | 'MEMORY_UNWRITABLE',
  what: string,
  where: string,
  cause: unknown,
): ScimPushError => {
  const { code: known, message } = toScimPushError(cause)
  const reason = known === 'INTERNAL' ? message : `${known}: ${message}`
  return new ScimPushError(code, { message: `the memory can’t be ${what}: ${reason}`, where, cause })
}
