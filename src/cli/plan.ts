import type { CommonFlags } from './options.ts'
import { runAll } from './run-all.ts'
import { inSession } from './in-session.ts'

/** `scim-push plan` */
export const plan = (
  flags: CommonFlags & { readonly detailedExitcode?: boolean },
  stop: AbortSignal,
): Promise<number> =>
  inSession('plan', flags, stop, (session) =>
    runAll(
      session,
      { command: 'plan', dryRun: true, detailedExitCode: flags.detailedExitcode ?? false },
      { onReport: () => undefined, onRound: () => undefined },
    ),
  )
