import { renderCheckJson, renderCheckText } from '../report/check.ts'
import { exitCodeOf } from '../report/exit-code.ts'
import { createSource, createTarget } from '../wiring.ts'
import type { CommonFlags } from './options.ts'
import { inSession, signalOf } from './session.ts'

/** `scim-push check` */
export const check = (flags: CommonFlags, stop: AbortSignal): Promise<number> =>
  inSession('check', flags, stop, async (session) => {
    const config = await session.loadConfig()
    const { log, onRequest } = session
    const source = await createSource(config.source, config.scope, { log, onRequest, stop })
    const target = await createTarget(config, { log, onRequest, stop })
    try {
      const [read, written] = await Promise.all([source.check(stop), target.check(stop)])
      const failed = [...read, ...written].some(({ level }) => level === 'error')
      const ended = stop.aborted ? exitCodeOf('interrupted', { signal: signalOf(stop) }) : 1
      const report = {
        config: config.name,
        exitCode: failed ? ended : 0,
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
  })
