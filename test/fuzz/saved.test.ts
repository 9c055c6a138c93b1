import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { readSavedPlan } from '../../src/cli/saved-plan.ts'
import { isObject } from '../../src/lib/json.ts'
import { createMemory } from '../../src/memory/memory.ts'
import { memoryText, parseMemory } from '../../src/memory/text.ts'
import type { Absences } from '../../src/model/absence.ts'
import { scimId } from '../../src/model/ids.ts'
import { reportJson } from '../../src/report/json.ts'
import { movedSince, movedWords } from '../../src/report/moved.ts'
import { parseSavedPlan } from '../../src/report/saved-plan.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileJsonText } from '../fixtures/fuzz/mutate.ts'
import { endedLater, mustBeCoded } from '../fixtures/fuzz/outcome.ts'
import { heldStore } from '../fixtures/memory-store.ts'
import { heldBack, reported, reportOf } from '../fixtures/report.ts'

const now = Date.parse('2026-01-20T00:00:00.000Z')
const DAY = 86_400_000
const leavers = [
  { id: scimId('u1'), externalId: 'k1', active: false },
  { id: scimId('u2'), externalId: null, active: false },
  { id: scimId('u3'), externalId: 'k3', active: true },
]
const memory: unknown = JSON.parse(
  memoryText({
    target: 'target',
    savedAt: now - DAY,
    missing: new Map(
      leavers.slice(0, 2).map(({ id, externalId }, n) => [id, { externalId, since: now - (n + 1) * DAY }]),
    ),
  }),
)

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Since when somebody is missing by the text, read anew here; the earliest time where it says several. */
const saidSince = (text: string, id: string, externalId: string | null): number => {
  const json = jsonOf(text)
  const entries: unknown = isObject(json) ? json['missing'] : null
  const times = (Array.isArray(entries) ? entries : []).flatMap((entry) =>
    isObject(entry) &&
    entry['id'] === id &&
    entry['externalId'] === externalId &&
    typeof entry['since'] === 'string'
      ? [Date.parse(entry['since'])]
      : [],
  )
  return Math.min(now, ...times.filter((time) => !Number.isNaN(time)))
}
const refuseEarlier = (missing: Absences, text: string): void => {
  for (const [id, { externalId, since }] of missing)
    if (!(since >= saidSince(text, id, externalId)))
      throw new Error(`${id} is missing for longer than it says`)
}

fuzz('who has been missing since when', 5000, hostileJsonText(memory), async (text) => {
  const content = parseMemory(text)
  if (typeof content === 'string') {
    if (content.length > 300) throw new Error('what is wrong with it has no end')
  } else if (typeof parseMemory(memoryText(content)) === 'string')
    throw new Error('what was read can not be written')
  const { store, state } = heldStore({ kind: 'text', text })
  const remembered = createMemory(store, 'target')
  const { missing, warnings } = await remembered.recall(now)
  warnings.forEach(mustBeCoded)
  // What is not to be believed is as good as nothing, so that every wait begins anew.
  if (typeof content === 'string' && (missing.size > 0 || warnings.length === 0))
    throw new Error('it remembers what it could not read, or is silent about it')
  refuseEarlier(missing, text)
  const saved = await remembered.save({ leavers, begins: true, deactivatesAfter: 0 }, now)
  saved.forEach(mustBeCoded)
  const after = state.kept.kind === 'text' ? parseMemory(state.kept.text) : 'is gone'
  if (typeof after === 'string') throw new Error(`after a run the memory ${after}`)
  refuseEarlier(after.missing, text)
})

const report = reportJson(
  reportOf({
    command: 'plan',
    planHash: 'a'.repeat(32),
    fingerprints: { source: 'b'.repeat(32), target: 'c'.repeat(32) },
    actions: [reported({ outcome: null, changes: [{ attribute: 'userName', from: 'a', to: 'b' }] })],
    withheld: [heldBack()],
  }),
)
const plan = JSON.parse(JSON.stringify(report)) as unknown
const right = parseSavedPlan(plan)
if (typeof right === 'string') throw new Error(right)

const directory = mkdtempSync(join(tmpdir(), 'scim-push-fuzz-'))
afterAll(() => rmSync(directory, { recursive: true }))
const path = join(directory, 'plan.json')
const content: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: hostileJsonText(plan) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
)
fuzz('a saved plan', 2500, content, async (bytes) => {
  writeFileSync(path, bytes)
  const end = await endedLater(() => readSavedPlan(path))
  if (end.kind === 'error') {
    if (end.error.code !== 'PLAN_UNREADABLE') throw end.error
    return
  }
  const { planHash, fingerprints } = end.value
  if (!/^[0-9a-f]{32}$/.test(planHash)) throw new Error('a plan without its hash')
  // What an operator looked at, or a part of it, is not what would be carried out.
  const moved = movedSince(end.value, right)
  const isOther =
    planHash !== right.planHash ||
    fingerprints.source !== right.fingerprints.source ||
    fingerprints.target !== right.fingerprints.target ||
    end.value.actions.length !== right.actions.length
  if (isOther && moved === null) throw new Error('another plan is taken for this one')
  if (moved !== null && movedWords(moved).length > 300) throw new Error('what moved has no end')
})
