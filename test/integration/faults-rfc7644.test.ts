import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertCell } from '../faults/assert-cell.ts'
import { startRfc7644Stage, type Rfc7644Stage } from '../faults/rfc7644-cell.ts'
import { both, cellsOf } from '../faults/rows.ts'
import { recovered } from '../faults/promise.ts'
import { rfc7644Matrix } from '../faults/scim-matrix.ts'

// What Keeper's profile does not ask: each group alone, where the list shows no members, and a PATCH of a group's members.

let stage: Rfc7644Stage
beforeAll(async () => {
  stage = await startRfc7644Stage()
})
afterAll(() => stage.close())

describe.each(['GET group', 'PATCH members'] as const)('%s', (request) => {
  const cells = cellsOf(rfc7644Matrix[request])
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    assertCell(await stage.play({ request, fault, how }), promised)
  })
})

test('no fault stands in two rows of a matrix', () => {
  const rows = [both(['409', '412'], recovered), both(['412'], recovered)]
  expect(cellsOf(rows.slice(0, 1))).toHaveLength(4)
  expect(() => cellsOf(rows)).toThrow('the fault "412" stands in two rows')
})
