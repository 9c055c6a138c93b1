import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  startKeeperEmulator,
  type KeeperEmulator,
  type KeeperEmulatorOptions,
} from '../../src/emulators/keeper/keeper-emulator.ts'
import { program } from '../fixtures/program.ts'
import { openBrowser, openPage } from './browser/browser.ts'
import { faintTexts } from './browser/contrast.ts'

// The page of `--output html`, made by the program and read in a browser.

interface Person {
  readonly name: string
  readonly groups: readonly string[]
  readonly active?: boolean
}

let folder: string
let browser: Browser
let keeper: KeeperEmulator

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-page-'))
  browser = await openBrowser()
})
afterAll(async () => {
  await browser.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  keeper = await startKeeperEmulator()
})
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await keeper.close()
})

const restart = async (options: KeeperEmulatorOptions): Promise<void> => {
  await keeper.close()
  keeper = await startKeeperEmulator(options)
}

const people = (): string => join(folder, 'people.json')

/** What the source says. A group's id is its name. */
const save = (persons: readonly Person[], file = people()): Promise<void> =>
  writeFile(
    file,
    JSON.stringify({
      users: persons.map(({ name, groups, active = true }) => ({
        id: name,
        email: `${name}@corp.example`,
        full_name: name,
        active,
        groups,
      })),
      groups: [...new Set(persons.flatMap(({ groups }) => groups))].map((name) => ({ id: name, name })),
    }),
  )

const settings = (): Record<string, string> => ({
  SCIM_PUSH_SOURCE_TYPE: 'records',
  SCIM_PUSH_SOURCE_RECORDS_FILE: people(),
  SCIM_PUSH_TARGET_URL: keeper.url,
  SCIM_PUSH_TARGET_TOKEN: keeper.token,
})

const file = (): string => join(folder, 'report.html')

/** Makes the page; answers with the exit code. */
const make = async (
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<number | null> => {
  const { code, stderr } = await program(
    [...args, '-o', 'html', '--output-file', file(), '--log-level', 'error'],
    { ...settings(), ...more },
  )
  expect(stderr).not.toMatch(/^ +at /m)
  return code
}

const open = async (reader: Parameters<typeof openPage>[1] = {}) => {
  const watched = await openPage(browser, reader)
  await watched.page.goto(pathToFileURL(file()).href)
  return watched
}

/** Its lines and cells with one space between them. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim()
const rows = async (page: Page): Promise<string[]> =>
  (await page.locator('#rows tr').allInnerTexts()).map(plain)
const matches = (page: Page): Promise<string> => page.locator('#matches').innerText()

/** By its text, without its count. */
const choose = async (page: Page, label: string, text: string): Promise<void> => {
  const options = page.getByLabel(label, { exact: true }).locator('option')
  const found = (await options.allInnerTexts()).find((option) => option.replace(/ \([\d,]+\)$/, '') === text)
  expect(found, `${label} offers ${text}`).toBeDefined()
  await page.getByLabel(label, { exact: true }).selectOption({ label: found ?? '' })
}

/** Joiners, a mover, leavers and withheld removals: a company that moves on. */
const moveOn = async (): Promise<void> => {
  const stay = Array.from({ length: 8 }, (_, n) => ({ name: `stay${n}`, groups: ['Everyone'] }))
  await save([
    ...stay,
    { name: 'mia', groups: ['Everyone', 'Finance'] },
    { name: 'lea', groups: ['Everyone'] },
    { name: 'sue', groups: [] },
  ])
  const { code } = await program(['push', '-o', 'none'], settings())
  expect(code).toBe(0)
  await save([
    ...stay,
    { name: 'mia', groups: ['Everyone', 'Legal'] },
    { name: 'sue', groups: [], active: false },
    { name: 'joe', groups: ['Everyone'] },
  ])
}

describe('what a page says', () => {
  test('of a plan: result, both sides, hash, removals first, and who moves', async () => {
    await moveOn()
    expect(await make(['plan'])).toBe(0)
    const { page, complaints } = await open()
    expect(await page.title()).toMatch(/: changes – scim-push$/)
    expect(await page.locator('h1').innerText()).toMatch(/^Plan of .+: changes$/)
    const text = await page.locator('main').innerText()
    expect(text).toContain('exit 0 There are changes; nothing was written.')
    expect(text).toMatch(/Plan\s+[0-9a-f]{32}/)
    expect(text).toMatch(/Source\s+records of .*people\.json\s+11\s+2\s+11/)
    expect(text).toMatch(/Target\s+.*127\.0\.0\.1.*\s+11\s+2\s+11/)
    expect(text).toMatch(
      /2 users to deactivate[^]*lea@corp\.example\s+left scope[^]*sue@corp\.example\s+inactive at source/,
    )
    expect(text.indexOf('Removals: ')).toBeLessThan(text.indexOf('Joiners, movers, leavers'))
    const moves = await page
      .getByRole('table', { name: /^Joiners/ })
      .getByRole('row')
      .allInnerTexts()
    const cells = moves.map((row) => row.split(/\s*\n\s*|\t/).filter((cell) => cell.trim() !== ''))
    expect(cells).toEqual([
      ['Group', 'As a picture', 'Leavers', 'Movers out', 'Joiners', 'Movers in'],
      ['Everyone', '1', '0', '1', '0'],
      ['Legal', '0', '0', '0', '1'],
      ['no group', '1', '0', '0', '0'],
    ])
    // The table has them all, so the lists for readers without JavaScript are not there as well.
    expect(text).toContain('All changes')
    expect(text).not.toContain('Other changes')
    // Nothing is removed from Finance: nobody lists it any more, so it goes as a whole.
    expect(text).toMatch(/1 group to delete[^]*Finance\s+left scope/)
    expect(complaints).toEqual([])
  })

  test('of a push that failed in part: what, why, and what to do', async () => {
    await restart({ seats: 1 })
    await save([
      { name: 'ann', groups: ['Dev'] },
      { name: 'bob', groups: ['Dev'] },
    ])
    expect(await make(['push'])).toBe(4)
    const { page, complaints } = await open()
    expect(await page.locator('h1').innerText()).toMatch(/^Push of .+: some actions failed$/)
    const text = await page.locator('main').innerText()
    expect(text).toMatch(/Not done: \d/)
    expect(text).toMatch(/1 × user create, failed/)
    await choose(page, 'Status', 'failed')
    expect(await rows(page)).toHaveLength(1)
    expect((await rows(page))[0]).toMatch(/user create\s+bob@corp\.example\s+in scope\s+failed\s+SCIM_/)
    expect(complaints).toEqual([])
  })

  test('of a target that is not there: the error, and no script at all', async () => {
    await save([{ name: 'ann', groups: [] }])
    expect(await make(['push'], { SCIM_PUSH_TARGET_URL: 'http://127.0.0.1:9/scim' })).toBe(69)
    const { page, complaints } = await open()
    const text = await page.locator('main').innerText()
    expect(text).toContain('SCIM_UNREACHABLE')
    expect(text).toContain('What to do')
    expect(text).not.toContain('Removals')
    expect(complaints).toEqual([])
  })

  test('of a configuration that is wrong', async () => {
    expect(await make(['push'], { SCIM_PUSH_TARGET_URL: 'nonsense' })).toBe(78)
    const { page, complaints } = await open()
    expect(await page.locator('h1').innerText()).toBe('Push: wrong configuration')
    expect(await page.locator('main').innerText()).toContain('spec.target.url')
    expect(complaints).toEqual([])
  })

  test('of withheld removals: why, whom, and the hash that approves them, which does', async () => {
    await save(Array.from({ length: 12 }, (_, n) => ({ name: `u${n}`, groups: [] })))
    await program(['push', '-o', 'none'], settings())
    await save([{ name: 'u0', groups: [] }])
    expect(await make(['push'])).toBe(3)
    const { page, complaints } = await open()
    expect(await page.locator('main').innerText()).toMatch(/Withheld: 11[^]*11 × user deactivate\s+limit/)
    // The same words are not in each row, and not far away.
    const [row] = await page.locator('#rows tr', { hasText: 'u1@' }).all()
    expect(plain((await row?.innerText()) ?? '')).toMatch(/^user deactivate u1@corp.example limit withheld$/)
    await row?.locator('summary').press('Enter')
    expect(await row?.innerText()).toContain('11 of 12 users would go')
    const names = page.locator('details', { hasText: 'and 10 more' })
    expect(await names.locator('li').first().isVisible()).toBe(false)
    await names.locator('summary').click()
    expect(await names.locator('li').allInnerTexts()).toHaveLength(11)
    const line = await page.locator('pre', { hasText: '--approve' }).innerText()
    const flags = line.replace('scim-push push ', '').split(' ')
    expect(await make(['push', ...flags])).toBe(0)
    expect([...keeper.state.users.values()].filter(({ active }) => active)).toHaveLength(1)
    expect(complaints).toEqual([])
  })

  test('of several SyncConfigs: an overview, and one table with a filter', async () => {
    const other = await startKeeperEmulator()
    await save([{ name: 'ann', groups: ['Dev'] }])
    const write = async (name: string, { url }: KeeperEmulator): Promise<string> => {
      const path = join(folder, `${name}.yaml`)
      const source = `{type: records, records: {file: ${people()}}}`
      const target = `{url: "${url}", token: {env: ${name.toUpperCase()}}}`
      await writeFile(
        path,
        `{apiVersion: scim-push.io/v1alpha1, kind: SyncConfig, metadata: {name: ${name}}, spec: {source: ${source}, target: ${target}}}`,
      )
      return path
    }
    const paths = [await write('one', keeper), await write('two', other)]
    const args = ['plan', ...paths.flatMap((path) => ['-c', path]), '--log-level', 'error']
    const env = { ONE: keeper.token, TWO: other.token }
    const ended = await program([...args, '-o', 'html', '--output-file', file()], env)
    expect(ended.code, ended.stderr).toBe(0)
    const { page, complaints } = await open()
    expect(await page.locator('h1').innerText()).toBe('2 SyncConfigs: exit 0')
    await page.getByRole('link', { name: 'two' }).click()
    expect(page.url()).toMatch(/#report-2$/)
    expect(await matches(page)).toBe('6 entries')
    await choose(page, 'SyncConfig', 'two')
    expect(await matches(page)).toBe('3 of 6 match')
    expect(await rows(page)).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/^two\s/) as string),
    )
    expect(complaints).toEqual([])
    const markdown = await program([...args, '-o', 'markdown'], env)
    expect(markdown.stdout).toMatch(
      /^## 2 SyncConfigs \(exit 0\)\n[^]*### ⚠️ Plan of `one`[^]*### ⚠️ Plan of `two`/,
    )
    await other.close()
  })
})

describe('hostile names', () => {
  const hostile = [
    '<img src=x onerror="document.title=1">',
    '</script><script>document.title=2</script>',
    '<!--',
    '\u202eevil\u2066',
    '\u0000\u001b[31m\r\nx',
    '{{constructor}}',
    '"\'`&lt;|',
    'שרה',
  ]

  test('are shown as text, and nothing runs', async () => {
    await save([
      ...hostile.map((name, n) => ({ name: `u${n}`, groups: [name] })),
      { name: 'javascript:alert(1)', groups: hostile },
    ])
    expect(await make(['plan'])).toBe(0)
    const { page, complaints } = await open()
    expect(await page.locator('img, iframe, main script, a').count()).toBe(0)
    expect(await page.title()).toMatch(/changes – scim-push$/)
    const shown = (await rows(page)).join(' ')
    for (const text of [
      ...hostile.slice(0, 3),
      '\\u{202e}evil\\u{2066}',
      '\\u{0}\\u{1b}[31m\\u{d}\\u{a}x',
      ...hostile.slice(5),
    ])
      expect(shown).toContain(text)
    expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    await page.getByRole('searchbox').fill('onerror=')
    expect(await matches(page)).toMatch(/^3 of /)
    expect(complaints).toEqual([])
    // The same without the script.
    const bare = await open({ javaScript: false })
    expect(await bare.page.locator('img, iframe').count()).toBe(0)
    expect(await bare.page.locator('main').innerText()).toContain('<img src=x onerror="document.title=1">')
    expect(bare.complaints).toEqual([])
  })
})

describe('search and filters', () => {
  beforeEach(async () => {
    await moveOn()
    await make(['plan'])
  })

  test('by words, in any order and without regard to case; by kind, reason and status; and cleared', async () => {
    const { page, complaints } = await open()
    const all = (await rows(page)).length
    expect(await matches(page)).toBe(`${all} entries`)
    expect((await rows(page))[0]).toMatch(/^user deactivate/)
    const search = page.getByLabel('Search for a user, a group or a detail')
    await search.fill('EVERYONE joe')
    expect(await rows(page)).toEqual([
      expect.stringMatching(/^membership add\s+joe@corp\.example\s+Everyone\s+in source group\s+planned$/),
    ])
    await search.fill('nobody at all')
    expect(await rows(page)).toEqual([])
    expect(await matches(page)).toBe(`0 of ${all} match`)
    expect(await page.locator('#matches').getAttribute('aria-live')).toBe('polite')
    await search.fill('')
    await choose(page, 'Change', 'all removals')
    expect(await rows(page)).toEqual([
      expect.stringMatching(/^user deactivate\s+lea/),
      expect.stringMatching(/^user deactivate\s+sue/),
      expect.stringMatching(/^group delete\s+Finance/),
      expect.stringMatching(/^membership remove\s+lea@corp\.example\s+Everyone/),
    ])
    await choose(page, 'Why', 'left scope')
    expect(await rows(page)).toHaveLength(2)
    await choose(page, 'Status', 'planned')
    expect(await rows(page)).toHaveLength(2)
    await page.getByRole('button', { name: 'Clear' }).click()
    expect(await matches(page)).toBe(`${all} entries`)
    expect(await search.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(complaints).toEqual([])
  })

  test('with the keyboard alone', async () => {
    const { page } = await open()
    const search = page.getByRole('searchbox')
    for (let n = 0; n < 40; n++) {
      if (await search.evaluate((element) => element === document.activeElement)) break
      await page.keyboard.press('Tab')
    }
    await page.keyboard.type('lea')
    expect(await rows(page)).toHaveLength(2)
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowDown')
    expect(await page.getByLabel('Change', { exact: true }).inputValue()).toBe('removals')
  })
})

describe('every reader', () => {
  const withEverything = async (): Promise<void> => {
    await restart({ seats: 11 })
    await moveOn()
    await save([
      { name: 'joe', groups: ['Everyone'] },
      { name: 'joy', groups: ['Everyone'] },
      { name: 'mia', groups: [] },
    ])
    expect(await make(['push'])).not.toBe(0)
  }

  test.each(['light', 'dark'] as const)('%s: all text stands out from its ground', async (colorScheme) => {
    await withEverything()
    const { page, complaints } = await open({ colorScheme })
    const [red = 0] = (await page.evaluate(() => getComputedStyle(document.body).backgroundColor))
      .match(/\d+/g)!
      .map(Number)
    expect(red > 127).toBe(colorScheme === 'light')
    expect(await page.evaluate(faintTexts)).toEqual([])
    expect(complaints).toEqual([])
  })

  test('without JavaScript: the facts are there, and no empty table', async () => {
    await moveOn()
    expect(await make(['plan'])).toBe(0)
    const { page } = await open({ javaScript: false })
    const text = await page.locator('main').innerText()
    for (const fact of [
      '1 user to create',
      'joe@corp.example',
      '2 users to deactivate',
      'Joiners, movers, leavers',
    ])
      expect(text).toContain(fact)
    expect(text).toContain('Other changes')
    expect(text).not.toContain('All changes')
  })

  test.each([360, 1280])(
    '%i pixels wide: nothing is cut off, however long a name, and rows stay rows',
    async (width) => {
      const long = 'n'.repeat(200)
      await save(Array.from({ length: 12 }, (_, n) => ({ name: `${long}${n}`, groups: [`${long}old`] })))
      await program(['push', '-o', 'none'], settings())
      await save([{ name: `${long}new`, groups: [long] }])
      expect(await make(['plan'])).toBe(3)
      const { page } = await open({ width })
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width)
      // Only tables of figures are to be moved sideways; the heads of the others are for screen readers here.
      const cutOff = await page.evaluate(() =>
        [...document.querySelectorAll('main *')]
          .filter((element) => element.checkVisibility() && !element.closest('.wide, thead'))
          .filter((element) => element.getBoundingClientRect().right > innerWidth)
          .map((element) => element.outerHTML.slice(0, 80)),
      )
      expect(cutOff).toEqual([])
      const row = page.getByRole('table', { name: 'All changes' }).getByRole('row').nth(1)
      expect(await row.getByRole('cell').count()).toBe(5)
    },
  )
})

test('100,000 changes: a page of rows at a time, found and turned over', async () => {
  const groups = Array.from({ length: 200 }, (_, n) => `Group ${n}`)
  await save(
    Array.from({ length: 20_000 }, (_, n) => ({
      name: `first.last${n}`,
      groups: [0, 1, 2, 3].map((k) => groups[(n * 7 + k * 31) % 200]!),
    })),
  )
  expect(await make(['plan'])).toBe(0)
  const size = (await readFile(file())).length
  expect(size).toBeLessThan(6_000_000)
  const { page, complaints } = await open()
  expect(await matches(page)).toBe('100,200 entries')
  expect(await rows(page)).toHaveLength(200)
  expect(await page.locator('#page').innerText()).toBe('Page 1 of 501')

  await page.getByRole('searchbox').fill('first.last12345@')
  expect(await matches(page)).toBe('5 of 100,200 match')
  expect(await page.locator('#pager').isVisible()).toBe(false)
  await page.getByRole('searchbox').fill('group 17')
  await choose(page, 'Change', 'membership add')
  expect(await matches(page)).toMatch(/^[\d,]+ of 100,200 match$/)

  await page.getByRole('button', { name: 'Clear' }).click()
  const [first] = await rows(page)
  const next = page.getByRole('button', { name: 'Next' })
  await next.focus()
  await page.keyboard.press('Enter')
  expect(await page.locator('#page').innerText()).toBe('Page 2 of 501')
  expect((await rows(page))[0]).not.toBe(first)
  // Where the keyboard was, it stays, also at the end.
  await page.keyboard.press('Enter')
  expect(await page.locator('#page').innerText()).toBe('Page 3 of 501')
  const previous = page.getByRole('button', { name: 'Previous' })
  await previous.click()
  await previous.click()
  await page.keyboard.press('Enter')
  expect(await page.locator('#page').innerText()).toBe('Page 1 of 501')
  expect(await previous.getAttribute('aria-disabled')).toBe('true')
  expect(await previous.evaluate((element) => element === document.activeElement)).toBe(true)
  expect(complaints).toEqual([])
})
