import type { KeyPair } from '../../src/emulators/google/service-account.ts'
import { changeInPairs } from './company.ts'
import type { FaultId } from './faults.ts'
import { httpFault, scimError } from './http-faults.ts'
import type { How } from './promise.ts'
import { createStage, type Inject, type Stage } from './stage.ts'
import type { World } from './world.ts'
import { bulkRequests, type BulkRequestId } from './bulk-matrix.ts'

export interface BulkCell {
  readonly request: BulkRequestId
  readonly fault: FaultId
  /** `each`: that Bulk, or operation of one, and all after it; but no request of another kind. */
  readonly how: How | 'each'
}

/** The Bulks of an undisturbed run, in their order. */
const nth = (request: BulkRequestId): number => Object.keys(bulkRequests).indexOf(request) + 1

/** Puts the fault into the world, and counts how often it hit. */
const injectWhole =
  ({ request, fault, how }: BulkCell): Inject =>
  ({ keeper, clock, ...world }) => {
    let bulks = 0
    let hits = 0
    world.watch(({ retry }) => {
      if (how !== 'from then on' && (retry === 'refused' || retry === 'ECONNREFUSED'))
        void keeper.setListening(true)
    })
    keeper.setFaults(({ path }) => {
      const isBulk = path === '/Bulk'
      if (isBulk) bulks++
      if (bulks < nth(request) || (!isBulk && how !== 'from then on')) return null
      if (how === 'once' && hits > 0) return null
      hits++
      const made = httpFault(fault, { nowMs: clock.now(), errorBody: scimError, pageBefore: [] })
      if (made.kind !== 'refuse') return made
      if (fault === 'certificate expired') world.expire('scim', true)
      else void keeper.setListening(false)
      return { kind: 'drop-before' }
    })
    return () => hits
  }

/** The first operation of a Bulk, or all from then on, or all changes, whatever they come in. */
const injectOperation =
  ({ request, fault, how }: BulkCell): Inject =>
  ({ keeper, clock }) => {
    let bulks = 0
    let hits = 0
    // Of the memberships his, of which there are two.
    const bob = keeper.state.userByName('bob@corp.example')?.id ?? ''
    const isIt = (path: string): boolean => request !== 'memberships' || how !== 'once' || path.endsWith(bob)
    keeper.setFaults(({ path }) => {
      if (path === '/Bulk') bulks++
      if (path === '/Bulk' || how !== 'from then on' || hits === 0) return null
      hits++
      const made = httpFault(fault, { nowMs: clock.now(), errorBody: scimError, pageBefore: [] })
      return made.kind === 'refuse' ? null : made
    })
    keeper.setOperationFaults(({ path }) => {
      if (bulks < nth(request) || !isIt(path) || (how === 'once' && hits > 0)) return null
      hits++
      const status = Number(fault)
      // What is not done for certain may be, once.
      return { status, done: how === 'once' && (status === 408 || status >= 500) }
    })
    return () => hits
  }

export const startBulkStage = (keyPair: KeyPair, of: 'whole' | 'operation'): Stage<BulkCell> =>
  createStage(keyPair, {
    settingOf: ({ fault }) => ({
      scope: 'roster',
      remove: 'deactivate',
      tls: fault === 'certificate expired',
      bulk: true,
    }),
    change: (world: World) => {
      changeInPairs(world.google)
    },
    inject: of === 'whole' ? injectWhole : injectOperation,
  })
