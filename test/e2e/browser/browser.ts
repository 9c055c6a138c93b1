import { chromium, type Browser, type Page } from 'playwright-core'

/** Debian's Chromium. As root, as in a container, it has no sandbox of its own. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] })

export interface Watched {
  readonly page: Page
  /** What the page complained about: errors of its script, of its policy, and files that it could not load. */
  readonly complaints: readonly string[]
}

interface Reader {
  readonly colorScheme?: 'light' | 'dark'
  readonly javaScript?: boolean
  readonly width?: number
}

/** A new page in a context of its own. */
export const openPage = async (
  browser: Browser,
  { colorScheme = 'light', javaScript = true, width = 1280 }: Reader = {},
): Promise<Watched> => {
  const context = await browser.newContext({
    colorScheme,
    javaScriptEnabled: javaScript,
    viewport: { width, height: 900 },
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`))
  return { page, complaints }
}
