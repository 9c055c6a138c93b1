import { expect, test } from 'vitest'
import type { RequestEvent } from './requests.ts'
import { createTally } from './tally.ts'

test('every try is counted by its system, and passed on', () => {
  const passed: RequestEvent[] = []
  const { onRequest, counts } = createTally((event) => passed.push(event))
  const event: RequestEvent = {
    system: 'scim',
    method: 'GET',
    path: '/Users',
    status: 503,
    durationMs: 1,
    attempt: 1,
    retry: '503',
  }
  onRequest(event)
  const before = counts()
  onRequest({ ...event, attempt: 2, status: 200, retry: null })
  onRequest({ ...event, system: 'google' })
  expect(counts()).toEqual({ scim: 2, google: 1 })
  expect(before).toEqual({ scim: 1 })
  expect(passed.map(({ attempt }) => attempt)).toEqual([1, 2, 1])
})
