import { expect, test } from 'vitest'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { startScimStub } from '../fixtures/scim-stub.ts'

test(
  'a group of 500,000 members, each shown with its name and its URL, is read',
  { timeout: 120_000 },
  async () => {
    const stub = await startScimStub()
    const { target } = scimTargetTo(stub, { profile: 'rfc7644' })
    try {
      const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
      stub.users.set(id(0), { id: id(0), userName: 'user0@corp.example', active: true })
      stub.groups.set('all', {
        id: 'all',
        displayName: 'All',
        members: Array.from({ length: 500_000 }, (_, n) => ({
          value: id(n),
          $ref: `https://scim.corp.example/scim/v2/Users/${id(n)}`,
          display: `user${n}@corp.example`,
          type: 'User',
        })),
      })
      const { groups } = await target.read(new AbortController().signal)
      // Of whom the endpoint has no account nobody can be taken out.
      expect(groups.map(({ members }) => [...members])).toEqual([[id(0)]])
    } finally {
      await target.close()
      await stub.close()
    }
  },
)
