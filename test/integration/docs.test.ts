import { globSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const pages = [
  'README.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'charts/scim-push/README.md',
  ...globSync('docs/**/*.md'),
]

/** As GitHub makes an anchor of a heading. */
const anchorsOf = (page: string): readonly string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each(pages)('every link of %s leads somewhere', (page) => {
  const links = [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(
    ([, link = '']) => link,
  )
  const broken = links.filter((link) => {
    const [path = '', anchor] = link.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
  })
  expect(broken).toEqual([])
})

test('every alert is in the table from symptom to cause, and no other', () => {
  const rules = globSync('docs/prometheus/*.rules.yaml').map((file) => readFileSync(file, 'utf8'))
  const alerts = rules.flatMap((text) => [...text.matchAll(/alert: (\w+)/g)].map(([, name]) => name))
  const named = [...readFileSync('docs/is-it-working.md', 'utf8').matchAll(/ScimPush\w+/g)].map(
    ([name]) => name,
  )
  expect([...new Set(named)].sort()).toEqual([...new Set(alerts)].sort())
})
