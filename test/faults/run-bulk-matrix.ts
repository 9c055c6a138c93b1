import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { assertCell } from './assert-cell.ts'
import { startBulkStage, type BulkCell } from './bulk-cell.ts'
import { bulkMatrix, bulkRequests, operationMatrix, type BulkRequestId } from './bulk-matrix.ts'
import { cellsOf } from './rows.ts'
import type { Stage } from './stage.ts'

const matrices = { whole: bulkMatrix, operation: operationMatrix }
const requests = Object.keys(bulkRequests).filter((name): name is BulkRequestId => name in bulkRequests)

/** Plays all cells of Bulks, as a whole or of one operation, while the source has two of most kinds of changes to push. */
export const testBulkMatrix = (of: keyof typeof matrices): void => {
  let stage: Stage<BulkCell>
  beforeAll(async () => {
    stage = startBulkStage(await makeKeyPair(), of)
  })
  afterAll(() => stage.close())

  describe.each(requests)('%s', (request) => {
    const rows = matrices[of][request]
    const cells = [
      ...cellsOf(rows),
      ...rows.flatMap(({ faults, each }) =>
        faults.map((fault) => ({ fault, how: 'each', promised: each }) as const),
      ),
    ]
    test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
      const result = await stage.play({ request, fault, how })
      assertCell(result, promised)
      // Who asks for three seconds gets them, to the second that a date has.
      if (/ (seconds|date)$/.test(fault)) expect(result.slept).toBeGreaterThan(1900)
    })
  })
}
