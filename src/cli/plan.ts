import type { CommonFlags } from './options.ts'
import { reconcile } from './reconcile.ts'
import { inSession } from './session.ts'

/** `scim-push plan` */
export const plan = (
  flags: CommonFlags & { readonly detailedExitcode?: boolean },
  stop: AbortSignal,
): Promise<number> =>
  inSession('plan', flags, stop, async (session) =>
    reconcile(session, await session.loadConfig(), {
      command: 'plan',
      dryRun: true,
      detailedExitCode: flags.detailedExitcode ?? false,
    }),
  )
