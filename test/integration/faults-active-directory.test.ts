import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assertCell } from '../faults/assert-cell.ts'
import { startDirectoryStage, type DirectoryStage } from '../faults/directory-cell.ts'
import { directoryMatrix, directoryRequests, type DirectoryRequestId } from '../faults/directory-matrix.ts'

let folder: string
let stage: DirectoryStage
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'))
  stage = await startDirectoryStage(folder)
})
afterAll(() => rm(folder, { recursive: true }))

const requests = Object.keys(directoryRequests).filter(
  (name): name is DirectoryRequestId => name in directoryMatrix,
)

describe.each(requests)('%s', (request) => {
  const cells = directoryMatrix[request].flatMap(({ faults, once, thenOn }) =>
    faults.flatMap((fault) => [
      { fault, how: 'once', promised: once } as const,
      { fault, how: 'from then on', promised: thenOn } as const,
    ]),
  )
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    assertCell(await stage.play({ request, fault, how }), promised)
  })

  test('no fault stands in two rows', () => {
    const faults = directoryMatrix[request].flatMap((row) => row.faults)
    expect(new Set(faults).size).toBe(faults.length)
  })
})
