import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startKeeperEmulator, type KeeperEmulator } from '../../src/emulators/keeper/keeper-emulator.ts'
import { openBrowser, openPage, type Watched } from './browser/browser.ts'
import { serving, type Serving } from './browser/serving.ts'

const TOKEN = 'the-token-of-the-target'
const HOSTILE = '<img src=x onerror=alert(1)>\u202egnp.exe'

let folder: string
let browser: Browser
let keeper: KeeperEmulator
let served: Serving | null = null

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'status-page-'))
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator({ token: TOKEN })
  await people(20)
})
afterEach(async () => {
  await served?.stop()
  served = null
  await keeper.close()
})

const people = (count: number): Promise<void> => {
  const users = Array.from({ length: count }, (_, n) => ({
    id: `${n}`,
    email: `user${n}@corp.example`,
    groups: ['g'],
  }))
  const groups = [{ id: 'g', name: HOSTILE }]
  return writeFile(join(folder, 'people.json'), JSON.stringify({ users, groups }))
}

const serve = async (
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Serving> =>
  (served = await serving(['serve', ...args], {
    SCIM_PUSH_SOURCE_TYPE: 'records',
    SCIM_PUSH_SOURCE_RECORDS_FILE: join(folder, 'people.json'),
    SCIM_PUSH_TARGET_URL: keeper.url,
    SCIM_PUSH_TARGET_TOKEN: TOKEN,
    ...more,
  }))

const visit = async (url: string, reader: Parameters<typeof openPage>[1] = {}): Promise<Watched> => {
  const watched = await openPage(browser, reader)
  await watched.page.goto(url)
  return watched
}

const heading = (page: Page): Promise<string> => page.locator('h1').innerText()
const names = { SCIM_PUSH_STATUS_SHOW_SUBJECTS: 'true' }
const often = ['--interval', '1s', '--jitter', '0s']

/** Fills the target, and then takes so many of the source's users away that it is too many. */
const untilWithheld = async ({ until }: Serving): Promise<void> => {
  await until('/status', /"result": "converged"[^]*"history": \[\s*\{/)
  await people(5)
  await until('/status', '"result": "withheld"')
}

describe('what it shows', () => {
  test('before the first run: when that is', async () => {
    const { url } = await serve(['--schedule', '0 0 1 1 *', '--time-zone', 'UTC'])
    const { page, complaints } = await visit(url)
    expect(await heading(page)).toBe('Waiting for the first run')
    expect(await page.locator('main').innerText()).toMatch(
      /Next run in \d+ days \(\d{4}-01-01 00:00:\d\d UTC\)/,
    )
    expect(complaints).toEqual([])
  })

  test.each([true, false])('after runs that converged, with JavaScript: %s', async (javaScript) => {
    const { url, until } = await serve(often)
    await until('/status', /"history": \[\s*\{/)
    const { page, complaints } = await visit(url, { javaScript })
    expect(await heading(page)).toBe('Converged')
    const text = await page.locator('main').innerText()
    for (const part of [
      'default',
      'nothing to change.',
      'exit 0',
      '20 users, 1 group, 20 memberships',
      'Next run',
    ])
      expect(text).toContain(part)
    const conditions = page.getByRole('row').filter({ hasText: /^(Ready|Synced)/ })
    expect((await conditions.allInnerTexts()).map((row) => row.split('\t').slice(0, 2))).toEqual([
      ['Ready', 'True'],
      ['Synced', 'True'],
    ])
    expect(await page.getByRole('img').first().getAttribute('aria-label')).toMatch(
      /^Duration, up to [\d.]+ s, over the last \d+ runs$/,
    )
    expect(await page.locator('svg rect').count()).toBeGreaterThanOrEqual(2)
    const history = page.locator('details tbody tr').last()
    expect(await history.innerText()).toMatch(/Converged\t[\d.]+\t\+20\t\+1\t\+20\t0\t0$/)
    expect(complaints).toEqual([])
  })

  test('what was withheld, whom it hits and how to approve it', async () => {
    const running = await serve(often, names)
    await untilWithheld(running)
    const { page, complaints } = await visit(running.url)
    expect(await heading(page)).toBe('Something was withheld')
    const text = await page.locator('main').innerText()
    expect(text).toContain('user deactivate, limit: 15')
    expect(text).toContain('user7@corp.example')
    expect(text).toContain('<img src=x onerror=alert(1)>\\u{202e}gnp.exe')
    expect(text).toMatch(/To let this plan pass once, and no other[^]*--approve [0-9a-f]{32}/)
    expect(complaints).toEqual([])
  })

  test('nobody, unless it is told to', async () => {
    const running = await serve(often)
    await untilWithheld(running)
    const { page, complaints } = await visit(running.url)
    const all = await page.content()
    expect(all).not.toMatch(/user\d+@/)
    expect(all).not.toContain('onerror')
    expect(await page.locator('main').innerText()).toContain('user deactivate, limit: 15')
    expect(await page.locator('a[href^="reports/"]').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  test('a run that failed, with what to do', async () => {
    keeper.setFaults(() => ({ kind: 'answer', status: 401 }))
    const { url, until } = await serve(often)
    await until('/status', '"result": "credentials"')
    const { page, complaints } = await visit(url)
    expect(await heading(page)).toBe('Credentials refused')
    const text = await page.locator('main').innerText()
    expect(text).toContain('SCIM_UNAUTHORIZED')
    expect(text).toContain('What to do')
    expect(text).toContain('none since this process started')
    expect(complaints).toEqual([])
  })

  test('one that is under way, and how far it is; and what comes of it, by itself', async () => {
    keeper.setLatency(300)
    const { url, until } = await serve(['--interval', '1h'], { SCIM_PUSH_TARGET_MAX_CONCURRENCY: '1' })
    await until('/status', '"phase": "apply"')
    const { page, complaints } = await visit(url)
    expect(await heading(page)).toBe('The first run is under way')
    expect(await page.getByRole('region', { name: 'The run under way' }).innerText()).toMatch(
      /apply: \d+ of 41/,
    )
    keeper.setLatency(0)
    await page.getByRole('heading', { level: 1, name: 'Converged' }).waitFor()
    expect(await page.title()).toBe('Converged · scim-push')
    expect(complaints).toEqual([])
  })

  test('what is new, also to whom a link has the focus: it keeps it', async () => {
    keeper.setLatency(300)
    const { url, until } = await serve(['--interval', '1h'], { SCIM_PUSH_TARGET_MAX_CONCURRENCY: '1' })
    await until('/status', '"phase": "apply"')
    const { page } = await visit(url)
    await page.getByRole('link', { name: 'status as JSON' }).focus()
    keeper.setLatency(0)
    await page.getByRole('heading', { level: 1, name: 'Converged' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('status as JSON')
  })

  test('that it is not fresh any more, when the program has gone', async () => {
    const { url, until, stop } = await serve(['--interval', '1h'])
    await until('/status', '"result": "converged"')
    const { page } = await visit(url)
    await stop()
    await page.getByText('not fresh any more').waitFor()
    expect(await heading(page)).toBe('Converged')
  })
})

test('links lead to the whole report in each form', async () => {
  const { url, until } = await serve(['--interval', '1h'], names)
  await until('/status', '"result": "converged"')
  const { page, complaints } = await visit(url)
  const hrefs = await page
    .locator('a[href^="reports/"]')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')))
  expect(hrefs.map((href) => href?.split('.').at(-1))).toEqual(['html', 'md', 'json'])
  for (const href of hrefs) {
    const answer = await fetch(`${url}/${href ?? ''}`)
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('user7@corp.example')])
  }
  await page.getByRole('link', { name: 'page' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  expect(await page.locator('body').innerText()).toContain('user7@corp.example')
  expect(complaints).toEqual([])
})

test('a token is asked for, and a browser can give it', async () => {
  const secret = 'a-token-for-readers'
  const { url, until } = await serve(['--interval', '1h'], { SCIM_PUSH_LISTEN_TOKEN: secret })
  await until('/metrics', 'scim_push_runs_total{result="converged"} 1')
  expect((await fetch(url)).status).toBe(401)
  expect((await fetch(`${url}/status`, { headers: { authorization: `Bearer ${secret}` } })).status).toBe(200)
  const context = await browser.newContext({ httpCredentials: { username: 'me', password: secret } })
  const page = await context.newPage()
  await page.goto(url)
  expect(await heading(page)).toBe('Converged')
  expect(await page.content()).not.toContain(secret)
  await context.close()
})

test.each(['light', 'dark'] as const)('%s, as the reader has it', async (colorScheme) => {
  const { url, until } = await serve(['--interval', '1h'])
  await until('/status', '"result": "converged"')
  const { page } = await visit(url, { colorScheme })
  const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
  expect(ground).toBe(colorScheme === 'light' ? 'rgb(255, 255, 255)' : 'rgb(18, 22, 27)')
})

test('nothing is cut off on a telephone', async () => {
  const running = await serve(often, names)
  await untilWithheld(running)
  const { page } = await visit(running.url, { width: 360 })
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
})
