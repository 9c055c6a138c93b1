import { expect, test } from 'vitest'
import { seed, sequencesOf, trySequences } from './sequences.ts'
import { graphDirectory } from './graph-source.ts'
import { memoryEndpoint } from './targets.ts'

// Without a network: many sequences in little time.

/** Where sequences must have come, or they prove little. */
const places = [
  ...['exit 0', 'exit 3', 'exit 4', 'exit 69', 'exit 78', 'exit 143', 'approved'],
  ...[
    'ambiguous',
    'conflict',
    'no-email',
    'incomplete',
    'unresolved',
    'limit',
    'empty-source',
    'protected',
    'policy',
    'grace',
  ],
  ...[
    'user.create',
    'user.update',
    'user.deactivate',
    'user.delete',
    'group.create',
    'group.update',
    'group.delete',
  ],
  ...['membership.add', 'membership.remove'],
]

test.each([
  { side: 'user', share: 1500, offset: 0 },
  { side: 'group', share: 1500, offset: 1 },
] as const)(
  `a graph to memory, memberships through the $side: $share sequences, seed ${seed}`,
  async ({ side, share, offset }) => {
    const system = { directory: graphDirectory(), endpoint: memoryEndpoint(side), seen: new Set<string>() }
    expect(await trySequences(system, share, offset)).toBeGreaterThanOrEqual(sequencesOf(share))
    expect(places.filter((place) => !system.seen.has(place))).toEqual([])
  },
)
