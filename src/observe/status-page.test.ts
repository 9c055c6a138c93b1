import { describe, expect, test } from 'vitest'
import { heldBack, reported, reportOf } from '../../test/fixtures/report.ts'
import { aboutUser } from '../plan/withheld.ts'
import { ScimPushError } from '../errors/error.ts'
import type { RunReport } from '../report/report.ts'
import { createHistory } from './history.ts'
import type { ProcessStatus } from './status-json.ts'
import { renderStatusPage } from './status-page.ts'

const now = new Date('2026-01-01T12:00:00Z')
const statusOf = (
  reports: readonly Partial<RunReport>[],
  { showSubjects = false, ...more }: Partial<ProcessStatus> & { readonly showSubjects?: boolean } = {},
): ProcessStatus => {
  const history = createHistory()
  for (const report of reports) history.keep({ report: reportOf(report), showSubjects, conditions: [] })
  const [startedAt, nextRun] = [now, new Date(now.getTime() + 600_000)]
  return {
    version: '1',
    revision: 'abc',
    startedAt,
    nextRun,
    running: null,
    configs: history.configs(),
    ...more,
  }
}
const page = (...given: Parameters<typeof statusOf>): string => renderStatusPage(statusOf(...given), now)
const headingOf = (text: string): string => /<h1[^>]*>(.*?)<\/h1>/.exec(text)?.[1] ?? ''

describe('the verdict', () => {
  test.each<[string, Parameters<typeof statusOf>, string]>([
    ['nothing yet', [[]], 'Waiting for the first run'],
    ['nothing, and nothing to come', [[], { nextRun: null }], 'Nothing ran yet'],
    ['good', [[{}]], 'Converged'],
    ['all good', [[{ config: 'a' }, { config: 'b' }]], 'All 2 converged'],
    ['one wants a look', [[{ config: 'a' }, { config: 'b', result: 'withheld' }]], '1 of 2 want a look'],
    [
      'a failure is worse than what wants a look',
      [[{ config: 'a', result: 'error' }, { config: 'b', result: 'withheld' }, { config: 'c' }]],
      '1 of 3 failed',
    ],
    ['the last run counts', [[{ result: 'error' }, {}]], 'Converged'],
  ])('%s', (_, given, expected) => {
    expect(headingOf(page(...given))).toBe(expected)
  })
})

test('how many names there are is bounded', () => {
  const withheld = Array.from({ length: 250 }, (_, n) => heldBack(aboutUser(`u${n}@corp.example`)))
  const shown = page([{ withheld }], { showSubjects: true })
  expect(shown.match(/<li>u\d+@/g)).toHaveLength(100)
  expect(shown).toContain('and 150 more; the report has them all')
})

test('what the policy holds back needs no approval, and is no alarm', () => {
  const shown = page([{ withheld: [heldBack({ reason: 'protected' })] }])
  expect(shown).toContain('user deactivate, protected: 1')
  expect(shown).not.toContain('--approve')
  expect(page([{ withheld: [heldBack()] }])).toContain('--approve')
})

test('an error’s words turn no writing direction, wherever they are', () => {
  const error = new ScimPushError('RECORDS_INVALID', { message: 'the id "\u202enna" is there twice' })
  const shown = page([{ config: 'a', planHash: null, error, result: 'config' }, { config: 'b' }])
  expect(shown).toContain('\\u{202e}nna')
  expect(shown).not.toContain('\u202e')
})

test('removals that failed are told from those that were done', () => {
  const removal = (status: 'succeeded' | 'skipped') =>
    reported({ kind: 'user.delete', outcome: status === 'skipped' ? { status, reason: '' } : { status } })
  expect(page([{ actions: [removal('succeeded'), removal('skipped')] }])).toMatch(
    /Delete users: 2<span class="bad">, 1 not done/,
  )
})
