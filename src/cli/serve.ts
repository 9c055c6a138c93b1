import { ScimPushError } from '../errors/error.ts'
import { toScimPushError } from '../errors/wrap.ts'
import { systemClock } from '../lib/clock.ts'
import { exitCodeOf, resultOfFailure } from '../report/exit-code.ts'
import { reportWithoutRun } from '../report/no-run.ts'
import { exitCodeOfError, inSession, signalOf } from './in-session.ts'
import { observing, type Observing } from './observing.ts'
import type { PushFlags, ScheduleFlags } from './options.ts'
import { prepare } from './prepare.ts'
import { tellError } from './print-error.ts'
import { runAll } from './run-all.ts'
import { parseSchedule, waitUntil } from './schedule.ts'
import type { Session } from './session.ts'
import { findWork } from './work.ts'

type ServeFlags = PushFlags & ScheduleFlags

/**
 * `scim-push serve`: push by push, one at a time, until a signal. What goes wrong in one is told, and the next one tries again: a
 * directory that is away for an hour must not need somebody to start it anew.
 */
export const serve = async (flags: ServeFlags, stop: AbortSignal): Promise<number> => {
  const observed = await observing(flags)
  return inSession(
    'serve',
    flags,
    stop,
    (session) => {
      const schedule = parseSchedule(flags, Math.random)
      return observed.during(session, async () => {
        await look(session, observed)
        for (let first = true; !stop.aborted; first = false) {
          const at = schedule.next(new Date(systemClock.now()), first)
          observed.onNextRun(at)
          session.log.info('next run', { at: at.toISOString() })
          if (!(await waitUntil(at, systemClock, stop))) break
          observed.onNextRun(null)
          await round({ ...session, ...session.nextRun() }, observed)
        }
        return exitCodeOf('interrupted', { signal: signalOf(stop) })
      })
    },
    observed.onRequest,
  )
}

/** The first run may be an hour away: what is wrong with the configuration is said at once. */
const look = async (session: Session<ServeFlags>, observed: Observing): Promise<void> => {
  try {
    const { tasks } = await findWork(session.flags, session.stop)
    const errors = (await prepare(session, tasks, {}))
      .map(({ config }) => config)
      .filter((config) => config instanceof ScimPushError)
    for (const error of errors) tellError('serve', error, session)
    observed.onChecked(errors.length === 0)
  } catch (cause) {
    tellError('serve', toScimPushError(cause), session)
  }
}

const round = async (session: Session<ServeFlags>, observed: Observing): Promise<void> => {
  const { flags, stop, runId } = session
  try {
    const how = { command: 'push', dryRun: flags.dryRun ?? false, detailedExitCode: false } as const
    await runAll(session, how, observed)
  } catch (cause) {
    const error = toScimPushError(cause)
    tellError('serve', error, session)
    observed.onFailedRound(
      reportWithoutRun({
        runId,
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
