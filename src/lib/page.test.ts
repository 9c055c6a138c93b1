import { createHash } from 'node:crypto'
import { h } from 'preact'
import { expect, test } from 'vitest'
import { renderPage } from './page.ts'

const hostile = `</script><script>alert(1)</script><!--<b title="'">&`

test('text can’t become markup, be it in the body, the title or the data', () => {
  const page = renderPage({
    title: hostile,
    style: '',
    body: h('p', { title: hostile }, hostile),
    data: { hostile },
  })
  expect(page.match(/<script/g)).toHaveLength(1)
  expect(page).not.toContain('<b ')
  expect(page).not.toContain('<!--')
  const [, json = ''] = /<script id="data" type="application\/json">(.*?)<\/script>/.exec(page) ?? []
  expect(JSON.parse(json)).toEqual({ hostile })
})

test('its policy lets it run its own script and style, and nothing else', () => {
  const page = renderPage({ title: 'x', style: 'p { margin: 0 }', body: null, script: () => undefined })
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1]
  const hashOf = (element: string): string => {
    const text = new RegExp(`<${element}>(.*?)</${element}>`, 's').exec(page)?.[1] ?? ''
    return createHash('sha256').update(text).digest('base64')
  }
  expect(policy?.replaceAll('&#39;', "'")).toBe(
    `default-src 'none'; style-src 'sha256-${hashOf('style')}'; script-src 'sha256-${hashOf('script')}'; img-src data:; base-uri 'none'; form-action 'none'`,
  )
})

test('only a page that asks its server may connect, and to that alone', () => {
  const page = { title: 'x', style: '', body: null }
  expect(renderPage({ ...page, asksServer: true })).toContain("connect-src 'self'")
  expect(renderPage(page)).not.toContain('connect-src')
  expect(renderPage(page)).not.toContain('<script')
})
