import type { CommonFlags } from './options.ts'
import { noProgress } from '../lib/progress.ts'
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
      { onBegin: () => noProgress, onReport: () => undefined, onRound: () => undefined },
    ),
  )
