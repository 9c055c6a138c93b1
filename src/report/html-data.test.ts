import { expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { aboutUser } from '../plan/withheld.ts'
import { pageData, type PageData } from './html-data.ts'

/** The entries as the page's script reads them. */
const decoded = ({ strings, reports }: PageData): readonly (readonly string[])[] =>
  reports.flatMap(({ entries }) =>
    Array.from({ length: entries.length / 7 }, (_, n) =>
      entries.slice(n * 7, n * 7 + 7).map((place) => strings[place] ?? ''),
    ),
  )

const failed = {
  status: 'failed',
  error: new ScimPushError('SCIM_CONFLICT', { message: 'taken\u202e' }),
} as const
const report = reportOf({
  actions: [
    reported(),
    reported({
      kind: 'user.update',
      reason: 'changed',
      outcome: null,
      changes: [{ attribute: 'displayName', from: 'A', to: 'B' }],
    }),
    reported({ ...aboutUser('zoe'), outcome: failed }),
    reported({
      kind: 'membership.remove',
      reason: 'not-in-source-group',
      subject: 'x',
      user: 'ann@corp.example',
      group: 'Dev',
      outcome: { status: 'skipped', reason: 'stop' },
    }),
  ],
  withheld: [heldBack({ action: null, reason: 'no-email', detail: 'none' }), heldBack()],
})

test('what is taken away first, then what was withheld; in a kind what failed first', () => {
  expect(decoded(pageData([report]).data)).toEqual([
    ['membership remove', 'ann@corp.example', 'Dev', 'not in source group', '', 'skipped', 'stop'],
    ['user', 'bob@corp.example', '', 'no email', 'none', 'withheld', ''],
    ['user deactivate', 'bob@corp.example', '', 'limit', '11 of 100', 'withheld', ''],
    ['user create', 'zoe', '', 'in scope', '', 'failed', 'SCIM_CONFLICT: taken\\u{202e}'],
    ['user create', 'ann@corp.example', '', 'in scope', '', 'succeeded', ''],
    ['user update', 'ann@corp.example', '', 'changed', 'displayName: "A" → "B"', 'planned', ''],
  ])
})

test('each text is there once, the empty one first', () => {
  const { strings } = pageData([report, report]).data
  expect(strings[0]).toBe('')
  expect(new Set(strings).size).toBe(strings.length)
})

test('what the filters offer, with counts', () => {
  const { choices, data } = pageData([report, { ...reportOf({ config: 'b', actions: [reported()] }) }])
  const counts = (some: typeof choices.kinds) =>
    Object.fromEntries(
      some.map(({ text, value, count }) => {
        expect(data.strings[value]).toBe(text)
        return [text, count]
      }),
    )
  expect(counts(choices.kinds)).toEqual({
    'membership remove': 1,
    user: 1,
    'user deactivate': 1,
    'user create': 3,
    'user update': 1,
  })
  expect(counts(choices.statuses)).toEqual({ skipped: 1, withheld: 2, failed: 1, succeeded: 2, planned: 1 })
  expect(counts(choices.reasons)).toMatchObject({ 'in scope': 3, limit: 1 })
  expect(counts(choices.configs)).toEqual({ corp: 6, b: 1 })
  expect([choices.entries, choices.removals]).toEqual([7, 2])
  expect(data.removals.map((place) => data.strings[place])).toEqual([
    'user delete',
    'user deactivate',
    'group delete',
    'membership remove',
  ])
})
