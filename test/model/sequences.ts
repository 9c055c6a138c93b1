import fc from 'fast-check'
import type { Command } from './command.ts'
import { configCommands } from './config-commands.ts'
import { runCommands } from './run-commands.ts'
import { sourceCommands } from './source-commands.ts'
import { settle, startModel, type System } from './system.ts'
import { targetCommands } from './target-commands.ts'

/** Fixed, so that every machine tries the same sequences; another one tries others. */
export const seed = Number(process.env['MODEL_SEED'] ?? 20261125)

/** How many sequences are tried where a test asks for so many: MODEL_FACTOR times as many. */
export const sequencesOf = (share: number): number =>
  Math.ceil(share * Number(process.env['MODEL_FACTOR'] ?? 1))

const [pushes, days, oblivion, approvals] = runCommands
const weighted = (weight: number, arbitraries: readonly fc.Arbitrary<Command>[]) => ({
  weight,
  arbitrary: fc.oneof(...arbitraries),
})
const anyCommand = fc.oneof(
  weighted(16, sourceCommands),
  weighted(8, targetCommands),
  weighted(4, configCommands),
  weighted(14, [pushes!]),
  weighted(4, [days!]),
  weighted(1, [oblivion!]),
  weighted(2, [approvals!]),
)

/**
 * Tries random sequences on a system, each from a new company and an empty target on, and lets each end well.
 * @returns how many were tried
 * @throws the shortest sequence that breaks a promise, and which
 */
export const trySequences = async (system: System, share: number, offset: number): Promise<number> => {
  let tried = 0
  await fc.assert(
    fc.asyncProperty(fc.commands([anyCommand], { maxCommands: 30, size: 'max' }), async (commands) => {
      tried++
      const model = startModel(system)
      await fc.asyncModelRun(() => ({ model, real: system }), commands)
      await settle(model, system)
    }),
    { seed: seed + offset, numRuns: sequencesOf(share) },
  )
  return tried
}
