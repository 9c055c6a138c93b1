import type { PushgatewayFlags } from '../config/pushgateway.ts'
import { inSession } from './in-session.ts'
import { observing } from './observing.ts'
import type { PushFlags } from './options.ts'
import { openPushing } from './pushing.ts'
import { runAll } from './run-all.ts'

/** `scim-push push` */
export const push = async (flags: PushFlags & PushgatewayFlags, stop: AbortSignal): Promise<number> => {
  const observed = await observing(flags)
  return inSession(
    'push',
    flags,
    stop,
    async (session) => {
      const how = { command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false } as const
      const pushing = await openPushing(session)
      try {
        return await observed.during(session, () =>
          runAll(session, how, { ...observed, onPosted: pushing.onPosted }),
        )
      } finally {
        await pushing.close()
      }
    },
    observed.onRequest,
  )
}
