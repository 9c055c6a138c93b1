import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret, withoutSecrets } from './secret.ts'

test('a secret prints as a mask, however it is printed', () => {
  const secret = new Secret('hush')
  const texts = [
    String(secret),
    secret.toString(),
    JSON.stringify({ secret }),
    inspect({ secret }),
    inspect(secret, { depth: 9 }),
  ]
  for (const text of texts) expect(text).not.toContain('hush')
  expect(secret.reveal()).toBe('hush')
})

test.each([
  ['each time that it occurs', 'a hush, a hush', ['hush'], 'a [secret], a [secret]'],
  ['an empty one hides nothing', 'a hush', [''], 'a hush'],
  ['several', 'hush-a hush-b', ['hush-a', 'hush-b'], '[secret] [secret]'],
  ['as it is, not as a pattern', 'a.b axb', ['a.b'], '[secret] axb'],
])('a text is without them: %s', (_, text, secrets, expected) => {
  expect(withoutSecrets(text, secrets)).toBe(expected)
})
