import type { Command } from 'commander'
import { renderCheckJson, renderCheckText } from '../report/check.ts'
import { createSource, createTarget } from '../wiring.ts'
import { withCommonFlags, type CommonFlags } from './options.ts'
import { exitCodeOf } from '../report/exit-code.ts'
import { inSession, signalOf } from './session.ts'

/** `scim-push check` */
export const addCheck = (program: Command, stop: AbortSignal, end: (exitCode: number) => void): void => {
  withCommonFlags(program.command('check'))
    .description('try every connection, credential and right, without writing anything')
    .action(async (flags: CommonFlags) => {
      end(
        await inSession('check', flags, stop, async (session) => {
          const config = await session.loadConfig()
          const { log, onRequest } = session
          const source = await createSource(config.source, config.scope, { log, onRequest, stop })
          const target = await createTarget(config, { log, onRequest, stop })
          try {
            const [read, written] = await Promise.all([source.check(stop), target.check(stop)])
            const failed = [...read, ...written].some(({ level }) => level === 'error')
            const report = {
              config: config.name,
              exitCode: !failed
                ? 0
                : stop.aborted
                  ? exitCodeOf('interrupted', { signal: signalOf(stop) })
                  : 1,
              source: { description: source.description, findings: read },
              target: { description: target.description, findings: written },
            }
            await session.print(
              flags.output === 'json' ? renderCheckJson(report) : renderCheckText(report, session.colour),
            )
            return report.exitCode
          } finally {
            await Promise.all([source.close(), target.close()])
          }
        }),
      )
    })
}
