import { expect, test } from 'vitest'
import { recordsGraph } from './graph.ts'
import type { GroupRecord } from './record.ts'

test('as many SCIM groups as there are groups: each name is looked up, not looked for', () => {
  let reads = 0
  const groups = Array.from({ length: 2_000 }, (_, n): GroupRecord => ({
    id: `g${n}`,
    externalId: '',
    domain: '',
    get name() {
      reads++
      return `Group ${n}`
    },
  }))
  const scimGroups = groups.map((_, n) => (n % 2 === 0 ? `group ${n}` : `g${n}`))
  const { scimGroups: found } = recordsGraph(
    { users: [], groups },
    { scimGroups, groups: 'selected', exclude: { users: [], groups: [] } },
  )
  expect(found).toHaveLength(2_000)
  expect(reads).toBeLessThan(5 * 2_000)
})
