import { expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { renderCheckErrorJson, renderCheckJson, renderCheckText } from './check.ts'
import type { CheckReport } from './report.ts'

const report: CheckReport = {
  config: 'corp',
  exitCode: 1,
  source: {
    description: 'Google',
    findings: [
      { level: 'ok', check: 'google-key', message: 'key of x', remedy: '' },
      { level: 'error', check: 'google-scope', message: 'not granted', remedy: 'Grant it.' },
    ],
  },
  target: {
    description: 'Keeper',
    findings: [{ level: 'warning', check: 'scim-config', message: 'none\u001b[31m', remedy: '' }],
  },
  plan: { description: 'nothing', findings: [] },
  cluster: null,
}

test('each finding with its sign, the remedy below it, and a sum', () => {
  expect(renderCheckText(report, false)).toBe(`source  Google
  ✓ google-key           key of x
  ✗ google-scope         not granted
                         → Grant it.

target  Keeper
  ! scim-config          none\\u{1b}[31m

plan  nothing

1 ok, 1 warning, 1 error; exit 1.
`)
})

test('as JSON, with its version', () => {
  expect(JSON.parse(renderCheckJson(report))).toEqual({
    version: 'scim-push.io/check/v1',
    ...report,
    error: null,
  })
})

test('what concerns the cluster in a part of its own, and in the sum', () => {
  const cluster = {
    description: 'namespace sync',
    findings: [
      { level: 'error', check: 'lock-rights', message: 'may not get', remedy: 'Give it.' },
      { level: 'warning', check: 'event-rights', message: 'may not create', remedy: '' },
    ],
  } as const
  const text = renderCheckText({ ...report, cluster }, false)
  expect(text).toContain(`
cluster  namespace sync
  ✗ lock-rights          may not get
                         → Give it.
  ! event-rights         may not create

1 ok, 2 warnings, 2 errors; exit 1.
`)
  expect(JSON.parse(renderCheckJson({ ...report, cluster }))).toMatchObject({ cluster })
})

test('a check that could not begin has the same fields', () => {
  const error = new ScimPushError('CONFIG_MISSING', { message: 'x' })
  const fields = (json: string) => Object.keys(JSON.parse(json) as object).sort()
  expect(fields(renderCheckErrorJson(error, 78))).toEqual(fields(renderCheckJson(report)))
})
