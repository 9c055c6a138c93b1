import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertCell } from '../faults/assert-cell.ts'
import { startRfc7644Stage, type Rfc7644Stage } from '../faults/rfc7644-cell.ts'
import { rfc7644Matrix } from '../faults/scim-matrix.ts'

// What Keeper's profile does not ask: each group alone, where the list shows no members, and a PATCH of a group's members.

let stage: Rfc7644Stage
beforeAll(async () => {
  stage = await startRfc7644Stage()
})
afterAll(() => stage.close())

describe.each(['GET group', 'PATCH members'] as const)('%s', (request) => {
  const cells = rfc7644Matrix[request].flatMap(({ faults, once, thenOn }) =>
    faults.flatMap((fault) => [
      { fault, how: 'once', promised: once } as const,
      { fault, how: 'from then on', promised: thenOn } as const,
    ]),
  )
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    assertCell(await stage.play({ request, fault, how }), promised)
  })

  test('no fault stands in two rows', () => {
    const faults = rfc7644Matrix[request].flatMap((row) => row.faults)
    expect(new Set(faults).size).toBe(faults.length)
  })
})
