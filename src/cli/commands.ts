import type { Command } from 'commander'
import type { PushgatewayFlags } from '../config/pushgateway.ts'
import {
  reportOutputs,
  withApproveFlag,
  withClusterFlags,
  withCommonFlags,
  withListenFlag,
  withLockFlag,
  withOutputFlags,
  withScheduleFlags,
  type ClusterFlags,
  type CommonFlags,
  type OutputFlags,
  type PushFlags,
  type ScheduleFlags,
} from './options.ts'
import { withoutPushgateway, withPushgatewayFlags } from './pushgateway-options.ts'
import { versionLine } from './version.ts'

/** Adds every command with its flags. What a command does is loaded when it runs, so that help and version answer at once. */
export const addCommands = (program: Command, stop: AbortSignal, end: (exitCode: number) => void): void => {
  withPushFlags(program.command('push'))
    .description('make the target hold what the source says, once; the default')
    .option('--dry-run', 'plan and report, but write nothing')
    .action(async (flags: PushFlags & PushgatewayFlags) => {
      const { push } = await import('./push.ts')
      end(await push(flags, stop))
    })
  withoutPushgateway(withApproveFlag(withCommonFlags(program.command('plan'), reportOutputs)), {
    advice: 'plan leaves no trace',
    env: false,
  })
    .description('show what push would do, and write nothing')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .action(async (flags: CommonFlags & { readonly detailedExitcode?: boolean }) => {
      const { plan } = await import('./plan.ts')
      end(await plan(flags, stop))
    })
  withPushFlags(program.command('apply'))
    .description(
      'carry out a plan that was saved and looked at, or nothing when either side has changed since',
    )
    .argument('<plan>', 'the file that plan --output json --output-file wrote')
    .action(async (file: string, flags: PushFlags & PushgatewayFlags) => {
      const { apply } = await import('./apply.ts')
      end(await apply(file, flags, stop))
    })
  withCommonFlags(program.command('check'))
    .description('try every connection, credential and right, without writing anything')
    .action(async (flags: CommonFlags) => {
      const { check } = await import('./check.ts')
      end(await check(flags, stop))
    })
  withCommonFlags(program.command('explain'))
    .description('why a person has or lacks access: what both sides say, and what push would do')
    .argument('<user>', 'an email, a login, a DN, or an id of either side')
    .action(async (user: string, flags: CommonFlags) => {
      const { explain } = await import('./explain.ts')
      end(await explain(user, flags, stop))
    })
  withoutPushgateway(
    withScheduleFlags(
      withListenFlag(withLockFlag(withApproveFlag(withCommonFlags(program.command('serve'))))),
    ),
    // A variable counts as well: whoever sets it for serve waits for metrics that never come.
    { advice: 'serve stays to be scraped, with --listen', env: true },
  )
    .description('push again and again, on a schedule, and show how it goes over HTTP')
    .option('--dry-run', 'plan and report, but write nothing')
    .action(async (flags: PushFlags & ScheduleFlags) => {
      const { serve } = await import('./serve.ts')
      end(await serve(flags, stop))
    })
  withOutputFlags(withClusterFlags(program.command('list'), 'only those with these labels'))
    .description('list the SyncConfigs of a namespace, and how they are')
    .action(async (flags: OutputFlags & ClusterFlags) => {
      const { list } = await import('./list.ts')
      end(await list(flags, stop))
    })
  program
    .command('demo')
    .description('the whole way, against emulators of Google Workspace and Keeper inside this process')
    .action(async () => {
      const { demo } = await import('./demo.ts')
      end(await demo(stop))
    })
  program
    .command('version')
    .description('print the version')
    .action(() => {
      process.stdout.write(`${versionLine}\n`)
    })
}

const withPushFlags = (command: Command): Command =>
  withPushgatewayFlags(withListenFlag(withLockFlag(withApproveFlag(withCommonFlags(command, reportOutputs)))))
