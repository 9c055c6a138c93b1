import type fc from 'fast-check'
import type { Model, System } from './system.ts'

export type Command = fc.AsyncCommand<Model, System>

/** A step of a sequence, with the words that a counterexample calls it by. */
export const command = (
  label: string,
  possible: (model: Model) => boolean,
  effect: (model: Model, system: System) => void | Promise<void>,
): Command => ({
  check: (model) => possible(model),
  run: async (model, system) => effect(model, system),
  toString: () => label,
})

// Few names and keys, so that entries meet, collide, and change hands.
export const emails = ['ann', 'bob', 'cat', 'dan', 'eve', 'ANN'].map((name) => `${name}@corp.example`)
export const names = ['Dev', 'Ops', 'Interns', 'Sales', 'DEV'] as const
export const personKeys = ['p1', 'p2', 'p3', 'p4', 'p5', 'p6'] as const
export const teamKeys = ['g0', 'g1', 'g2', 'g3', 'g4', 'g5'] as const
