import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BULKS_MORE } from '../bench/bound.ts'
import { ourPush } from '../bench/ours.ts'
import { writeRecords } from '../bench/records.ts'
import { runCase } from '../bench/run-case.ts'
import { sizeOf, workloads } from '../bench/workload.ts'
import { buildProgram } from '../fixtures/bundle.ts'

// A small bench, so that the large one does not rot: counts and states, and never time.
const conditions = { latencyMs: 0, bulkOperationMs: 0, atOnce: 64 }
let program: Awaited<ReturnType<typeof buildProgram>>
let folder: string
beforeAll(async () => {
  program = await buildProgram()
  folder = await mkdtemp(join(tmpdir(), 'bench-test-'))
})
afterAll(async () => {
  await program.remove()
  await rm(folder, { recursive: true })
})

test.each(
  (['records', 'google'] as const).flatMap((source) =>
    (['W1', 'W2', 'W3'] as const).map((workload) => [workload, source] as const),
  ),
)('%s from %s', async (workload, source) => {
  const what = { workload, source, size: sizeOf(50), bulk: false }
  const recordsFile = join(folder, `${workload}-${source}.json`)
  await writeRecords(recordsFile, what.size, workloads[workload].source)
  // It throws unless the program ends with 0 and the target holds what the source says.
  const measured = await runCase(what, conditions, (env) =>
    ourPush(program.main, source, recordsFile, { ...env, ...program.env }),
  )
  const { GET = 0, POST = 0, PATCH = 0, ...others } = measured.target.requests
  expect(others).toEqual({})
  expect(GET).toBeGreaterThan(0)
  // 8 groups and 50 people; then one who joins, one who leaves, and one who moves, the latter two in at most two requests each.
  expect(POST).toBe({ W1: 58, W2: 0, W3: 1 }[workload])
  expect(PATCH).toBeGreaterThanOrEqual({ W1: 0, W2: 0, W3: 2 }[workload])
  expect(PATCH).toBeLessThanOrEqual({ W1: 0, W2: 0, W3: 4 }[workload])
  // The token; a page of users, a page of groups, and one of members for each group.
  expect(measured.google?.requests ?? null).toEqual(source === 'google' ? { TOKEN: 1, GET: 10 } : null)
  expect(measured.target.connections).toBeGreaterThan(0)
  expect(measured.target.bytesOut).toBeGreaterThan(measured.target.bytesIn > 0 ? 0 : Infinity)
  expect(Math.min(measured.wallMs, measured.cpuMs, measured.peakMemoryMb)).toBeGreaterThan(0)
})

test('W1 with Bulk', async () => {
  const what = { workload: 'W1', source: 'records', size: sizeOf(50), bulk: true } as const
  const recordsFile = join(folder, 'bulk.json')
  await writeRecords(recordsFile, what.size, 'before')
  const { target } = await runCase(what, conditions, (env) =>
    ourPush(program.main, 'records', recordsFile, { ...env, ...program.env }),
  )
  const { GET = 0, POST = 0, ...others } = target.requests
  expect(others).toEqual({})
  expect(GET).toBeGreaterThan(0)
  expect(POST).toBeGreaterThan(0)
  expect(POST).toBeLessThanOrEqual(1 + BULKS_MORE)
})

test('a wrong state in the end is no result', async () => {
  const what = { workload: 'W1', source: 'records', size: sizeOf(50), bulk: false } as const
  const recordsFile = join(folder, 'other.json')
  await writeRecords(recordsFile, sizeOf(49), 'before')
  await expect(
    runCase(what, conditions, (env) =>
      ourPush(program.main, 'records', recordsFile, { ...env, ...program.env }),
    ),
  ).rejects.toThrow('another state')
})
