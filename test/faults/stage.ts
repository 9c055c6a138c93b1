import { isDeepStrictEqual } from 'node:util'
import type { KeyPair } from '../../src/emulators/google/service-account.ts'
import type { Played } from './assert-cell.ts'
import type { FaultId } from './faults.ts'
import { heldBy, type Held } from './held.ts'
import { startWorld, type Setting, type World } from './world.ts'

interface Result extends Played {
  /** How long the run waited, in ms of its own clock. */
  readonly slept: number
}

/** What a cell is about, put into a world; what it gives back tells how often the fault hit. */
export type Inject = (world: World) => () => number

export interface Stage<C> {
  /** A push that meets the fault, and another one that meets none. One at a time. */
  play(cell: C): Promise<Result>
  close(): Promise<void>
}

interface Ready {
  readonly world: World
  /** Puts everything back to where the faulty run begins. */
  readonly restore: () => void
  readonly undisturbed: Held
}

/** The worlds in which cells are played, each made once. */
export const createStage = <C extends { readonly fault: FaultId }>(
  keyPair: KeyPair,
  {
    settingOf,
    change,
    inject,
  }: {
    readonly settingOf: (cell: C) => Setting
    /** What is new at the source since both sides agreed. */
    readonly change: (world: World, setting: Setting) => void
    readonly inject: (cell: C) => Inject
  },
): Stage<C> => {
  const worlds = new Map<string, Promise<Ready>>()
  const readyFor = (setting: Setting): Promise<Ready> => {
    const key = JSON.stringify(setting)
    const making =
      worlds.get(key) ??
      prepare(keyPair, setting, (world) => {
        change(world, setting)
      })
    worlds.set(key, making)
    return making
  }
  return {
    play: async (cell) => playIn(await readyFor(settingOf(cell)), inject(cell), cell.fault),
    close: async () => {
      for (const making of worlds.values()) await (await making).world.close()
    },
  }
}

/** Both sides agreed, and the source has changed since; and what comes of a push without a fault. */
const prepare = async (
  keyPair: KeyPair,
  setting: Setting,
  change: (world: World) => void,
): Promise<Ready> => {
  const world = await startWorld(keyPair, setting)
  await clean(world)
  change(world)
  const restore = world.remember()
  await clean(world)
  return { world, restore, undisturbed: heldBy(world.keeper.state) }
}

const clean = async (world: World): Promise<void> => {
  const { exitCode, error } = await world.push()
  if (exitCode !== 0) throw new Error(`a push without a fault ended with ${exitCode}`, { cause: error })
}

/** How long an answer may take where the cell is about one that takes too long. */
const SHORT_MS = 300

const playIn = async (
  { world, restore, undisturbed }: Ready,
  inject: Inject,
  fault: FaultId,
): Promise<Result> => {
  restore()
  world.google.revokeTokens()
  const before = heldBy(world.keeper.state)
  const slept = world.clock.slept()
  const hits = inject(world)
  const report = await world.push(fault === 'timeout' || fault === 'drip' ? SHORT_MS : null)
  const after = heldBy(world.keeper.state)
  const waited = world.clock.slept() - slept
  world.google.setFaults(null)
  world.keeper.setFaults(null)
  world.keeper.setOperationFaults(null)
  await Promise.all([world.google.setListening(true), world.keeper.setListening(true)])
  world.expire('google', false)
  world.expire('scim', false)
  // From where it began, or ended, a run without a fault has been already.
  const known = isDeepStrictEqual(after, before) || isDeepStrictEqual(after, undisturbed)
  if (!known) await clean(world)
  const healed = known ? undisturbed : heldBy(world.keeper.state)
  return { report, before, after, undisturbed, healed, hits: hits(), slept: waited }
}
