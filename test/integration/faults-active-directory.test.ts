import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { assertCell } from '../faults/assert-cell.ts'
import { startDirectoryStage, type DirectoryStage } from '../faults/directory-cell.ts'
import { directoryMatrix, directoryRequests, type DirectoryRequestId } from '../faults/directory-matrix.ts'
import { cellsOf } from '../faults/rows.ts'

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
  const cells = cellsOf(directoryMatrix[request])
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    assertCell(await stage.play({ request, fault, how }), promised)
  })
})
