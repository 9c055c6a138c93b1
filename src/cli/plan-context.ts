import type { Config } from '../config/config.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { CarriedDocument } from '../kubernetes/carrier.ts'
import type { Cluster } from '../kubernetes/cluster.ts'
import { systemClock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Memory } from '../memory/memory.ts'
import type { PlanContext } from '../plan/context.ts'
import { approvalsOf } from './approvals.ts'
import { memoryOf } from './memory-of.ts'
import type { CommonFlags } from './options.ts'
import { identityOf, otherConfigOf } from './other-config.ts'

interface Place {
  readonly cluster: Cluster | null
  /** Whether a push would take the lock, and so knows who pushed before. */
  readonly lock: boolean
  readonly carried: CarriedDocument | null
  readonly origin: string
  readonly flags: Pick<CommonFlags, 'approve'>
  readonly log: Log
}

/** What a push would plan with beside both sides and the policy; the warnings are of its memory. Nothing is written. Never throws. */
export const planContextOf = async (
  config: Config,
  { cluster, lock, carried, origin, flags, log }: Place,
): Promise<{
  readonly context: PlanContext
  readonly warnings: readonly ScimPushError[]
  readonly memory: Memory | null
}> => {
  const identity = identityOf(origin, carried, config.name)
  const otherConfig =
    lock && cluster ? await otherConfigOf(cluster, { targetUrl: config.target.url, identity, log }) : null
  const now = systemClock.now()
  const memory = await memoryOf(config, { cluster, carried })
  const recalled = await memory?.recall(now)
  return {
    context: {
      otherConfig,
      approvals: approvalsOf(carried, flags),
      now,
      missing: recalled?.missing ?? new Map(),
    },
    warnings: recalled?.warnings ?? [],
    memory,
  }
}
