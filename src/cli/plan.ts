import type { Command } from 'commander'
import { withCommonFlags, type CommonFlags } from './options.ts'
import { reconcile } from './reconcile.ts'
import { inSession } from './session.ts'

/** `scim-push plan` */
export const addPlan = (program: Command, stop: AbortSignal, end: (exitCode: number) => void): void => {
  withCommonFlags(program.command('plan'))
    .description('show what push would do, and write nothing')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action(async (flags: CommonFlags & { readonly detailedExitcode?: boolean }) => {
      end(
        await inSession('plan', flags, stop, async (session) =>
          reconcile(session, await session.loadConfig(), {
            command: 'plan',
            dryRun: true,
            detailedExitCode: flags.detailedExitcode ?? false,
          }),
        ),
      )
    })
}
