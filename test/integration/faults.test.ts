import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/emulators/faults.ts'
import type { GoogleEmulator, GoogleFault } from '../../src/emulators/google/google-emulator.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { googleSourceTo, scopeOf, startTenant } from '../fixtures/google-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'

// Both sides agree. Then one request of a run goes wrong, each in turn and in every way, once or for good: whatever happens,
// nothing at the target may change. Limits on removals are off, so that only reading completely protects.

let google: GoogleEmulator
let keeper: KeeperEmulator

const hasty = { retryPolicy: { attempts: 3, baseMs: 1, capMs: 2, totalMs: 60_000 } }

const push = () =>
  runOnce(
    googleSourceTo(google, scopeOf(['roster@corp.example'], 'listed'), hasty).source,
    scimTargetTo(keeper, hasty).target,
  )

beforeAll(async () => {
  google = await startTenant()
  keeper = await startKeeperEmulator()
  const { directory } = google
  for (const name of ['ann', 'bob', 'cat', 'dan', 'eve'])
    directory.addUser({ primaryEmail: `${name}@corp.example` })
  directory.addGroup({ email: 'emea@corp.example', name: 'EMEA' }, ['cat@corp.example'])
  directory.addGroup({ email: 'sales@corp.example', name: 'Sales' }, [
    'bob@corp.example',
    'emea@corp.example',
  ])
  directory.addGroup({ email: 'ops@corp.example', name: 'Ops' }, [
    'dan@corp.example',
    'else@elsewhere.example',
  ])
  directory.addGroup({ email: 'roster@corp.example', name: 'Roster' }, [
    'ann@corp.example',
    'sales@corp.example',
    'ops@corp.example',
  ])
  expect((await push()).exitCode).toBe(0)
})
afterAll(() => Promise.all([google.close(), keeper.close()]))

const answer = (status: number, body = '', headers: Readonly<Record<string, string>> = {}): Fault => ({
  kind: 'answer',
  status,
  headers,
  body,
})
const json = { 'content-type': 'application/json' }

const faults: readonly (readonly [string, Fault])[] = [
  ...[400, 401, 403, 404, 408, 409, 412, 413, 428, 429, 500, 501, 502, 503, 504].map(
    (status) => [`${status}`, answer(status)] as const,
  ),
  [
    '403 in the shape of an API',
    answer(403, '{"error":{"code":403,"message":"no","errors":[{"reason":"forbidden"}]}}', json),
  ],
  [
    '404 in the shape of an API',
    answer(404, '{"error":{"code":404,"message":"no","errors":[{"reason":"notFound"}]}}', json),
  ],
  ['a redirect', answer(302, '', { location: 'http://127.0.0.1:1/' })],
  ['a log-in page', answer(200, '<html></html>', { 'content-type': 'text/html' })],
  ['nothing', answer(204)],
  ['an empty object', answer(200, '{}', json)],
  ['an empty list', answer(200, '[]', json)],
  ['null', answer(200, 'null', json)],
  ['a connection closed before', { kind: 'drop-before' }],
  ['a connection closed after', { kind: 'drop-after' }],
  ['an answer that ends half-way', { kind: 'truncate' }],
]
const lists: readonly (readonly [string, GoogleFault])[] = (['cut', 'repeat', 'endless'] as const).map(
  (fault) => [`a list that is ${fault}`, { kind: 'list', fault }],
)

/** How many requests a run without faults sends to each side. */
const requestsOfARun = async (): Promise<{ readonly google: number; readonly keeper: number }> => {
  const before = [google.requests.length, keeper.requests.length] as const
  await push()
  return { google: google.requests.length - before[0], keeper: keeper.requests.length - before[1] }
}

const sweep = async (
  side: 'google' | 'keeper',
  fault: GoogleFault,
  until: (n: number) => boolean,
): Promise<void> => {
  const holds = keeper.state.summary()
  const { [side]: count } = await requestsOfARun()
  expect(count).toBeGreaterThan(2)
  for (let at = 1; at <= count; at++) {
    const from = side === 'google' ? google.requests.length : keeper.requests.length
    const hit = (n: number): boolean => n - from === at || (n - from > at && until(n))
    if (side === 'google') google.setFaults(({ n }) => (hit(n) ? fault : null))
    else keeper.setFaults(({ n }) => (hit(n) && fault.kind !== 'list' ? fault : null))
    const report = await push()
    google.setFaults(null)
    keeper.setFaults(null)
    const where = `request ${at} of ${count}, ${report.result}: ${report.error?.message ?? ''}`
    expect(keeper.state.summary(), where).toEqual(holds)
    // Either the run saw through it, or it says that something is wrong.
    if (report.exitCode === 0) expect(report.actions, where).toEqual([])
    if (report.error !== null) expect(report.error.code, where).not.toBe('INTERNAL')
  }
}

describe.each(['google', 'keeper'] as const)('a request to %s is answered with', (side) => {
  const all: readonly (readonly [string, GoogleFault])[] = side === 'google' ? [...faults, ...lists] : faults
  test.each(all)('%s, once', { timeout: 60_000 }, (_, fault) => sweep(side, fault, () => false))
  test.each(all)('%s, from then on', { timeout: 60_000 }, (_, fault) => sweep(side, fault, () => true))
})
