import { reportWithoutRun } from '../report/no-run.ts'
import type { CommonFlags } from './options.ts'
import { printReport, reconcile } from './reconcile.ts'
import { inSession } from './session.ts'

/** `scim-push push` */
export const push = (
  flags: CommonFlags & { readonly dryRun?: boolean },
  stop: AbortSignal,
): Promise<number> =>
  inSession('push', flags, stop, async (session) => {
    const config = await session.loadConfig({ dryRun: flags.dryRun ?? false })
    if (config.suspend) {
      const report = reportWithoutRun({
        runId: session.runId,
        config: config.name,
        command: 'push',
        result: 'suspended',
        exitCode: 0,
        at: new Date(),
        error: null,
      })
      await printReport(session, report)
      return 0
    }
    return reconcile(session, config, { command: 'push', dryRun: config.dryRun, detailedExitCode: false })
  })
