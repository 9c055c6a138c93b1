import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { aboutGroup, aboutUser } from '../plan/withheld.ts'
import { renderMarkdown, renderReportsMarkdown } from './markdown.ts'
import { fence, span } from './markdown-text.ts'
import type { ReportedAction, RunReport } from './report.ts'

const membership = (kind: 'membership.add' | 'membership.remove', user: string, group: string) =>
  reported({ kind, subject: `${user} in ${group}`, user, group, reason: 'in-source-group' })
const failed = (message: string) =>
  ({ status: 'failed', error: new ScimPushError('SCIM_CONFLICT', { message }) }) as const
const people = (count: number, more: Partial<ReportedAction> = {}) =>
  Array.from({ length: count }, (_, n) => reported({ ...more, ...aboutUser(`u${n}@corp.example`) }))

describe('the report as Markdown', () => {
  test('title, ending, both sides, plan and run', () => {
    const text = renderMarkdown(reportOf({ actions: [reported()], phases: { read: 1, plan: 0.25 } }))
    expect(text).toMatch(/^## ✅ Push of `corp`: converged \(exit 0\)\n\nConverged: the target holds/)
    expect(text).toContain('- Source: `Google`: 1 user, 1 group, 1 membership\n')
    expect(text).toContain('- Plan: `abc`\n')
    expect(text).toContain(
      '`r1`, 1970-01-01 00:00:00 UTC, 1.5 s (read 1.0 s, plan 0.3 s); requests: 3 to scim',
    )
  })

  test('counts by kind and action, of a run and of a plan', () => {
    const actions = [reported(), reported({ outcome: failed('taken') })]
    const withheld = [heldBack(), heldBack({ action: null, reason: 'ambiguous' })]
    expect(renderMarkdown(reportOf({ actions, withheld }))).toContain(`
| Change | planned | succeeded | failed | skipped | withheld |
| --- | --: | --: | --: | --: | --: |
| users to deactivate | 0 | 0 | 0 | 0 | 1 |
| users to create | 2 | 1 | 1 | 0 | 0 |
| users not compared | 0 | 0 | 0 | 0 | 1 |
`)
    const planned = reportOf({ command: 'plan', dryRun: true, actions: [reported({ outcome: null })] })
    expect(renderMarkdown(planned)).toContain('| Change | planned | withheld |')
  })

  test('removals come first, then what was withheld, what failed, what was not read, and all else', () => {
    const text = renderMarkdown(
      reportOf({
        actions: [
          reported({ outcome: failed('taken') }),
          reported({ kind: 'user.delete', reason: 'left-scope', ...aboutUser('eve@corp.example') }),
        ],
        withheld: [heldBack()],
        gaps: [{ kind: 'members-unread', subject: 'Sales', detail: 'HTTP 403' }],
      }),
    )
    const headings = [...text.matchAll(/^#+ (?:. )?(.*)$/gmu)].map(([, title]) => title)
    expect(headings).toEqual([
      'Push of `corp`: converged (exit 0)',
      'Removals',
      'Withheld: 1',
      'Not done',
      'Not read: 1',
      'Other changes',
    ])
    expect(text).toContain(
      '**1 user to delete**\n\n| Whom | Why |\n| --- | --- |\n| `eve@corp.example` | left scope |',
    )
    expect(text).toContain('| 1 × user create, failed | `SCIM_CONFLICT` `taken` | `ann@corp.example` |')
    expect(text).toContain('| `Sales` | `HTTP 403` |')
  })

  test('nothing removed is said; without a plan it is not', () => {
    expect(renderMarkdown(reportOf())).toContain('### Removals\n\nNothing is removed.')
    const error = new ScimPushError('SCIM_UNREACHABLE', { message: 'no answer', where: 'GET /Users' })
    const broken = renderMarkdown(reportOf({ planHash: null, error, result: 'unreachable', exitCode: 69 }))
    expect(broken).not.toContain('Removals')
    expect(broken).toContain('```text\nSCIM_UNREACHABLE: no answer\nwhere   GET /Users\nremedy  ')
  })

  test('what was withheld: why, what to do, and how to approve it where that helps', () => {
    const shown = (withheld: RunReport['withheld']) => renderMarkdown(reportOf({ withheld }))
    expect(shown([heldBack()])).toContain(
      '`scim-push push --approve abc`, or `SCIM_PUSH_POLICY_APPROVED_PLAN=abc`',
    )
    expect(shown([heldBack()])).toContain('It is good for this plan only.')
    expect(shown([heldBack()])).toContain(
      '| 1 × user deactivate | limit: `11 of 100` | `bob@corp.example` | Look at the removals;',
    )
    expect(shown([heldBack({ reason: 'incomplete' })])).not.toContain('--approve')
  })

  test('the reason stands beside each change, and what it changes', () => {
    const changes = [{ attribute: 'displayName', from: 'Ann', to: 'a|`b`' } as const]
    expect(
      renderMarkdown(reportOf({ actions: [reported({ kind: 'user.update', reason: 'changed', changes })] })),
    ).toContain('| `ann@corp.example` | changed: `displayName: "Ann" → "a\\u{7c}\\u{60}b\\u{60}"` |')
  })

  test('long lists are folded, memberships go by group', () => {
    const actions = [
      ...people(11),
      membership('membership.add', 'ann', 'Dev'),
      membership('membership.add', 'bob', 'Dev'),
      membership('membership.add', 'bob', 'Ops'),
    ]
    const text = renderMarkdown(reportOf({ actions }))
    expect(text).toContain('<details>\n<summary>11 users to create</summary>\n\n| Whom | Why |')
    expect(text).toContain('**3 memberships to add**\n\n| Group | How many | Why | Whom |')
    expect(text).toContain('| `Dev` | 2 | in source group | `ann`, `bob` |\n| `Ops` | 1 |')
  })

  test('of several runs: one document, an overview, and first what wants a look', () => {
    const text = renderReportsMarkdown(
      [reportOf({ config: 'good' }), reportOf({ config: 'bad', result: 'partial', exitCode: 4 })],
      4,
    )
    expect(text).toMatch(/^## 2 SyncConfigs \(exit 4\)\n/)
    expect(text).toContain(
      '| `bad` | ❌ some actions failed | 4 | 0 | 0 | 0 | 0 |\n| `good` | ✅ converged | 0 |',
    )
    expect(text.indexOf('### ❌ Push of `bad`')).toBeLessThan(text.indexOf('### ✅ Push of `good`'))
    expect(text.indexOf('### ❌ Push of `bad`')).toBeGreaterThan(0)
  })
})

const MOST = 60_000

describe('a document stays bounded', () => {
  test('100,000 actions: what is left out is counted, and it is said where all is', () => {
    const actions = [
      ...people(50_000),
      ...Array.from({ length: 50_000 }, (_, n) => membership('membership.add', `u${n}`, `g${n % 2000}`)),
    ]
    const withheld = Array.from({ length: 20_000 }, (_, n) => heldBack(aboutUser(`gone${n}`)))
    const text = renderMarkdown(reportOf({ actions, withheld }))
    expect(text.length).toBeLessThanOrEqual(MOST)
    expect(text.length).toBeGreaterThan(MOST / 4)
    const shown = [...text.matchAll(/^\| `u\d+@corp.example` \|/gm)].length
    expect(text).toContain(`… and ${(50_000 - shown).toLocaleString('en-US')} more; \`--output json\` and`)
    expect(text).toMatch(/… and [\d,]+ more in [\d,]+ groups; /)
    expect(text).toContain('| users to create | 50,000 |')
  })

  test('names, messages and causes as long and as many as they like', () => {
    const long = '\u202e|`'.repeat(100_000)
    const text = renderMarkdown(
      reportOf({
        config: long,
        runId: long,
        source: { description: long, users: 1, groups: 1, memberships: 1 },
        target: { description: long, users: 1, groups: 1, memberships: 1 },
        actions: people(300, { outcome: failed(long) }).map((action, n) => ({
          ...action,
          ...aboutUser(`${n}${long}`),
        })),
        withheld: Array.from({ length: 300 }, (_, n) => heldBack({ detail: `${n}${long}` })),
        gaps: Array.from({ length: 300 }, () => ({ kind: 'users-unread', subject: long, detail: long })),
        error: new ScimPushError('INTERNAL', {
          message: long.replaceAll('|', '\n'),
          where: long,
          remedy: long,
        }),
      }),
    )
    expect(text.length).toBeLessThanOrEqual(MOST)
    expect(text.match(/^#+ .*/gm)).toHaveLength(6)
  })

  test.each([2, 40, 400])(
    '%i runs: each has its share, the gravest first, and the rest is counted',
    (count) => {
      const reports = Array.from({ length: count }, (_, n) =>
        reportOf({
          config: `config-${n}`,
          exitCode: n === count - 1 ? 4 : 0,
          actions: people(n % 2 === 0 ? 5000 : 3),
        }),
      )
      const text = renderReportsMarkdown(reports, 4)
      expect(text.length).toBeLessThanOrEqual(MOST)
      expect(text).toContain(`### ✅ Push of \`config-${count - 1}\``)
      const titles = text.match(/^### .*Push/gm)?.length ?? 0
      expect(titles).toBeGreaterThan(count === 400 ? 30 : count - 1)
      if (titles < count) expect(text).toContain(`There is no room here for ${count - titles} more reports; `)
      if (count === 400) expect(text).toContain('… and 300 more; ')
    },
  )
})

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        ...[
          '`',
          '``',
          '```',
          '|',
          '\\',
          '\\|',
          '\n',
          '\r\n',
          '<',
          '>',
          '&lt;',
          '@team',
          '#12',
          '~~~',
          ' ',
          '*',
        ],
        ...[
          '![x](http://h)',
          '[x](y)',
          '<img src=x>',
          '</details>',
          '$',
          '-',
          '\u202e',
          '\u2028',
          '\ud800',
          'é',
        ],
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
)

// Without a name there is none in the title: that is another document.
const notEmpty = hostile.filter((name) => name !== '')

/** What is left of a document without what stands in spans and blocks of code: that is all ours. */
const skeleton = (text: string): string =>
  text
    .replace(/^```text\n(?:(?!```).*\n)*```$/gm, '<block>')
    .replace(/`[^`\n]*`/g, '<span>')
    .replaceAll('(empty)', '<span>')

describe('no name becomes markup', () => {
  const documentOf = ([a = '', b = '', c = '', d = '']: readonly string[]): string =>
    renderReportsMarkdown(
      [
        reportOf({
          config: a,
          source: { description: b, users: 1, groups: 1, memberships: 1 },
          actions: [
            reported({ ...aboutUser(a), outcome: failed(b) }),
            reported({
              kind: 'user.update',
              reason: 'changed',
              ...aboutUser(b),
              changes: [{ attribute: 'displayName', from: c, to: d }],
            }),
            reported({ kind: 'group.delete', reason: 'left-scope', ...aboutGroup(c) }),
            reported({ outcome: { status: 'skipped', reason: d }, ...aboutUser(c) }),
            membership('membership.remove', a, b),
          ],
          withheld: [
            heldBack({ ...aboutUser(a), detail: b }),
            heldBack({ ...aboutGroup(c), reason: 'conflict', detail: d }),
          ],
          gaps: [{ kind: 'members-unread', subject: a, detail: c }],
          error: new ScimPushError('INTERNAL', { message: b, where: c, remedy: `x${d}` }),
        }),
      ],
      1,
    )

  test('whatever names there are, all but the code is the same', () => {
    const expected = skeleton(documentOf(['a', 'b', 'c', 'd']))
    expect(expected).not.toContain('`')
    fc.assert(
      fc.property(fc.uniqueArray(notEmpty, { minLength: 4, maxLength: 4 }), (names) => {
        expect(skeleton(documentOf(names))).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('a span holds no backtick, pipe, line feed or mark that is not seen, and is what it was without them', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const [, inside] = /^`([^`]+)`$/u.exec(span(name)) ?? [null, name === '' ? '' : undefined]
        expect(inside).toBeDefined()
        expect(inside).not.toMatch(/[|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^ | $/u)
        if (!/[`|\\\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|^ | $/u.test(name))
          // What a spreadsheet would take for a formula has an apostrophe before it.
          expect(inside?.replace(/^'(?=[=+\-@])/, '')).toBe(name.replace(/^'(?=[=+\-@])/, ''))
      }),
      { numRuns: 2000 },
    )
  })

  test('long ones are cut, and not inside a character', () => {
    expect(span('abc', 3)).toBe('`abc`')
    expect(span('abcd', 3)).toBe('`abc…`')
    expect(span('ab😀d', 3)).toBe('`ab…`')
    expect(fence(['```', '`x`'])).toBe('```text\n\\u{60}\\u{60}\\u{60}\n`x`\n```')
  })
})
