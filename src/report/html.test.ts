import { describe, expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { aboutGroup, aboutUser } from '../plan/withheld.ts'
import { renderHtml, renderReportsHtml } from './html.ts'

// What it looks like and does in a browser: test/e2e/report-page.test.ts.

const people = (count: number, kind: 'user.create' | 'user.delete' = 'user.create') =>
  Array.from({ length: count }, (_, n) =>
    reported({ kind, ...aboutUser(`u${n}@corp.example`), outcome: null }),
  )
/** The page without its style, data and script. */
const bodyOf = (page: string): string => /<body>(.*?)<script/s.exec(`${page}<script`)?.[1] ?? ''
const headingsOf = (page: string): readonly string[] =>
  [...bodyOf(page).matchAll(/<h([1-6])[^>]*>(.*?)<\/h\1>/g)].map(
    ([, level = '', text = '']) => `${level} ${text.replace(/<[^>]*>/g, '')}`,
  )

describe('the report as a page', () => {
  test('what ended it, what is removed, withheld, not done, not read, who moves, all else; headings in order', () => {
    const error = new ScimPushError('SCIM_CONFLICT', { message: 'taken' })
    const page = renderHtml(
      reportOf({
        error: new ScimPushError('LOCK_LOST', { message: 'gone' }),
        actions: [
          reported({ outcome: { status: 'failed', error } }),
          reported({ kind: 'group.delete', reason: 'left-scope', ...aboutGroup('Old') }),
        ],
        withheld: [heldBack()],
        gaps: [{ kind: 'members-unread', subject: 'Sales', detail: 'HTTP 403' }],
      }),
    )
    expect(headingsOf(page)).toEqual([
      '1 Push of corp: lock lost',
      '2 LOCK_LOST',
      '2 The run',
      '2 Removals: 1',
      '3 1 group to delete',
      '2 Withheld: 1',
      '2 Not done: 1',
      '2 Not read: 1',
      '2 Joiners, movers, leavers',
      '2 Counts',
      '2 Other changes',
      '3 1 user to create, 1 failed',
      '2 All changes',
    ])
  })

  test('says how to approve only what an approval helps', () => {
    expect(renderHtml(reportOf({ withheld: [heldBack()] }))).toContain('scim-push push --approve abc')
    expect(renderHtml(reportOf({ withheld: [heldBack({ reason: 'incomplete' })] }))).not.toContain(
      '--approve',
    )
  })

  test('a run that came to no plan says nothing of removals, and needs no script', () => {
    const error = new ScimPushError('SCIM_UNREACHABLE', { message: 'no\nanswer', where: 'GET /Users' })
    const page = renderHtml(reportOf({ planHash: null, error, result: 'unreachable', exitCode: 69 }))
    expect(headingsOf(page)).toEqual(['1 Push of corp: unreachable', '2 SCIM_UNREACHABLE', '2 The run'])
    expect(page).not.toContain('<script')
    expect(page).toContain('<code>scim-push check</code><bdi> tries')
  })

  test('without JavaScript there are the first of each kind, and how many more', () => {
    const body = bodyOf(renderHtml(reportOf({ dryRun: true, actions: people(5000) })))
    expect([...body.matchAll(/<bdi>u\d+@corp\.example<\/bdi>/g)]).toHaveLength(100)
    expect(body).toContain('… and 4,900 more;')
    expect(body.length).toBeLessThan(60_000)
  })

  test('a name is text, with its control and direction marks shown', () => {
    const hostile = '</script><img src=x onerror=alert(1)>\u202e\n'
    const page = renderHtml(
      reportOf({
        config: hostile,
        actions: [reported(aboutUser(hostile)), reported({ kind: 'user.delete', ...aboutUser(hostile) })],
        withheld: [heldBack({ ...aboutUser(hostile), detail: hostile })],
        gaps: [{ kind: 'users-unread', subject: hostile, detail: hostile }],
        error: new ScimPushError('INTERNAL', { message: hostile, where: hostile, remedy: hostile }),
      }),
    )
    expect(page).not.toContain('<img')
    expect(page).not.toContain('\u202e')
    expect(page).toContain('onerror=alert(1)>\\u{202e}')
    expect(page.match(/<script/g)).toHaveLength(2)
  })

  test('a megabyte of a name does not make a megabyte of a page', () => {
    const long = 'x'.repeat(1_000_000)
    expect(renderHtml(reportOf({ actions: [reported(aboutUser(long))] })).length).toBeLessThan(50_000)
  })
})

describe('several reports on one page', () => {
  test('an overview with links, a part for each, and one table of all changes', () => {
    const page = renderReportsHtml(
      [
        reportOf({ config: 'a', actions: people(1) }),
        reportOf({ config: 'b', result: 'partial', exitCode: 4, actions: people(2, 'user.delete') }),
      ],
      4,
    )
    expect(headingsOf(page)).toEqual([
      '1 2 SyncConfigs: exit 4',
      '2 Push of a: converged',
      '3 The run',
      '3 Removals: 0',
      '3 Joiners, movers, leavers',
      '3 Counts',
      '3 Other changes',
      '4 1 user to create',
      '2 Push of b: some actions failed',
      '3 The run',
      '3 Removals: 2',
      '4 2 users to delete',
      '3 Joiners, movers, leavers',
      '3 Counts',
      '2 All changes',
    ])
    expect(page).toContain('<a href="#report-2"><bdi>b</bdi></a>')
    expect(page).toContain('<h2 id="report-2">')
    expect(page).toMatch(/<select id="config">.*?a \(1\).*?b \(2\)/)
  })

  test('hundreds of them stay a page', () => {
    const reports = Array.from({ length: 200 }, (_, n) => reportOf({ config: `c${n}`, actions: people(500) }))
    const body = bodyOf(renderReportsHtml(reports, 0))
    expect([...body.matchAll(/<bdi>u\d+@corp\.example<\/bdi>/g)]).toHaveLength(200 * 5)
  })
})
