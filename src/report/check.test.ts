import { expect, test } from 'vitest'
import { renderCheckJson, renderCheckText } from './check.ts'
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
}

test('each finding with its sign, the remedy below it, and a sum', () => {
  expect(renderCheckText(report, false)).toBe(`source  Google
  ✓ google-key           key of x
  ✗ google-scope         not granted
                         → Grant it.

target  Keeper
  ! scim-config          none\\u{1b}[31m

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
