import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll } from 'vitest'
import { readSavedPlan } from '../../src/cli/saved-plan.ts'
import { createMemory } from '../../src/memory/memory.ts'
import { memoryText, parseMemory } from '../../src/memory/text.ts'
import { scimId } from '../../src/model/ids.ts'
import { reportJson } from '../../src/report/json.ts'
import { fuzz } from '../fixtures/fuzz/fuzz.ts'
import { hostileJsonText } from '../fixtures/fuzz/mutate.ts'
import { endedLater, mustBeCoded } from '../fixtures/fuzz/outcome.ts'
import { heldStore } from '../fixtures/memory-store.ts'
import { heldBack, reported, reportOf } from '../fixtures/report.ts'

const now = Date.parse('2026-01-20T00:00:00.000Z')
const memory: unknown = JSON.parse(
  memoryText({
    target: 'target',
    savedAt: now,
    missing: new Map([
      [scimId('u1'), { externalId: 'k1', since: now - 1000 }],
      [scimId('u2'), { externalId: null, since: now - 2000 }],
    ]),
  }),
)
fuzz('who has been missing since when', 5000, hostileJsonText(memory), async (text) => {
  const content = parseMemory(text)
  if (typeof content === 'string') {
    if (content.length > 300) throw new Error('what is wrong with it has no end')
  } else if (parseMemory(memoryText(content)) === null) throw new Error('what was read can not be written')
  const { store } = heldStore({ kind: 'text', text })
  const remembered = createMemory(store, 'target')
  const { missing, warnings } = await remembered.recall(now)
  warnings.forEach(mustBeCoded)
  // What is not to be believed is as good as nothing, so that every wait begins anew.
  if (typeof content === 'string' && missing.size > 0) throw new Error('it remembers what it could not read')
})

const plan = JSON.parse(
  JSON.stringify(
    reportJson(
      reportOf({
        command: 'plan',
        planHash: 'a'.repeat(32),
        fingerprints: { source: 'b'.repeat(32), target: 'c'.repeat(32) },
        actions: [reported({ outcome: null, changes: [{ attribute: 'userName', from: 'a', to: 'b' }] })],
        withheld: [heldBack()],
      }),
    ),
  ),
) as unknown
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
  if (end.kind === 'error' && end.error.code !== 'PLAN_UNREADABLE') throw end.error
  if (end.kind === 'value' && !/^[0-9a-f]{32}$/.test(end.value.planHash))
    throw new Error('a plan without its hash')
})
