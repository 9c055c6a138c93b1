import pMap from 'p-map'
import { expect, test } from 'vitest'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { userKey } from '../../src/model/ids.ts'
import { googleSourceTo, scopeOf, startTenant } from '../fixtures/google-source.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

// Connections are kept and used again: no more of them than requests under way at once, however many requests there are.

test('at the endpoint: at most maxConcurrency for a read and hundreds of changes', async () => {
  const keeper = await startKeeperEmulator({ latencyMs: 2, bulk: null })
  const { target } = scimTargetTo(keeper, { maxConcurrency: 6 })
  await target.read(new AbortController().signal)
  await pMap(
    Array.from({ length: 300 }, (_, n) => `u${n}@corp.example`),
    (userName) =>
      target.createUser(
        { key: userKey(userName), userName, displayName: userName, givenName: '', familyName: '' },
        [],
      ),
    { concurrency: 16 },
  )
  const { connections } = keeper.traffic()
  await target.close()
  await keeper.close()
  expect(keeper.state.users.size).toBe(300)
  expect(connections).toBeLessThanOrEqual(6)
})

test('at Google: at most sixteen for a token and hundreds of reads', async () => {
  const google = await startTenant()
  for (let n = 0; n < 300; n++)
    google.directory.addGroup({ email: `g${n}@corp.example`, name: `G ${n}` }, ['admin@corp.example'])
  const { source } = googleSourceTo(google, scopeOf([], 'all'))
  await source.read(new AbortController().signal)
  const { connections } = google.traffic()
  await source.close()
  await google.close()
  expect(google.requests.length).toBeGreaterThan(300)
  expect(connections).toBeLessThanOrEqual(16)
})
