import type { PushgatewayFlags } from '../config/pushgateway.ts'
import { inSession } from './in-session.ts'
import { observing } from './observing.ts'
import type { PushFlags } from './options.ts'
import { openPushing } from './pushing.ts'
import type { How } from './reconcile.ts'
import { runAll } from './run-all.ts'

/** `scim-push push` */
export const push = (flags: PushFlags & PushgatewayFlags, stop: AbortSignal): Promise<number> =>
  pushAs('push', flags, stop, () =>
    Promise.resolve({ command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false }),
  )

/** A command that writes once, with all that is seen of it meanwhile and afterwards. */
export const pushAs = async (
  name: 'push' | 'apply',
  flags: PushFlags & PushgatewayFlags,
  stop: AbortSignal,
  howOf: () => Promise<How>,
): Promise<number> => {
  const observed = await observing(flags)
  return inSession(
    name,
    flags,
    stop,
    async (session) => {
      const how = await howOf()
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
