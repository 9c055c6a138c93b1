import { describe, expect, test } from 'vitest'
import { manualClock } from '../../test/fixtures/manual-clock.ts'
import { parseSchedule, waitUntil } from './schedule.ts'

const at = (text: string) => new Date(text)
const onTime = () => 0

describe('when to run', () => {
  test.each([
    ['every half hour', '*/30 * * * *', 'UTC', '2026-03-28T12:10:00Z', '2026-03-28T12:30:00Z'],
    ['in the zone', '0 6 * * *', 'Europe/Berlin', '2026-01-05T12:00:00Z', '2026-01-06T05:00:00Z'],
    ['in summer', '0 6 * * *', 'Europe/Berlin', '2026-07-05T12:00:00Z', '2026-07-06T04:00:00Z'],
    [
      'in the hour that is left out',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00Z',
    ],
    ['a nickname', '@daily', 'UTC', '2026-01-01T10:00:00Z', '2026-01-02T00:00:00Z'],
    ['days by name', '0 9 * * MON-FRI', 'UTC', '2026-01-02T10:00:00Z', '2026-01-05T09:00:00Z'],
    [
      'on the dot: the next one, not the same again',
      '0 * * * *',
      'UTC',
      '2026-01-01T10:00:00Z',
      '2026-01-01T11:00:00Z',
    ],
  ])('%s', (_, schedule, timeZone, now, expected) => {
    expect(parseSchedule({ schedule, timeZone }, onTime).next(at(now), true)).toEqual(at(expected))
  })

  test('by interval: at once, then so long after each run', () => {
    const schedule = parseSchedule({ interval: 90_000 }, onTime)
    expect(schedule.next(at('2026-01-01T00:00:00Z'), true)).toEqual(at('2026-01-01T00:00:00Z'))
    expect(schedule.next(at('2026-01-01T00:00:00Z'), false)).toEqual(at('2026-01-01T00:01:30Z'))
  })

  test.each([
    ['nothing', {}, 'CONFIG_MISSING', '--schedule'],
    ['both', { schedule: '* * * * *', interval: 1000 }, 'CONFIG_CONFLICT', '--interval'],
    ['no cron expression', { schedule: 'hourly' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['every 5 s, in six fields', { schedule: '*/5 * * * * *' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['seven fields', { schedule: '0 0 6 * * * 2099' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['a date', { schedule: '2099-01-01T06:00:00' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['a nickname that is none', { schedule: '@often' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['a minute that is none', { schedule: '61 * * * *' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    ['a day that never comes', { schedule: '0 0 30 2 *' }, 'CONFIG_WRONG_VALUE', '--schedule'],
    [
      'a zone that is none',
      { schedule: '0 * * * *', timeZone: 'Mars/Olympus' },
      'CONFIG_WRONG_VALUE',
      '--time-zone',
    ],
  ])('%s is refused', (_, flags, code, where) => {
    expect(() => parseSchedule(flags, onTime)).toThrow(
      expect.objectContaining({ code, where, failure: 'config' }) as Error,
    )
  })
})

describe('jitter', () => {
  const now = at('2026-01-01T00:00:10Z')
  const late = () => 0.999999999

  test.each([
    ['a tenth of the wait', { interval: 60_000 }, late, '2026-01-01T00:01:15.999Z'],
    ['some of it', { interval: 60_000 }, () => 0.5, '2026-01-01T00:01:13Z'],
    ['no more than half a minute', { interval: 3_600_000 }, late, '2026-01-01T01:00:39.999Z'],
    ['of a cron expression, too', { schedule: '* * * * *' }, late, '2026-01-01T00:01:04.999Z'],
    ['as long as it is told', { interval: 60_000, jitter: 600_000 }, late, '2026-01-01T00:11:09.999Z'],
    ['none', { interval: 60_000, jitter: 0 }, late, '2026-01-01T00:01:10Z'],
  ])('%s', (_, flags, random, expected) => {
    expect(parseSchedule(flags, random).next(now, false)).toEqual(at(expected))
  })

  test('the first run of an interval is at once all the same', () => {
    expect(parseSchedule({ interval: 60_000, jitter: 600_000 }, late).next(now, true)).toEqual(now)
  })
})

describe('waiting', () => {
  test('longer than a timer can', async () => {
    const time = manualClock()
    let done: boolean | null = null
    void waitUntil(
      new Date(time.clock.now() + 30 * 86_400_000),
      time.clock,
      new AbortController().signal,
    ).then((result) => (done = result))
    await time.pass(29 * 86_400_000)
    expect(done).toBeNull()
    await time.pass(86_400_000)
    expect(done).toBe(true)
  })

  test('a signal ends it', async () => {
    const time = manualClock()
    const stop = new AbortController()
    const waiting = waitUntil(new Date(time.clock.now() + 1000), time.clock, stop.signal)
    stop.abort('SIGTERM')
    expect(await waiting).toBe(false)
  })

  test('what is past is now', async () => {
    const { clock } = manualClock()
    expect(await waitUntil(new Date(clock.now() - 1), clock, new AbortController().signal)).toBe(true)
  })
})
