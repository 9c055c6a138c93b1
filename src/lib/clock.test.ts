import { expect, test } from 'vitest'
import { systemClock } from './clock.ts'

test.each([2 ** 31, Number.POSITIVE_INFINITY])('a sleep of %d ms is not over at once', async (ms) => {
  const stop = new AbortController()
  const sleeping = systemClock.sleep(ms, stop.signal).then(
    () => 'over',
    () => 'ended',
  )
  const first = await Promise.race([sleeping, systemClock.sleep(20).then(() => 'still asleep')])
  stop.abort()
  expect([first, await sleeping]).toEqual(['still asleep', 'ended'])
})
