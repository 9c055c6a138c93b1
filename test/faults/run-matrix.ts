import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeKeyPair } from '../../src/emulators/google/service-account.ts'
import { assertCell } from './assert-cell.ts'
import { startStage, type Cell } from './cell.ts'
import { matrix, type MatrixRequestId } from './matrix.ts'
import { cellsOf } from './rows.ts'
import type { Stage } from './stage.ts'

/** Plays all cells of some requests of the matrix, while the source has one of every kind of change to push. */
export const testMatrix = (requests: readonly MatrixRequestId[]): void => {
  let stage: Stage<Cell>
  beforeAll(async () => {
    stage = startStage(await makeKeyPair())
  })
  afterAll(() => stage.close())

  describe.each(requests)('%s', (request) => {
    const cells = cellsOf(matrix[request])
    test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
      const result = await stage.play({ request, fault, how })
      assertCell(result, promised)
      // Who asks for three seconds gets them, to the second that a date has.
      if (/ (seconds|date)$/.test(fault)) expect(result.slept).toBeGreaterThan(1900)
    })
  })
}
