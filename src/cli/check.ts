import type { Config } from '../config/config.ts'
import { ScimPushError } from '../errors/error.ts'
import { renderCheckJson, renderChecksJson, renderCheckText } from '../report/check.ts'
import { exitCodeOf, worstOf } from '../report/exit-code.ts'
import type { CheckReport } from '../report/report.ts'
import { createSource, createTarget } from '../wiring.ts'
import type { CommonFlags } from './options.ts'
import { prepare, type Prepared } from './prepare.ts'
import { printError } from './print-error.ts'
import { exitCodeOfError, inSession, signalOf } from './in-session.ts'
import type { Session } from './session.ts'
import { findWork } from './work.ts'

/** `scim-push check` */
export const check = (flags: CommonFlags, stop: AbortSignal): Promise<number> =>
  inSession('check', flags, stop, async (session) => {
    const work = await findWork(flags)
    const reports: CheckReport[] = []
    for (const one of await prepare(session, work.tasks, {})) {
      if (!work.several && one.config instanceof ScimPushError) {
        const exitCode = exitCodeOfError(one.config, stop)
        await printError('check', one.config, exitCode, session)
        return exitCode
      }
      const report = await checkOne(one, stop)
      reports.push(report)
      if (flags.output === 'text') await session.print(renderCheckText(report, session.colour))
      else if (flags.output === 'json' && !work.several) await session.print(renderCheckJson(report))
    }
    const exitCode = worstOf(reports.map((report) => report.exitCode))
    if (work.several && flags.output === 'json') await session.print(renderChecksJson(reports, exitCode))
    return exitCode
  })

const checkOne = async (one: Prepared, stop: AbortSignal): Promise<CheckReport> => {
  const { config, origin } = one
  if (!(config instanceof ScimPushError)) return checkBoth(config, one.context, stop)
  const { code, message, remedy } = config
  const finding = { level: 'error', check: 'config', message: `${code}: ${message}`, remedy } as const
  return {
    config: origin,
    exitCode: exitCodeOfError(config, stop),
    source: { description: 'not tried', findings: [finding] },
    target: { description: 'not tried', findings: [] },
  }
}

const checkBoth = async (
  config: Config,
  { log, onRequest }: Pick<Session, 'log' | 'onRequest'>,
  stop: AbortSignal,
): Promise<CheckReport> => {
  const source = await createSource(config.source, config.scope, { log, onRequest, stop })
  const target = await createTarget(config, { log, onRequest, stop })
  try {
    const [read, written] = await Promise.all([source.check(stop), target.check(stop)])
    const failed = [...read, ...written].some(({ level }) => level === 'error')
    const ended = stop.aborted ? exitCodeOf('interrupted', { signal: signalOf(stop) }) : 1
    return {
      config: config.name,
      exitCode: failed ? ended : 0,
      source: { description: source.description, findings: read },
      target: { description: target.description, findings: written },
    }
  } finally {
    await Promise.all([source.close(), target.close()])
  }
}
