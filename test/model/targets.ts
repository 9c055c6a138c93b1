import type { Target } from '../../src/apply/target.ts'
import type { Fault } from '../../src/emulators/faults.ts'
import { startKeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import type { ErrorCode } from '../../src/errors/catalogue.ts'
import { ScimPushError } from '../../src/errors/error.ts'
import { scimId } from '../../src/model/ids.ts'
import type { TargetState } from '../../src/model/target-state.ts'
import { memoryTarget } from '../fixtures/memory-target.ts'
import { scimTargetTo } from '../fixtures/scim-target.ts'
import { startScimmy } from '../fixtures/scimmy-server.ts'
import { holdInKeeper } from './hold.ts'

/** What goes wrong with some writes of a run, from number `at` (from 1) on, `times` times. */
export interface WriteFault {
  readonly kind: 409 | 428 | 429 | 503 | 'dropped before' | 'dropped after'
  readonly at: number
  readonly times: number
}

/** What happens to the target's answers during a run. `cut`: nothing gets through any more, from a write on that may be done. */
export type TargetFault =
  | WriteFault
  | { readonly kind: 'cut'; readonly at: number; readonly done: boolean }
  | { readonly kind: 'unreadable' }

interface TargetPlan {
  readonly fault: TargetFault | null
  /** Called before each write, with its number from 1. */
  readonly onWrite: (n: number) => void
}

/** A kind of target, which can be looked at and changed behind a run's back. */
export interface Endpoint {
  readonly name: string
  /** A client for one run. */
  open(plan: TargetPlan): Target
  state(): TargetState
  /** Makes it hold this; ids of what is new may be others. */
  hold(state: TargetState): void
  close(): Promise<void>
}

type Verdict = WriteFault['kind'] | null

/** Decides over each request of one run. */
const judge = ({ fault, onWrite }: TargetPlan): ((method: string) => Verdict) => {
  let writes = 0
  let cut = false
  return (method) => {
    if (cut) return 'dropped before'
    if (method === 'GET') return fault?.kind === 'unreadable' ? 503 : null
    onWrite(++writes)
    if (fault === null || fault.kind === 'unreadable' || writes < fault.at) return null
    if (fault.kind === 'cut') {
      cut = true
      return fault.done ? 'dropped after' : 'dropped before'
    }
    return writes < fault.at + fault.times ? fault.kind : null
  }
}

const hasty = { retryPolicy: { attempts: 2, baseMs: 0, capMs: 0, totalMs: 60_000 } }

export const keeperEndpoint = async (): Promise<Endpoint> => {
  const keeper = await startKeeperEmulator()
  return {
    name: 'Keeper',
    open(plan) {
      const decide = judge(plan)
      keeper.setFaults(({ method }) => faultOf(decide(method)))
      return scimTargetTo(keeper, hasty).target
    },
    state: () => ({
      users: [...keeper.state.users.values()].map((user) => ({ ...user, id: scimId(user.id) })),
      groups: [...keeper.state.groups.values()].map((group) => ({
        ...group,
        id: scimId(group.id),
        members: new Set(
          [...keeper.state.users.values()]
            .filter(({ groups }) => groups.has(group.id))
            .map(({ id }) => scimId(id)),
        ),
      })),
    }),
    hold: (state) => holdInKeeper(keeper.state, state),
    close: () => keeper.close(),
  }
}

const faultOf = (verdict: Verdict): Fault | null => {
  if (verdict === null) return null
  if (verdict === 'dropped before') return { kind: 'drop-before' }
  if (verdict === 'dropped after') return { kind: 'drop-after' }
  return { kind: 'answer', status: verdict, headers: verdict === 429 ? { 'retry-after': '0' } : {} }
}

/** SCIMMY, for memberships through the group. */
export const scimmyEndpoint = async (): Promise<Endpoint> => {
  let decide = judge({ fault: null, onWrite: () => undefined })
  let verdict: Verdict = null
  const scimmy = await startScimmy({
    refuse(_, line) {
      verdict = decide(line.split(' ')[0] ?? '')
      if (verdict === 'dropped before') return 0
      return typeof verdict === 'number' ? verdict : null
    },
    dropAnswer: () => verdict === 'dropped after',
  })
  const text = (value: string | undefined): string => value ?? ''
  return {
    name: 'SCIMMY',
    open(plan) {
      decide = judge(plan)
      return scimTargetTo(scimmy, hasty).target
    },
    state: () => ({
      users: [...scimmy.users.values()].map(({ id, userName, displayName, externalId, active, name }) => ({
        id: scimId(id),
        externalId: externalId ?? null,
        userName: text(userName),
        displayName: text(displayName),
        givenName: text(name?.givenName),
        familyName: text(name?.familyName),
        active: active !== false,
      })),
      groups: [...scimmy.groups.values()].map(({ id, displayName, externalId, members }) => ({
        id: scimId(id),
        externalId: externalId ?? null,
        displayName: text(displayName),
        members: new Set((members ?? []).map(({ value }) => scimId(value))),
      })),
    }),
    hold({ users, groups }) {
      scimmy.users.clear()
      scimmy.groups.clear()
      for (const { externalId, givenName, familyName, ...user } of users)
        scimmy.users.set(user.id, {
          ...user,
          ...(externalId !== null && { externalId }),
          name: { givenName, familyName },
        })
      for (const { externalId, members, ...group } of groups)
        scimmy.groups.set(group.id, {
          ...group,
          ...(externalId !== null && { externalId }),
          members: [...members].map((value) => ({ value })),
        })
    },
    close: () => scimmy.close(),
  }
}

const codes: Readonly<Record<WriteFault['kind'], ErrorCode>> = {
  409: 'SCIM_CONFLICT',
  428: 'SCIM_NO_SEATS',
  429: 'SCIM_THROTTLED',
  503: 'SCIM_UNAVAILABLE',
  'dropped before': 'SCIM_UNREACHABLE',
  'dropped after': 'SCIM_UNREACHABLE',
}

/** Without a network: each write once, and no retries. */
export const memoryEndpoint = (side: 'user' | 'group'): Endpoint => {
  const memory = memoryTarget({ side, maxPerRequest: 2 })
  return {
    name: `memory, memberships through the ${side}`,
    open(plan) {
      const decide = judge(plan)
      const through = async <T>(method: string, send: () => Promise<T>): Promise<T> => {
        const verdict = decide(method)
        if (verdict === 'dropped after') await send()
        if (verdict !== null) throw new ScimPushError(codes[verdict], { message: `${verdict}` })
        return send()
      }
      return {
        ...memory,
        read: (signal) => through('GET', () => memory.read(signal)),
        createUser: (user, into) => through('POST', () => memory.createUser(user, into)),
        updateUser: (id, changes) => through('PATCH', () => memory.updateUser(id, changes)),
        deleteUser: (id) => through('DELETE', () => memory.deleteUser(id)),
        createGroup: (group) => through('POST', () => memory.createGroup(group)),
        updateGroup: (id, changes) => through('PATCH', () => memory.updateGroup(id, changes)),
        deleteGroup: (id) => through('DELETE', () => memory.deleteGroup(id)),
        changeMemberships: (change) => through('PATCH', () => memory.changeMemberships(change)),
      }
    },
    state() {
      const { users, groups } = memory.state()
      return { users, groups: groups.map((group) => ({ ...group, members: new Set(group.members) })) }
    },
    hold: memory.hold,
    close: () => Promise.resolve(),
  }
}
