import { describe, expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { heldBack, reportOf, reported } from '../../test/fixtures/report.ts'
import { aboutGroup, aboutUser } from '../plan/withheld.ts'
import { columnsOf } from '../lib/columns.ts'
import type { RunReport } from './report.ts'
import { renderError, renderText } from './text.ts'

const text = (more: Partial<RunReport>, most = 20) => renderText(reportOf(more), { colour: false, most })

describe('the report as text', () => {
  test('says what was done, and that there is nothing more', () => {
    expect(text({ actions: [reported({})] })).toContain(
      '  1 user to create\n    + ann@corp.example  in scope\n',
    )
    expect(text({ actions: [reported({})] })).toContain(
      '1 of 1 done, 0 withheld, in 1.5 s; requests: 3 to scim; exit 0.',
    )
    expect(text({})).toContain('nothing to change')
  })

  test('shows what changes from what to what', () => {
    const changes = [
      { attribute: 'userName', from: 'a@x', to: 'b@x' } as const,
      { attribute: 'active', from: false, to: true } as const,
    ]
    expect(text({ actions: [reported({ kind: 'user.update', reason: 'reactivated', changes })] })).toContain(
      '~ ann@corp.example  reactivated, userName: "a@x" → "b@x", active: false → true',
    )
  })

  test('puts what failed first, with its code, and bounds the rest', () => {
    const error = new ScimPushError('SCIM_CONFLICT', { message: 'taken' })
    const actions = [
      ...Array.from({ length: 9 }, (_, n) => reported({ subject: `u${n}` })),
      reported({ subject: 'zoe', outcome: { status: 'failed', error } }),
    ]
    const lines = text({ actions, result: 'partial', exitCode: 4 }, 3).split('\n')
    expect(lines[5]).toContain('+ zoe')
    expect(lines[5]).toContain('failed: SCIM_CONFLICT: taken')
    expect(lines[8]).toContain('… and 7 more')
  })

  test('the reasons stand in a column, whatever the names are written in', () => {
    const names = ['ann@corp.example', '山田太郎', 'José', 'k'.repeat(60)]
    const lines = text({ actions: names.map((name) => reported(aboutUser(name))) })
      .split('\n')
      .filter((line) => line.includes('in scope'))
    const columns = lines.map((line) => columnsOf(line.slice(0, line.indexOf('in scope'))))
    // The long one stands out, and is not cut off.
    expect(columns).toEqual([56, 56, 56, 68])
    expect(lines[3]).toContain('k'.repeat(60))
  })

  test('says of an update that it is one, beside what it changes', () => {
    const changes = [{ attribute: 'displayName', from: null, to: 'Ann' } as const]
    expect(text({ actions: [reported({ kind: 'user.update', reason: 'changed', changes })] })).toContain(
      '~ ann@corp.example  changed, displayName: none → "Ann"',
    )
  })

  test('counts memberships by group where there are too many to name', () => {
    const actions = Array.from({ length: 70 }, (_, n) => {
      const [user, group] = [`u${n}`, `g${n % 2 === 0 ? 0 : n % 7}`]
      return reported({ kind: 'membership.add', subject: `${user} in ${group}`, user, group })
    })
    expect(text({ actions }, 2)).toContain(
      '    … and 68 more; --output json has them all\n      by group: g0 40, g1 5, g2 5, g3 5, g4 5, 2 more groups\n',
    )
  })

  test('removals come first, and what is not done is in the heading', () => {
    const error = new ScimPushError('SCIM_CONFLICT', { message: 'taken' })
    const actions = [
      reported({ outcome: { status: 'failed', error } }),
      reported({ outcome: { status: 'skipped', reason: 'the run ended' } }),
      reported({ kind: 'user.delete', reason: 'left-scope' }),
    ]
    const shown = text({ actions })
    expect(shown).toContain('  2 users to create, 1 failed, 1 skipped\n')
    expect(shown.indexOf('1 user to delete')).toBeLessThan(shown.indexOf('users to create'))
  })

  test('counts the gaps that it does not show', () => {
    const gaps = ['a', 'b', 'c'].map((subject) => ({ kind: 'members-unread' as const, subject, detail: 'x' }))
    expect(text({ gaps }, 2)).toContain('  not read: b: x\n  … and 1 more not read')
  })

  test('a terminal gets colours: by what is done, and by how it ended', () => {
    const shown = renderText(reportOf({ actions: [reported()] }), { colour: true })
    expect(shown).toContain('\u001b[32m    + ann@corp.example')
    expect(shown).toContain('\u001b[32mConverged')
  })

  test('names how to approve what a limit withheld', () => {
    expect(text({ withheld: [heldBack()], result: 'withheld', exitCode: 3 })).toContain(
      'scim-push push --approve abc\n    or SCIM_PUSH_POLICY_APPROVED_PLAN=abc\n',
    )
    expect(text({ withheld: [heldBack({ reason: 'incomplete' })] })).not.toContain('APPROVED_PLAN')
  })

  test('says once what many are withheld for, and names them', () => {
    const one = (group: string, detail: string) =>
      heldBack({ kind: 'group', action: 'group.delete', ...aboutGroup(group), detail })
    const withheld = ['a', 'b', 'c', 'd'].map((group) => one(group, '9 of 10'))
    const shown = text({ withheld: [...withheld, one('e', 'else')] }, 3)
    expect(shown).toContain(
      '    ! 4 × group delete, limit: 9 of 10\n        a\n        b\n        c\n        … and 1 more; --output json has them all\n    ! e  group delete, limit: else\n',
    )
  })

  test('counts the causes that it does not show', () => {
    const withheld = ['a', 'b', 'c', 'd'].map((user) =>
      heldBack({ action: null, ...aboutUser(user), reason: 'ambiguous', detail: `about ${user}` }),
    )
    expect(text({ withheld }, 1)).toContain('    … and 3 more withheld as ambiguous')
  })

  test('a plan with something withheld does not say that all else is done', () => {
    const planned = text({ command: 'plan', dryRun: true, result: 'withheld', exitCode: 3 })
    expect(planned).toContain('Some things would be withheld; nothing was written.')
    expect(text({ result: 'withheld', exitCode: 3 })).toContain('all else is as the source says')
  })

  test('one is not several', () => {
    expect(text({})).toContain('Google: 1 user, 1 group, 1 membership\n')
    expect(text({})).toContain('Keeper: 0 users, 0 groups, 0 memberships\n')
  })

  test('a run that did not come to a plan does not say that there is nothing to change', () => {
    const error = new ScimPushError('SCIM_UNREACHABLE', { message: 'no answer', where: 'GET /Users' })
    const failed = text({ planHash: null, error, result: 'unreachable', exitCode: 69 })
    expect(failed).not.toContain('nothing to change')
    expect(failed).toContain('SCIM_UNREACHABLE: no answer')
    expect(failed).toContain('where   GET /Users')
  })

  test('a name can neither fake a line nor colour the screen', () => {
    const shown = text({ actions: [reported({ subject: 'eve\n  0 failed\u001b[32m\u202e' })] })
    expect(shown).toContain('eve\\u{a}  0 failed\\u{1b}[32m\\u{202e}')
  })
})

test('an error with several lines keeps them, and nothing else of the kind', () => {
  const error = new ScimPushError('SCIM_REFUSED', {
    message: 'two problems:\n  - one\n  - two\u001b[2J',
    remedy: 'mend\nit',
  })
  expect(renderError(error, false)).toBe(
    '  SCIM_REFUSED: two problems:\n      - one\n      - two\\u{1b}[2J\n    remedy  mend\\u{a}it\n',
  )
})

test('an endpoint that turns out wrong half-way does not let the report say that nothing was written', () => {
  const error = new ScimPushError('SCIM_WRONG_URL', { message: 'not found' })
  const shown = text({ actions: [reported({})], error, result: 'config', exitCode: 78 })
  expect(shown).toContain('1 of 1 done')
  expect(shown).not.toContain('nothing was written')
})
