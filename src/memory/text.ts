import { hasKeys, isObject } from '../lib/json.ts'
import { findJsonProblem } from '../lib/json-check.ts'
import type { Absence, Absences } from '../model/absence.ts'
import { scimId, type ScimId } from '../model/ids.ts'

const VERSION = 'scim-push.io/memory/v1'

/** What a memory says, as a file or a ConfigMap holds it. */
export interface MemoryContent {
  /** A fingerprint of the target's URL: ids are of that target alone. */
  readonly target: string
  /** When a push last brought it up to date; milliseconds since the epoch. */
  readonly savedAt: number
  readonly missing: Absences
}

/** The JSON of a memory, an entry a line. */
export const memoryText = ({ target, savedAt, missing }: MemoryContent): string => {
  const head = `"version":${JSON.stringify(VERSION)},"target":${JSON.stringify(target)},"savedAt":"${isoOf(savedAt)}"`
  const entries = [...missing].map(([id, { externalId, since }]) =>
    JSON.stringify({ id, externalId, since: isoOf(since) }),
  )
  return entries.length === 0
    ? `{${head},"missing":[]}\n`
    : `{${head},"missing":[\n${entries.join(',\n')}\n]}\n`
}

const isoOf = (ms: number): string => new Date(ms).toISOString()

/** @returns the content, or what is wrong with it, completing "the memory …": without a piece of it, whoever wrote it */
export const parseMemory = (text: string): MemoryContent | string => {
  const problem = findJsonProblem(text)
  if (problem) return `is no JSON: line ${problem.line}, column ${problem.column}: ${problem.problem}`
  const json = parseJson(text)
  if (!isObject(json) || json['version'] !== VERSION) return `does not say that it is ${VERSION}`
  const { target, savedAt, missing } = json
  const saved = timeOf(savedAt)
  if (
    !hasKeys(json, ['version', 'target', 'savedAt', 'missing']) ||
    typeof target !== 'string' ||
    saved === null
  )
    return 'has not the members that a memory has'
  if (!Array.isArray(missing)) return 'has no list of who is missing'
  const absences = new Map<ScimId, Absence>()
  for (const [n, entry] of missing.entries()) {
    const parsed = parseEntry(entry)
    if (!parsed) return `has an entry that is none: number ${n + 1}`
    if (absences.has(parsed.id)) return `has an account twice: number ${n + 1}`
    absences.set(parsed.id, parsed.absence)
  }
  return { target, savedAt: saved, missing: absences }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // Nested too deeply.
    return null
  }
}

const parseEntry = (entry: unknown): { readonly id: ScimId; readonly absence: Absence } | null => {
  if (!isObject(entry) || !hasKeys(entry, ['id', 'externalId', 'since'])) return null
  const { id, externalId } = entry
  const since = timeOf(entry['since'])
  if (typeof id !== 'string' || id === '' || since === null) return null
  if (externalId !== null && typeof externalId !== 'string') return null
  return { id: scimId(id), absence: { externalId, since } }
}

/** Only what `toISOString` writes; other forms leave open which time they mean. */
const timeOf = (value: unknown): number | null => {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return null
  const ms = Date.parse(value)
  return Number.isNaN(ms) || isoOf(ms) !== value ? null : ms
}
