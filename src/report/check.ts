import { styleText } from 'node:util'
import type { Finding } from '../model/finding.ts'
import { printable } from './printable.ts'
import { errorJson, jsonDocument } from './json.ts'
import { counted } from './counted.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { CheckReport } from './report.ts'

const CHECK_VERSION = 'scim-push.io/check/v1'
const CHECKS_VERSION = 'scim-push.io/checks/v1'

/** The findings as JSON, one document. */
export const renderCheckJson = (report: CheckReport): string =>
  jsonDocument({ version: CHECK_VERSION, ...report, error: null })

/** The findings of several configurations, one document. */
export const renderChecksJson = (reports: readonly CheckReport[], exitCode: number): string =>
  jsonDocument({ version: CHECKS_VERSION, exitCode, checks: reports })

/** The same document for a check that could not begin. */
export const renderCheckErrorJson = (error: ScimPushError, exitCode: number): string =>
  jsonDocument({
    version: CHECK_VERSION,
    config: '',
    exitCode,
    source: null,
    target: null,
    plan: null,
    cluster: null,
    error: errorJson(error),
  })

const signs: Readonly<Record<Finding['level'], readonly [string, 'green' | 'yellow' | 'red']>> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  error: ['✗', 'red'],
}

/** The findings for a person: side by side what was tried, what came of it, and what to do. */
export const renderCheckText = (report: CheckReport, colour: boolean): string => {
  const lines: string[] = []
  const parts = [
    ['source', report.source] as const,
    ['target', report.target] as const,
    ['plan', report.plan] as const,
    ...(report.cluster ? [['cluster', report.cluster] as const] : []),
  ]
  for (const [name, { description, findings }] of parts) {
    lines.push(`${name}  ${printable(description)}`)
    for (const { level, check, message, remedy } of findings) {
      const [sign, style] = signs[level]
      const text = `  ${sign} ${check.padEnd(20)} ${printable(message)}`
      lines.push(colour ? styleText(style, text, { validateStream: false }) : text)
      if (remedy !== '') lines.push(`    ${''.padEnd(20)} → ${printable(remedy)}`)
    }
    lines.push('')
  }
  const findings = parts.flatMap(([, part]) => part.findings)
  const count = (level: Finding['level']): number =>
    findings.filter((finding) => finding.level === level).length
  lines.push(
    `${count('ok')} ok, ${counted(count('warning'), 'warning')}, ${counted(count('error'), 'error')}; exit ${report.exitCode}.`,
  )
  return `${lines.join('\n')}\n`
}
