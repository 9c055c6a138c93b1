import { expect, test } from 'vitest'
import { seed, sequencesOf, trySequences } from './sequences.ts'
import { graphDirectory } from './graph-source.ts'
import { googleDirectory, recordsDirectory } from './sources.ts'
import { keeperEndpoint, scimmyEndpoint } from './targets.ts'

// The real sources against emulators, and the real client against strict servers: fewer sequences, since each run is some ten requests.

test.each([
  { source: 'Google', target: 'Keeper', open: [googleDirectory, keeperEndpoint], share: 50 },
  { source: 'records', target: 'Keeper', open: [recordsDirectory, keeperEndpoint], share: 80 },
  { source: 'a graph', target: 'SCIMMY', open: [graphDirectory, scimmyEndpoint], share: 60 },
] as const)(`$source to $target: $share sequences, seed ${seed}`, async ({ open, share }) => {
  const system = { directory: await open[0](), endpoint: await open[1](), seen: new Set<string>() }
  try {
    expect(await trySequences(system, share, share)).toBeGreaterThanOrEqual(sequencesOf(share))
  } finally {
    await Promise.all([system.directory.close(), system.endpoint.close()])
  }
})
