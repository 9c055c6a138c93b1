import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Fault } from '../../src/emulators/faults.ts'
import { isObject } from '../../src/lib/json.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { startScimmy, type ScimmyServer } from '../fixtures/scimmy-server.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { assertCell } from '../faults/assert-cell.ts'
import { fastClock } from '../faults/clock.ts'
import { startFaultyServer, type FaultyServer } from '../faults/faulty-server.ts'
import type { Held } from '../faults/held.ts'
import { httpFault } from '../faults/http-faults.ts'
import { rfc7644Matrix, type Rfc7644RequestId } from '../faults/matrix.ts'

// What Keeper's profile does not ask: each group alone, where the list shows no members, and a PATCH of a group's members.

let scimmy: ScimmyServer
let front: FaultyServer
beforeAll(async () => {
  scimmy = await startScimmy()
  front = await startFaultyServer('application/scim+json', async ({ method, path, headers, body }) => {
    const url = `${new URL(scimmy.url).origin}${path}`
    const answer = await fetch(url, {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' },
      ...(body !== '' && { body }),
    })
    const text = await answer.text()
    const own: Answer = { status: answer.status, ...(text !== '' && { body: JSON.parse(text) as unknown }) }
    return method === 'GET' ? withoutMembers(own) : own
  })
})
afterAll(() => Promise.all([front.close(), scimmy.close()]))

/** A list that hides who is in the groups, and in which groups the users are. */
const withoutMembers = (answer: Answer): Answer => {
  if (!isObject(answer.body) || !Array.isArray(answer.body['Resources'])) return answer
  const resources = (answer.body['Resources'] as readonly unknown[]).map((one) =>
    isObject(one) ? { ...one, members: undefined, groups: undefined } : one,
  )
  return { ...answer, body: { ...answer.body, Resources: resources } }
}

const names = ['ann', 'bob', 'cat']
const before = snapshot(
  names.map((name) => person(name)),
  [team('Dev', ['ann', 'bob']), team('Ops', ['cat']), team('QA', ['cat'])],
)
const changed = snapshot(
  names.map((name) => person(name)),
  [team('Dev', ['ann', 'cat']), team('Ops', ['cat']), team('QA', ['cat'])],
)

const held = (): Held => {
  const keyOf = (id: string): string => scimmy.users.get(id)?.externalId ?? id
  const groups = [...scimmy.groups.values()]
  return {
    users: [...scimmy.users.values()].map((user) => `${user.externalId} ${user.userName}`).sort(),
    active: [...scimmy.users.values()].flatMap((user) =>
      user.active === false ? [] : [`${user.externalId}`],
    ),
    groups: groups.map((group) => `${group.externalId} ${group.displayName}`).sort(),
    // SCIMMY keeps a member twice that was added twice; RFC 7644 §3.5.2.1 wants no change then.
    memberships: [
      ...new Set(
        groups.flatMap((group) =>
          (group.members ?? []).map(({ value }) => `${group.externalId} ${keyOf(value)}`),
        ),
      ),
    ].sort(),
  }
}

const push = (source: typeof before, hasty = false, clock = fastClock()) => {
  const long = 60_000
  const { target } = scimTargetTo(
    { url: `${front.url}/scim`, token: scimmy.token },
    {
      clock,
      retryPolicy: { attempts: 4, baseMs: 1, capMs: 2, totalMs: 600_000 },
      timeouts: { headersTimeoutMs: long, bodyTimeoutMs: long, answerMs: hasty ? 300 : long },
    },
  )
  return runOnce(
    memorySource(() => source),
    target,
    { concurrency: 1, clock },
  )
}

const isIt: Readonly<Record<Rfc7644RequestId, (method: string, path: string) => boolean>> = {
  'GET group': (method, path) => method === 'GET' && /\/Groups\/./.test(path),
  'PATCH members': (method, path) => method === 'PATCH' && /\/Groups\/./.test(path),
}
const requests = ['GET group', 'PATCH members'] as const

describe.each(requests)('%s', (request) => {
  const cells = rfc7644Matrix[request].flatMap(({ faults, once, thenOn }) =>
    faults.flatMap((fault) => [
      { fault, how: 'once', promised: once } as const,
      { fault, how: 'from then on', promised: thenOn } as const,
    ]),
  )
  test.each(cells)('$fault, $how: $promised.outcome $promised.exit', async ({ fault, how, promised }) => {
    await front.setListening(true)
    front.setFaults(null)
    scimmy.users.clear()
    scimmy.groups.clear()
    expect((await push(before)).exitCode).toBe(0)
    const start = held()
    let hits = 0
    front.setFaults(({ method, path }): Fault | null => {
      const hit = hits === 0 ? isIt[request](method, path) : how === 'from then on'
      if (!hit) return null
      hits++
      const made = httpFault(fault, {
        nowMs: Date.now(),
        errorBody: (status) => ({
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: `${status}`,
        }),
        pageBefore: [],
      })
      if (made.kind !== 'refuse') return made
      void front.setListening(false)
      return { kind: 'drop-before' }
    })
    const clock = fastClock(() => {
      if (how === 'once') void front.setListening(true)
    })
    const report = await push(changed, fault === 'timeout' || fault === 'drip', clock)
    const after = held()
    front.setFaults(null)
    await front.setListening(true)
    const healer = await push(changed)
    expect(healer.exitCode).toBe(0)
    const healed = held()
    const undisturbed: Held = {
      ...start,
      memberships: start.memberships.map((one) => one.replace('k-Dev k-bob', 'k-Dev k-cat')).sort(),
    }
    expect(isDeepStrictEqual(start, undisturbed)).toBe(false)
    assertCell({ report, before: start, after, undisturbed, healed, hits }, promised)
  })
})
