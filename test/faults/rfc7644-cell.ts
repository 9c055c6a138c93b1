import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Answer, Fault } from '../../src/emulators/faults.ts'
import { isObject } from '../../src/lib/json.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import type { RunReport } from '../../src/report/report.ts'
import { memorySource } from '../fixtures/memory-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { startScimmy, type ScimmyServer } from '../fixtures/scimmy-server.ts'
import { person, snapshot, team } from '../fixtures/simulate.ts'
import type { Played } from './assert-cell.ts'
import { fastClock, type FastClock } from './clock.ts'
import type { FaultId } from './faults.ts'
import { startFaultyServer, type FaultyServer } from './faulty-server.ts'
import type { Held } from './held.ts'
import { httpFault, scimError } from './http-faults.ts'
import type { How } from './promise.ts'
import type { Rfc7644RequestId } from './scim-matrix.ts'
import { frontAuthority, startTlsFront } from './tls-front.ts'

interface Cell {
  readonly request: Rfc7644RequestId
  readonly fault: FaultId
  readonly how: How
}

export interface Rfc7644Stage {
  /** A push that meets the fault, and another one that meets none. One at a time. */
  play(cell: Cell): Promise<Played>
  close(): Promise<void>
}

const isIt: Readonly<Record<Rfc7644RequestId, (method: string, path: string) => boolean>> = {
  'GET group': (method, path) => method === 'GET' && /\/Groups\/./.test(path),
  'PATCH members': (method, path) => method === 'PATCH' && /\/Groups\/./.test(path),
}

const people = ['ann', 'bob', 'cat'].map((name) => person(name))
const before = snapshot(people, [
  team('Dev', ['ann', 'bob']),
  team('Ops', ['cat']),
  team('Old', ['cat']),
  team('QA', ['bob']),
])
/** Two changes of one group's members, something that is written before it, and something after it. */
const changed = snapshot(
  [...people.slice(0, -1), person('cat', { displayName: 'Cat' })],
  [team('Dev', ['ann', 'cat']), team('Ops', ['cat'])],
)

/** An endpoint that others wrote, which keeps members with the group, and whose lists do not show them. */
export const startRfc7644Stage = async (): Promise<Rfc7644Stage> => {
  const scimmy = await startScimmy()
  const server = await startFrontOf(scimmy)
  const tls = await startTlsFront(server.url)
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, frontAuthority)

  const push = (source: DirectorySnapshot, how: PushOptions = {}): Promise<RunReport> => {
    const { clock = fastClock(), hasty = false, secure = false } = how
    const long = 60_000
    const plain = `${server.url}/scim`
    const url = secure ? tls.through(plain) : plain
    const { target } = scimTargetTo(
      { url, token: scimmy.token },
      {
        clock,
        caFile: secure ? caFile : '',
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
  const clean = async (source: DirectorySnapshot): Promise<Held> => {
    const { exitCode, error } = await push(source)
    if (exitCode !== 0) throw new Error(`a push without a fault ended with ${exitCode}`, { cause: error })
    return heldBy(scimmy)
  }

  /** Puts the fault before the server, and counts how often it hit. */
  const inject = ({ request, fault, how }: Cell, clock: FastClock): (() => number) => {
    let hits = 0
    server.setFaults(({ method, path }): Fault | null => {
      const hit = hits === 0 ? isIt[request](method, path) : how === 'from then on'
      if (!hit) return null
      hits++
      const made = httpFault(fault, { nowMs: clock.now(), errorBody: scimError, pageBefore: [] })
      if (made.kind !== 'refuse') return made
      if (fault === 'certificate expired') tls.expire(true)
      else void server.setListening(false)
      return { kind: 'drop-before' }
    })
    return () => hits
  }

  await clean(before)
  const undisturbed = await clean(changed)
  return {
    async play(cell) {
      scimmy.users.clear()
      scimmy.groups.clear()
      const start = await clean(before)
      const clock = fastClock(() => {
        if (cell.how === 'once') void server.setListening(true)
      })
      const hits = inject(cell, clock)
      const { fault } = cell
      const report = await push(changed, {
        clock,
        hasty: fault === 'timeout' || fault === 'drip',
        secure: fault === 'certificate expired',
      })
      const after = heldBy(scimmy)
      server.setFaults(null)
      tls.expire(false)
      await server.setListening(true)
      return { report, before: start, after, undisturbed, healed: await clean(changed), hits: hits() }
    },
    close: async () => {
      await tls.close()
      await Promise.all([server.close(), scimmy.close(), rm(folder, { recursive: true })])
    },
  }
}

interface PushOptions {
  readonly clock?: FastClock
  /** No answer may take long. */
  readonly hasty?: boolean
  /** Over TLS. */
  readonly secure?: boolean
}

const startFrontOf = (scimmy: ScimmyServer): Promise<FaultyServer> =>
  startFaultyServer('application/scim+json', async ({ method, path, headers, body }) => {
    const answer = await fetch(`${new URL(scimmy.url).origin}${path}`, {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? '' },
      ...(body !== '' && { body }),
    })
    const text = await answer.text()
    const own: Answer = { status: answer.status, ...(text !== '' && { body: JSON.parse(text) as unknown }) }
    return method === 'GET' ? withoutMembers(own) : own
  })

/** A list that hides who is in the groups, and in which groups the users are. */
const withoutMembers = (answer: Answer): Answer => {
  if (!isObject(answer.body) || !Array.isArray(answer.body['Resources'])) return answer
  const resources = (answer.body['Resources'] as readonly unknown[]).map((one) =>
    isObject(one) ? { ...one, members: undefined, groups: undefined } : one,
  )
  return { ...answer, body: { ...answer.body, Resources: resources } }
}

/** Members that are there twice are so here as well. */
const heldBy = ({ users, groups }: ScimmyServer): Held => {
  const keyOf = (id: string): string => users.get(id)?.externalId ?? id
  const [everyone, teams] = [[...users.values()], [...groups.values()]]
  return {
    users: everyone
      .map(({ externalId, userName, displayName }) => [externalId, userName, displayName].join(' '))
      .sort(),
    active: everyone.flatMap(({ active, externalId }) => (active === false ? [] : [`${externalId}`])).sort(),
    groups: teams.map(({ externalId, displayName }) => `${externalId} ${displayName}`).sort(),
    memberships: teams
      .flatMap(({ externalId, members = [] }) => members.map(({ value }) => `${externalId} ${keyOf(value)}`))
      .sort(),
  }
}
