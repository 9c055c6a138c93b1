import { expect, test } from 'vitest'
import { proxyProblems } from './proxy.ts'

test.each<[string, Record<string, string>, number]>([
  ['none', {}, 0],
  ['empty', { HTTPS_PROXY: ' ' }, 0],
  ['a URL', { HTTPS_PROXY: 'http://user:hush@proxy.corp.example:3128', http_proxy: 'https://proxy' }, 0],
  ['no scheme', { HTTPS_PROXY: 'proxy:3128' }, 1],
  ['nonsense, twice', { HTTPS_PROXY: 'http://', http_proxy: 'user:hush@proxy' }, 2],
])('%s', (_, env, count) => {
  const problems = proxyProblems(env)
  expect(problems).toHaveLength(count)
  expect(JSON.stringify(problems)).not.toContain('hush')
})
