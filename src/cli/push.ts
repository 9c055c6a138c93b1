import { inSession } from './in-session.ts'
import { observing } from './observing.ts'
import type { PushFlags } from './options.ts'
import { runAll } from './run-all.ts'

/** `scim-push push` */
export const push = async (flags: PushFlags, stop: AbortSignal): Promise<number> => {
  const observed = await observing(flags)
  return inSession(
    'push',
    flags,
    stop,
    (session) =>
      observed.during(session, () =>
        runAll(
          session,
          { command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false },
          observed,
        ),
      ),
    observed.onRequest,
  )
}
