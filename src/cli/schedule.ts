import { Cron } from 'croner'
import { ScimPushError } from '../errors/error.ts'
import type { Clock } from '../lib/clock.ts'
import type { ScheduleFlags } from './options.ts'

/** When to run. */
export interface Schedule {
  /** The first time, and the one after a run that has just ended. */
  next(now: Date, first: boolean): Date
}

/** Of the time until a run, so that two runs never change places; and no more than half a minute. */
const JITTER_PART = 0.1
const JITTER_MS = 30_000

/**
 * A run begins a little later than the schedule says: many installations have the same one, and the services that they ask would
 * hear all of them in one second. The very first run of an interval is at once.
 * @param random 0 ≤ random() < 1
 * @throws ScimPushError CONFIG_…
 */
export const parseSchedule = (flags: ScheduleFlags, random: () => number): Schedule => {
  const schedule = parsePlain(flags)
  return {
    next(now, first) {
      const at = schedule.next(now, first).getTime()
      const most = flags.jitter ?? Math.min(JITTER_MS, (at - now.getTime()) * JITTER_PART)
      return new Date(at + (at > now.getTime() ? Math.floor(random() * most) : 0))
    },
  }
}

const parsePlain = ({ schedule, timeZone, interval }: ScheduleFlags): Schedule => {
  if (schedule === undefined && interval === undefined)
    throw wrong('CONFIG_MISSING', '--schedule', 'neither --schedule nor --interval says when to run')
  if (schedule !== undefined && interval !== undefined)
    throw wrong('CONFIG_CONFLICT', '--interval', '--schedule and --interval exclude each other')
  if (interval !== undefined)
    return { next: (now, first) => (first ? now : new Date(now.getTime() + interval)) }
  return cronSchedule(schedule ?? '', timeZone)
}

const cronSchedule = (pattern: string, timeZone: string | undefined): Schedule => {
  const options = {
    paused: true,
    // It would also take seconds and years: a run every few seconds is no schedule, and cron itself knows neither.
    mode: '5-part',
    ...(timeZone !== undefined && { timezone: timeZone }),
  } as const
  const nextOf = (now: Date): Date | null => {
    try {
      // It would also take a date, which comes once.
      if (pattern.includes(':')) throw new TypeError('a date')
      return new Cron(pattern, options).nextRun(now)
    } catch (cause) {
      const isZone = timeZone !== undefined && !isTimeZone(timeZone)
      throw isZone
        ? wrong('CONFIG_WRONG_VALUE', '--time-zone', `${timeZone} is no time zone that is known here`, cause)
        : wrong('CONFIG_WRONG_VALUE', '--schedule', `${pattern} is no cron expression of five fields`, cause)
    }
  }
  const never = wrong('CONFIG_WRONG_VALUE', '--schedule', `${pattern} never comes`)
  if (!nextOf(new Date())) throw never
  return {
    next: (now) => {
      const at = nextOf(now)
      if (!at) throw never
      return at
    },
  }
}

const wrong = (
  code: 'CONFIG_MISSING' | 'CONFIG_CONFLICT' | 'CONFIG_WRONG_VALUE',
  where: string,
  message: string,
  cause?: unknown,
): ScimPushError =>
  new ScimPushError(code, {
    message,
    where,
    remedy:
      'Give --schedule a cron expression of five fields such as "17 * * * *", or --interval a duration such as 15m.',
    cause,
  })

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** Short enough that a clock that was set, or a machine that slept, is soon noticed; a timer has no more than 24 days anyway. */
const STEP_MS = 30_000

/** Waits until then; false when it was told to stop before. */
export const waitUntil = async (at: Date, clock: Clock, stop: AbortSignal): Promise<boolean> => {
  for (;;) {
    const left = at.getTime() - clock.now()
    if (stop.aborted) return false
    if (left <= 0) return true
    try {
      await clock.sleep(Math.min(left, STEP_MS), stop)
    } catch {
      return false
    }
  }
}
