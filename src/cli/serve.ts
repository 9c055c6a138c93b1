import { toScimPushError } from '../errors/wrap.ts'
import { systemClock } from '../lib/clock.ts'
import { exitCodeOf, resultOfFailure } from '../report/exit-code.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { exitCodeOfError, inSession, signalOf } from './in-session.ts'
import { observing } from './observing.ts'
import type { PushFlags, ScheduleFlags } from './options.ts'
import { tellError } from './print-error.ts'
import { runAll } from './run-all.ts'
import { parseSchedule, waitUntil } from './schedule.ts'

/**
 * `scim-push serve`: push by push, one at a time, until a signal. What goes wrong in one is told, and the next one tries again: a
 * directory that is away for an hour must not need somebody to start it anew.
 */
export const serve = async (flags: PushFlags & ScheduleFlags, stop: AbortSignal): Promise<number> => {
  const observed = await observing(flags)
  return inSession(
    'serve',
    flags,
    stop,
    (session) => {
      const schedule = parseSchedule(flags)
      return observed.during(session, async () => {
        for (let first = true; ; first = false) {
          const at = schedule.next(new Date(systemClock.now()), first)
          observed.onNextRun(at)
          session.log.info('next run', { at: at.toISOString() })
          if (!(await waitUntil(at, systemClock, stop))) break
          observed.onNextRun(null)
          const how = { command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false } as const
          const run = first ? session : { ...session, ...session.nextRun() }
          try {
            await runAll(run, how, observed.onReport)
          } catch (cause) {
            const error = toScimPushError(cause)
            tellError('serve', error, run)
            observed.onReport(
              reportWithoutRun({
                runId: run.runId,
                config: flags.selector ?? flags.config.join(','),
                command: 'push',
                result: resultOfFailure(error.failure),
                exitCode: exitCodeOfError(error, stop),
                at: new Date(systemClock.now()),
                error,
              }),
            )
          }
        }
        return exitCodeOf('interrupted', { signal: signalOf(stop) })
      })
    },
    observed.onRequest,
  )
}
