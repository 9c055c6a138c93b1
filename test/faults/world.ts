import type { GoogleEmulator } from '../../src/emulators/google/google-emulator.ts'
import type { KeyPair } from '../../src/emulators/google/service-account.ts'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import type { OnRequest } from '../../src/lib/requests.ts'
import type { RunReport } from '../../src/report/report.ts'
import type { Scope } from '../../src/source/source.ts'
import { googleSourceTo, scopeOf } from '../fixtures/google-source.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { ladders } from '../../src/plan/policy.ts'
import { openPolicy } from '../fixtures/simulate.ts'
import { fastClock, type FastClock } from './clock.ts'
import { PAGE, startCompany } from './company.ts'
import { frontAuthority, startTlsFront } from './tls-front.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Setting {
  readonly scope: 'roster' | 'everyone' | 'few'
  readonly remove: 'deactivate' | 'delete'
  /** Both services behind TLS. */
  readonly tls: boolean
  /** Changes go together. */
  readonly bulk: boolean
}

const scopes: Readonly<Record<Setting['scope'], Scope>> = {
  roster: scopeOf(['roster@corp.example'], 'listed'),
  everyone: scopeOf([], 'all'),
  few: scopeOf(['tiny@corp.example']),
}

/** A Google tenant and a Keeper node, and pushes from one to the other that wait for nothing. */
export interface World {
  readonly google: GoogleEmulator
  readonly keeper: KeeperEmulator
  readonly clock: FastClock
  /** @param answerMs how long an answer may take; null for as long as usual */
  push(answerMs?: number | null): Promise<RunReport>
  /** Puts what the target holds back to what it was at the time of `remember`. */
  remember(): () => void
  /** The certificate of a service is one of the past from now on, or no longer. */
  expire(service: 'google' | 'scim', on: boolean): void
  /** From now on this one is told of every request's end. */
  watch(onRequest: OnRequest): void
  close(): Promise<void>
}

/** So few tries that a service which stays away is soon given up on; two of them meet a service that is just away. */
const retryPolicy = { attempts: 4, baseMs: 1, capMs: 2, totalMs: 600_000 }

const BULK = { maxOperations: 100, maxPayloadSize: 1_048_576 }

export const startWorld = async (keyPair: KeyPair, { scope, remove, tls, bulk }: Setting): Promise<World> => {
  const clock = fastClock()
  const google = await startCompany({ keyPair, now: () => clock.now() })
  const keeper = await startKeeperEmulator({ maxCount: PAGE, bulk: bulk ? BULK : null })
  const fronts = tls ? await startFronts(google, keeper) : null
  let watching: OnRequest = () => undefined
  return {
    google,
    keeper,
    clock,
    push(answerMs = null) {
      const onRequest: OnRequest = (event) => watching(event)
      const common = { clock, retryPolicy, onRequest }
      const { source } = googleSourceTo(google, scopes[scope], {
        ...common,
        // One request after the other: what comes after the one with the fault is then no chance either.
        concurrency: 1,
        ...(answerMs !== null && { answerMs }),
        ...(fronts && { rootUrl: fronts.google.through(google.rootUrl), http: { caFile: fronts.caFile } }),
      })
      const long = 60_000
      const url = fronts?.scim.through(keeper.url) ?? keeper.url
      const { target } = scimTargetTo(
        { url, token: keeper.token },
        {
          ...common,
          caFile: fronts?.caFile ?? '',
          timeouts: { headersTimeoutMs: long, bodyTimeoutMs: long, answerMs: answerMs ?? long },
        },
      )
      // One write after the other: which of them a fault leaves undone is then no chance.
      const policy = { ...openPolicy, users: { ...openPolicy.users, remove: ladders[remove] } }
      return runOnce(source, target, { policy, concurrency: 1, clock })
    },
    expire(service, on) {
      fronts?.[service].expire(on)
    },
    watch(onRequest) {
      watching = onRequest
    },
    remember() {
      const { users, groups } = keeper.state
      const [people, teams] = [
        [...users.values()].map((user) => ({ ...user, groups: [...user.groups] })),
        [...groups.values()].map((group) => ({ ...group })),
      ]
      return () => {
        for (const id of [...users.keys()]) keeper.state.deleteUser(id)
        for (const id of [...groups.keys()]) keeper.state.deleteGroup(id)
        const ids = new Map(teams.map((team) => [team.id, keeper.state.addGroup(team).id]))
        for (const user of people)
          keeper.state.addUser({ ...user, groups: new Set(user.groups.map((id) => ids.get(id) ?? id)) })
      }
    },
    close: async () => {
      await Promise.all([google.setListening(true), keeper.setListening(true)])
      await fronts?.close()
      await Promise.all([google.close(), keeper.close()])
    },
  }
}

const startFronts = async (google: GoogleEmulator, keeper: KeeperEmulator) => {
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  const caFile = join(folder, 'ca.pem')
  await writeFile(caFile, frontAuthority)
  const [before, after] = [await startTlsFront(google.url), await startTlsFront(keeper.url)]
  return {
    caFile,
    google: before,
    scim: after,
    close: async () => {
      await Promise.all([before.close(), after.close()])
      await rm(folder, { recursive: true })
    },
  }
}
