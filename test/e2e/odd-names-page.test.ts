import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { createHistory } from '../../src/observe/history.ts'
import { renderStatusPage } from '../../src/observe/status-page.ts'
import { aboutUser } from '../../src/plan/withheld.ts'
import { renderHtml } from '../../src/report/html.ts'
import { ScimPushError } from '../../src/errors/error.ts'
import { oddNames } from '../fixtures/odd-names.ts'
import { heldBack, reported, reportOf } from '../fixtures/report.ts'
import { openBrowser, openPage } from './browser/browser.ts'

// Every odd name on every page, wherever one shows a name: a browser makes no element of it and runs none.

const names = oddNames.map(({ text }) => text)
const failed = (message: string) =>
  ({ status: 'failed', error: new ScimPushError('SCIM_REFUSED', { message, where: message }) }) as const
const report = reportOf({
  result: 'partial',
  exitCode: 4,
  actions: [
    ...names.map((name) => reported({ ...aboutUser(name), kind: 'user.delete', reason: 'left-scope' })),
    ...names.map((name) =>
      reported({
        ...{ kind: 'membership.add', reason: 'in-source-group', subject: `${name} in ${name}` },
        ...{ user: name, group: name, outcome: failed(name) },
      }),
    ),
    ...names.map((name) =>
      reported({
        ...{ ...aboutUser(name), kind: 'user.update', reason: 'changed' },
        changes: [{ attribute: 'displayName', from: name, to: name }],
      }),
    ),
  ],
  withheld: names.map((name) => heldBack({ ...aboutUser(name), detail: name })),
  gaps: names.map((name) => ({ kind: 'members-unread', subject: name, detail: name })),
  source: { description: names.join(' '), users: 1, groups: 1, memberships: 1 },
  error: new ScimPushError('SCIM_REFUSED', { message: names.join('\n') }),
})

const statusPage = (): string => {
  const history = createHistory()
  history.keep({ report, showSubjects: true, conditions: [] })
  const now = new Date()
  return renderStatusPage(
    {
      ...{ version: '1', revision: 'abc', startedAt: now, nextRun: null, running: null },
      configs: history.configs(),
    },
    now,
  )
}

test.each<[string, () => string | Promise<string>]>([
  ['the report', () => renderHtml(report)],
  ['the status page', statusPage],
])('%s', { timeout: 120_000 }, async (_, render) => {
  const html = await render()
  const folder = await mkdtemp(join(tmpdir(), 'odd-names-page-'))
  const browser = await openBrowser()
  try {
    const file = join(folder, 'page.html')
    await writeFile(file, html)
    for (const javaScript of [true, false]) {
      const { page, complaints } = await openPage(browser, { javaScript })
      const title = /<title>([^<]*)/.exec(html)?.[1] ?? ''
      await page.goto(pathToFileURL(file).href)
      expect(await page.locator('img, svg image, iframe, object, embed, form, base').count()).toBe(0)
      expect(await page.locator('a[href^="javascript"], a[href*="evil"], [onerror], [onload]').count()).toBe(
        0,
      )
      expect(await page.locator('script').count()).toBeLessThanOrEqual(2)
      expect(await page.title()).toBe(title)
      const text = await page.locator('body').innerText()
      expect(text).toContain('<img src=x onerror="document.title=1">')
      expect(text).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      expect(complaints.filter((complaint) => !complaint.includes('file://'))).toEqual([])
    }
  } finally {
    await browser.close()
    await rm(folder, { recursive: true })
  }
})
