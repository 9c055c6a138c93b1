import type { SearchEntry } from 'ldapts'
import { parseExtendedDn, type ExtendedDn } from './extended-dn.ts'
import { guidText } from './guid.ts'
import { sidText } from './sid.ts'

/** Part of a multi-valued attribute: the values from `start` on, to the end where `last` is true. */
export interface Range {
  readonly start: number
  /** The number of the last value in it; null for the end of the attribute. */
  readonly end: number | null
  readonly values: readonly string[]
}

/** An entry's attributes by name, without regard to case; absent and empty are both empty lists. */
export interface Attributes {
  readonly dn: ExtendedDn
  text(name: string): string | null
  texts(name: string): readonly string[]
  guid(name: string): string | null
  sid(name: string): string | null
  /** `name;range=…` as the server cut it ([MS-ADTS] 3.1.1.3.1.3.3); null when it sent none. */
  range(name: string): Range | null
}

/**
 * Reads values from their bytes. What ldapts makes of an entry has a string, an array, a buffer or `[]`, depending on how many
 * values there are and whether they happen to be UTF-8.
 */
export const attributesOf = (entry: SearchEntry): Attributes => {
  const values = new Map<string, readonly Buffer[]>()
  const ranges = new Map<string, Range>()
  for (const { type, parsedBuffers } of entry.attributes) {
    const ranged = /^([^;]+);range=(\d+)-(\d+|\*)$/iu.exec(type)
    if (ranged) {
      const [, name = '', start, end] = ranged
      const texts = parsedBuffers.map((value) => value.toString('utf8'))
      // Two ranges of one attribute: none of them is the next one.
      ranges.set(name.toLowerCase(), {
        start: ranges.has(name.toLowerCase()) ? Number.NaN : Number(start),
        end: end === '*' ? null : Number(end),
        values: texts,
      })
    } else {
      // An entry has an attribute once (RFC 4511 §4.5.2); of one that comes twice nothing may get lost.
      values.set(type.toLowerCase(), [...(values.get(type.toLowerCase()) ?? []), ...parsedBuffers])
    }
  }
  const first = (name: string): Buffer | null => values.get(name.toLowerCase())?.[0] ?? null
  return {
    dn: parseExtendedDn(entry.name),
    text: (name) => first(name)?.toString('utf8') ?? null,
    texts: (name) => values.get(name.toLowerCase())?.map((value) => value.toString('utf8')) ?? [],
    guid: (name) => {
      const bytes = first(name)
      return bytes && guidText(bytes)
    },
    sid: (name) => {
      const bytes = first(name)
      return bytes && sidText(bytes)
    },
    range: (name) => ranges.get(name.toLowerCase()) ?? null,
  }
}
