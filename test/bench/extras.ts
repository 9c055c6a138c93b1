import { builtProgram, oursWith, ourPush } from './ours.ts'
import { planningCpuMs } from './planning.ts'
import { measure } from './process.ts'
import { writeRecords } from './records.ts'
import { median } from './result.ts'
import { runCase } from './run-case.ts'
import type { Extras } from './targets.ts'
import { sizeOf } from './workload.ts'

const WITHOUT_LATENCY = { latencyMs: 0, bulkOperationMs: 0, atOnce: 64 }

/** How long it takes when there is nothing to do. */
export const measureExtras = async (runs: number, recordsFile: string): Promise<Extras> => {
  const main = await builtProgram()
  const size = sizeOf(100)
  await writeRecords(recordsFile, size, 'before')
  const times = async (one: () => Promise<{ readonly wallMs: number }>): Promise<number> => {
    const walls: number[] = []
    for (let run = 0; run < runs; run++) walls.push((await one()).wallMs)
    return median(walls)
  }
  return {
    versionMs: await times(() => measure(oursWith(main, ['version'], {}))),
    smallPushMs: await times(() =>
      runCase({ workload: 'W2', source: 'records', size, bulk: false }, WITHOUT_LATENCY, (env) =>
        ourPush(main, 'records', recordsFile, env),
      ),
    ),
    planningMs: median(
      Array.from({ length: runs }, () =>
        Math.max(planningCpuMs(sizeOf(100_000), 'W1'), planningCpuMs(sizeOf(100_000), 'W3')),
      ),
    ),
  }
}
