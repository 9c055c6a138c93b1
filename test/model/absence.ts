import { systemClock, type Clock } from '../../src/lib/clock.ts'
import { createMemory, type Memory } from '../../src/memory/memory.ts'
import type { TargetState } from '../../src/model/target-state.ts'
import { heldStore } from '../fixtures/memory-store.ts'
import type { Wanted } from './company.ts'
import { peopleOf } from './promises.ts'

const DAY = 24 * 60 * 60 * 1000

/** Days that pass, and for how many of them an account has had no owner: in truth, and in the program's memory. */
export interface Absence {
  readonly clock: Clock
  readonly memory: Memory
  pass(days: number): void
  /** The program's memory is lost. */
  forget(): void
  /** At the begin of a run: whose owner is gone in truth. */
  look(state: TargetState, wanted: Wanted): void
  /** After a run that saw and remembered all there is: whose owner is back. */
  remember(state: TargetState, wanted: Wanted): void
  readonly missingDays: (id: string) => number
}

export const startAbsence = (): Absence => {
  const { store, state: held } = heldStore()
  const since = new Map<string, number>()
  let now = Date.UTC(2026, 0, 1)
  return {
    clock: { ...systemClock, now: () => now },
    memory: createMemory(store, 'model'),
    pass: (days) => void (now += days * DAY),
    forget: () => void (held.kept = { kind: 'none' }),
    look(state, wanted) {
      for (const user of state.users)
        if (peopleOf(user, state, wanted).length === 0 && !since.has(user.id)) since.set(user.id, now)
    },
    remember(state, wanted) {
      for (const user of state.users) if (peopleOf(user, state, wanted).length > 0) since.delete(user.id)
    },
    missingDays: (id) => (now - (since.get(id) ?? now)) / DAY,
  }
}
