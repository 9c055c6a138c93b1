import { digestOfCompany } from './company.ts'
import type { Seen } from './emulator.ts'
import { startEmulator, type RunningEmulator } from './emulators.ts'
import { measure, type Command, type Cost } from './process.ts'
import { workloads, type Case, type Conditions } from './workload.ts'

export interface Measurement extends Cost {
  readonly target: Seen
  /** Null where the source is a file. */
  readonly google: Seen | null
}

/**
 * Runs one program once, against emulators that are started for it and hold what the workload begins with.
 * @throws Error when it ends with anything but 0, or the target does not hold in the end what it should
 */
export const runCase = async (
  { workload, source, size, bulk }: Case,
  conditions: Conditions,
  command: (env: Command['env']) => Command,
): Promise<Measurement> => {
  const states = workloads[workload]
  const running: RunningEmulator[] = []
  const start = async (system: 'keeper' | 'google', state: (typeof states)['target' | 'source']) => {
    const emulator = await startEmulator({ system, size, state, bulk, ...conditions })
    running.push(emulator)
    return emulator
  }
  try {
    const keeper = await start('keeper', states.target)
    const google = source === 'google' ? await start('google', states.source) : null
    const cost = await measure(command({ ...keeper.env, ...google?.env }))
    const target = await keeper.seen()
    const wanted = digestOfCompany(size, states.source)
    if (target.digest !== wanted)
      throw new Error(
        `${workload} from ${source}: the target is in another state at the end:\n${cost.output}`,
      )
    return { ...cost, target, google: (await google?.seen()) ?? null }
  } finally {
    for (const emulator of running) await emulator.stop()
  }
}
