import { isDeepStrictEqual } from 'node:util'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { createActiveDirectorySource } from '../../src/source/active-directory/active-directory-source.ts'
import type { RunReport } from '../../src/report/report.ts'
import { createAuthority, type Identity } from '../fixtures/certificate.ts'
import type { Fault } from '../fixtures/ldap-stub/answer.ts'
import { domain, group, groupDn, person, userDn, type StubObject } from '../fixtures/ldap-stub/objects.ts'
import type { SearchRequest } from '../fixtures/ldap-stub/search.ts'
import { startLdapStub, type LdapStub } from '../fixtures/ldap-stub/server.ts'
import { sourceOptions } from '../fixtures/ldap-stub/source.ts'
import { silentLog } from '../../src/lib/log.ts'
import { runOnce } from '../fixtures/run-once.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { writeFile } from 'node:fs/promises'
import type { Played } from './assert-cell.ts'
import { fastClock } from './clock.ts'
import { heldBy, type Held } from './held.ts'
import type { DirectoryFaultId, DirectoryRequestId } from './directory-matrix.ts'
import type { How } from './promise.ts'

interface DirectoryCell {
  readonly request: DirectoryRequestId
  readonly fault: DirectoryFaultId
  readonly how: How
}

const clock = fastClock()
const long = { connectMs: 10_000, answerMs: 10_000, searchSeconds: 115 }
const short = { ...long, connectMs: 300, answerMs: 300 }

const people = (...names: readonly string[]): readonly string[] => names.map(userDn)
const team = (name: string, members: readonly string[]): StubObject => group(name, members)

const roster = (...names: readonly string[]): StubObject => group('roster', names.map(groupDn))
/** Sales comes in ranges, and everybody together on several pages. */
const company: readonly StubObject[] = [
  domain,
  ...['ann', 'bob', 'cat', 'dan', 'eve', 'fay'].map((name) => person(name)),
  team('Sales', people('ann', 'bob', 'cat', 'fay')),
  team('Ops', people('dan', 'eve')),
  team('Old', people('fay')),
  roster('Sales', 'Ops', 'Old'),
]
const changed: readonly StubObject[] = [
  domain,
  ...['ann', 'bob', 'cat', 'joy', 'fay'].map((name) => person(name)),
  person('dan', { givenName: 'Daniel' }),
  team('Sales', people('ann', 'joy', 'cat', 'fay')),
  team('Ops', people('dan', 'bob')),
  team('New', people('ann')),
  roster('Sales', 'Ops', 'New'),
]

/** Whether a search is the one that a cell is about. */
const isIt = (id: DirectoryRequestId, { base, filter, attributes, paging }: SearchRequest): boolean => {
  const names = (text: string): boolean => filter.body.includes(text)
  const later = paging !== null && paging.cookie !== ''
  switch (id) {
    case 'connection':
    case 'StartTLS':
    case 'bind':
    case 'rootDSE':
      return base === ''
    case 'SCIM group':
      return names('sAMAccountName') && names('roster')
    case 'members page 1':
      return names('objectGUID') && !later
    case 'members page 2':
      return names('objectGUID') && later
    case 'range':
      return attributes.some((name) => name.startsWith('member;range='))
    case 'primary members':
      return names('primaryGroupID')
    case 'people page 1':
      return names('sAMAccountType') && !names('primaryGroupID') && !later
    case 'people page 2':
      return names('sAMAccountType') && !names('primaryGroupID') && later
    case 'groups page 1':
      return base !== '' && names('objectClass') && !names('sAMAccountName') && !later
    case 'groups page 2':
      return names('objectClass') && !names('sAMAccountName') && later
  }
}

const searchFault = (fault: DirectoryFaultId): Fault => {
  const status = (code: number): Fault => ({
    kind: 'status',
    status: code,
    diagnostic: 'as the test wants it',
  })
  switch (fault) {
    case 'refused':
    case 'reset':
    case 'certificate expired':
    case 'bind refused':
      return { kind: 'drop', after: 0 }
    case 'reset in':
      return { kind: 'drop', after: 1 }
    case 'timeout':
      return { kind: 'silent' }
    case 'drip':
      return { kind: 'drip' }
    case 'garbage':
      return { kind: 'garbage' }
    case 'busy':
      return status(51)
    case 'unavailable':
      return status(52)
    case 'referral':
      return status(10)
    case 'continuation':
      return { kind: 'references', urls: ['ldap://other.example/DC=other,DC=example'] }
    case 'sizeLimit':
      return status(4)
    case 'timeLimit':
      return status(3)
    case 'forbidden':
      return status(50)
    case 'operationsError':
      return status(1)
    case 'page empty':
      return { kind: 'emptyPage' }
    case 'page repeats':
      return { kind: 'again' }
    case 'no cookie':
      return { kind: 'noCookie' }
    case 'range ends':
      return { kind: 'entry', attributes: { objectClass: ['group'] } }
  }
}

/** How the domain controller answers, changed while it runs. */
interface Controller {
  objects: readonly StubObject[]
  fault: (request: SearchRequest) => Fault | null
  bind: () => { readonly status: number; readonly diagnostic: string } | null
}

/** A domain controller and a Keeper node, and pushes from one to the other. */
interface DirectoryWorld {
  readonly controller: Controller
  readonly stub: LdapStub
  readonly keeper: KeeperEmulator
  /** @param onRefused told when the domain controller could not be used */
  push(hasty?: boolean, onRefused?: () => void): Promise<RunReport>
  close(): Promise<void>
}

export interface DirectoryStage {
  /** A push that meets the fault, and another one that meets none. */
  play(cell: DirectoryCell): Promise<Played>
}

/** @param folder where the authority's certificate may be written */
export const startDirectoryStage = async (folder: string): Promise<DirectoryStage> => {
  const authority = createAuthority('Ours')
  const caFile = `${folder}/ca.pem`
  await writeFile(caFile, authority.certificate)
  const good = authority.issue(['127.0.0.1'])
  const day = 86_400_000
  const expired = authority.issue(['127.0.0.1'], {
    from: new Date(Date.now() - 30 * day),
    to: new Date(Date.now() - day),
  })

  const startWorld = async (startTls: boolean, everyone: boolean): Promise<DirectoryWorld> => {
    const controller: Controller = { objects: company, fault: () => null, bind: () => null }
    const stub = await startLdapStub({
      // Looked at anew for every connection.
      get objects() {
        return controller.objects
      },
      limits: { maxPageSize: 2, maxValRange: 3 },
      identity: good,
      tls: startTls ? 'startTls' : 'ldaps',
      fault: (search) => controller.fault(search),
      bind: () => controller.bind(),
    })
    const keeper = await startKeeperEmulator()
    return {
      controller,
      stub,
      keeper,
      push(hasty = false, onRefused = () => undefined) {
        const heard = (message: string): void => {
          if (message.includes('can not be used')) onRefused()
        }
        const source = createActiveDirectorySource(
          sourceOptions({
            url: [`${startTls ? 'ldap' : 'ldaps'}://127.0.0.1:${stub.port}`],
            startTls,
            caFile,
            clock,
            timeouts: hasty ? short : long,
            scope: everyone ? { scimGroups: [], groups: 'all' } : {},
            log: { ...silentLog, debug: heard, warn: heard },
          }),
        )
        return runOnce(source, scimTargetTo(keeper).target, { concurrency: 1, clock })
      },
      close: async () => {
        await Promise.all([stub.close(), keeper.close()])
      },
    }
  }

  const baselines = new Map<boolean, Promise<Held>>()
  const baseline = (everyone: boolean): Promise<Held> => {
    const making = baselines.get(everyone) ?? withoutFault(() => startWorld(false, everyone))
    baselines.set(everyone, making)
    return making
  }

  return {
    async play(cell) {
      const everyone = /^(people|groups)/.test(cell.request)
      const undisturbed = await baseline(everyone)
      const world = await startWorld(cell.request === 'StartTLS', everyone)
      try {
        await clean(world)
        world.controller.objects = changed
        const before = heldBy(world.keeper.state)
        const injected = inject(world, cell, { good, expired })
        const hasty = cell.fault === 'timeout' || cell.fault === 'drip'
        const report = await world.push(hasty, injected.onRefused)
        const after = heldBy(world.keeper.state)
        await injected.undo()
        // From where it began, or ended, a run without a fault has been already.
        const known = isDeepStrictEqual(after, before) || isDeepStrictEqual(after, undisturbed)
        if (!known) await clean(world)
        const healed = known ? undisturbed : heldBy(world.keeper.state)
        return { report, before, after, undisturbed, healed, hits: injected.hits() }
      } finally {
        await world.close()
      }
    },
  }
}

const clean = async (world: DirectoryWorld): Promise<void> => {
  const { exitCode, error } = await world.push()
  if (exitCode !== 0) throw new Error(`a push without a fault ended with ${exitCode}`, { cause: error })
}

const withoutFault = async (start: () => Promise<DirectoryWorld>): Promise<Held> => {
  const world = await start()
  try {
    await clean(world)
    world.controller.objects = changed
    await clean(world)
    return heldBy(world.keeper.state)
  } finally {
    await world.close()
  }
}

/** Puts the fault into the world. */
const inject = (
  { controller, stub }: DirectoryWorld,
  { request, fault, how }: DirectoryCell,
  { good, expired }: { readonly good: Identity; readonly expired: Identity },
) => {
  let hits = 0
  const state = (on: boolean): void => {
    if (fault === 'refused') void stub.setListening(!on)
    if (fault === 'certificate expired') stub.setIdentity(on ? expired : good)
    if (fault === 'bind refused') controller.bind = () => (on ? { status: 49, diagnostic: 'data 52e' } : null)
  }
  const early = request === 'connection' || request === 'StartTLS'
  if (early) {
    hits++
    state(true)
  } else if (request === 'bind') {
    controller.bind = () => {
      if (how === 'once' && hits > 0) return null
      hits++
      return { status: bindStatus[fault] ?? 1, diagnostic: 'as the test wants it' }
    }
  } else {
    controller.fault = (search) => {
      const hit = hits === 0 ? isIt(request, search) : how === 'from then on'
      if (!hit) return null
      hits++
      state(true)
      return searchFault(fault)
    }
  }
  return {
    hits: () => hits,
    onRefused: () => {
      if (how === 'once') state(false)
    },
    undo: async () => {
      controller.fault = () => null
      controller.bind = () => null
      stub.setIdentity(good)
      await stub.setListening(true)
    },
  }
}

const bindStatus: Readonly<Partial<Record<DirectoryFaultId, number>>> = {
  'bind refused': 49,
  busy: 51,
  unavailable: 52,
}
