import type { Command } from 'commander'
import { withCommonFlags, type CommonFlags } from './options.ts'
import { reconcile } from './reconcile.ts'
import { inSession } from './session.ts'

/** `scim-push push` */
export const addPush = (program: Command, stop: AbortSignal, end: (exitCode: number) => void): void => {
  withCommonFlags(program.command('push', { isDefault: true }))
    .description('make the target hold what the source says, once')
    .option('--dry-run', 'plan and report, but write nothing')
    .action(async (flags: CommonFlags & { readonly dryRun?: boolean }) => {
      end(
        await inSession(flags, stop, async (session) => {
          const config = await session.loadConfig({ dryRun: flags.dryRun ?? false })
          if (config.suspend) {
            await session.print('Suspended: spec.suspend is true, so nothing was read or written.\n')
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
