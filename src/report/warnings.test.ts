import { expect, test } from 'vitest'
import { reportOf } from '../../test/fixtures/report.ts'
import { ScimPushError } from '../errors/error.ts'
import { renderHtml } from './html.ts'
import { renderJson } from './json.ts'
import { renderMarkdown } from './markdown.ts'
import { renderText } from './text.ts'

const broken = new ScimPushError('MEMORY_BROKEN', {
  message: 'the memory is <no> JSON',
  where: 'memory.json',
})

test.each([
  ['text', renderText(reportOf({ warnings: [broken] }), { colour: false })],
  ['JSON', renderJson(reportOf({ warnings: [broken] }))],
  ['Markdown', renderMarkdown(reportOf({ warnings: [broken] }))],
  ['HTML', renderHtml(reportOf({ warnings: [broken] }))],
])('what went wrong and let the run go on is in the report as %s', (format, text) => {
  expect(text).toContain('MEMORY_BROKEN')
  expect(text).toContain(format === 'HTML' ? 'is &lt;no> JSON' : 'is <no> JSON')
  expect(text).toContain('memory.json')
})
