import type { Command } from 'commander'
import { withCommonFlags, type CommonFlags } from './options.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { printReport, reconcile } from './reconcile.ts'
import { inSession } from './session.ts'

/** `scim-push push` */
export const addPush = (program: Command, stop: AbortSignal, end: (exitCode: number) => void): void => {
  withCommonFlags(program.command('push'))
    .description('make the target hold what the source says, once; the default')
    .option('--dry-run', 'plan and report, but write nothing')
    .action(async (flags: CommonFlags & { readonly dryRun?: boolean }) => {
      end(
        await inSession('push', flags, stop, async (session) => {
          const config = await session.loadConfig({ dryRun: flags.dryRun ?? false })
          if (config.suspend) {
            const { runId } = session
            const report = reportWithoutRun({
              runId,
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
          return reconcile(session, config, {
            command: 'push',
            dryRun: config.dryRun,
            detailedExitCode: false,
          })
        }),
      )
    })
}
