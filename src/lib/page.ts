import { createHash } from 'node:crypto'
import { h, type ComponentChildren } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { pageStyle } from './page-style.ts'

export interface Page {
  readonly title: string
  /** CSS, besides what every page has. */
  readonly style: string
  readonly body: ComponentChildren
  /**
   * What the page does once it is shown. It travels as its own source text, so it may use nothing from around it. A page says all its
   * facts without it.
   */
  readonly script?: () => void
  /** What the script works on; it finds it as the JSON text of the element `#data`. */
  readonly data?: unknown
  /** True when the script asks the server that sent the page. */
  readonly asksServer?: boolean
}

/** A whole HTML document: all text is escaped, and its own policy lets it run its one script and load nothing. */
export const renderPage = ({ title, style, body, script, data, asksServer = false }: Page): string => {
  const css = pageStyle + style
  const code = script ? scriptText(script) : null
  const policy = [
    "default-src 'none'",
    `style-src ${hashOf(css)}`,
    ...(code === null ? [] : [`script-src ${hashOf(code)}`]),
    ...(asksServer ? ["connect-src 'self'"] : []),
    // The icon.
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const page = h(
    'html',
    { lang: 'en' },
    h(
      'head',
      null,
      h('meta', { charset: 'utf-8' }),
      h('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('meta', { name: 'referrer', content: 'no-referrer' }),
      // Without one of its own a browser asks the server for an icon.
      h('link', { rel: 'icon', href: 'data:,' }),
      h('title', null, title),
      h('style', verbatim(css)),
    ),
    h(
      'body',
      null,
      body,
      data === undefined
        ? null
        : h('script', { id: 'data', type: 'application/json', ...verbatim(jsonText(data)) }),
      code === null ? null : h('script', verbatim(code)),
    ),
  )
  return `<!doctype html>\n${renderToString(page)}\n`
}

/** A bundler that keeps the names of functions calls `__name` for it, which is not in the function's own text. */
const scriptText = (script: () => void): string =>
  `{ const __name = (value) => value; (${script.toString()})() }`

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const verbatim = (text: string): { readonly dangerouslySetInnerHTML: { readonly __html: string } } => ({
  dangerouslySetInnerHTML: { __html: text },
})

/** JSON that can stand in a script element: no name in it can end the element, or begin a comment. */
const jsonText = (data: unknown): string => JSON.stringify(data).replaceAll('<', '\\u003c')
