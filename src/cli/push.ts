import type { PushFlags } from './options.ts'
import { runAll } from './run-all.ts'
import { inSession } from './in-session.ts'

/** `scim-push push` */
export const push = (flags: PushFlags, stop: AbortSignal): Promise<number> =>
  inSession('push', flags, stop, (session) =>
    runAll(session, { command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false }),
  )
