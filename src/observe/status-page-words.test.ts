import { expect, test } from 'vitest'
import { relativeTime } from './status-page-words.ts'

const now = new Date('2026-01-01T12:00:00Z')

test.each([
  [0, 'now'],
  [-1, '1 second ago'],
  [-59, '59 seconds ago'],
  [-60, '1 minute ago'],
  [-3599, '59 minutes ago'],
  [-7200, '2 hours ago'],
  [-86_400 * 3, '3 days ago'],
  [90, 'in 1 minute'],
  [0.4, 'now'],
])('%s s from now is %s', (seconds, expected) => {
  expect(relativeTime(new Date(now.getTime() + seconds * 1000), now)).toBe(expected)
})
