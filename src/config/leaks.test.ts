import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentOf, load, minimalEnv, without } from '../../test/fixtures/config.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { ConfigInput } from './load.ts'

const env = without(minimalEnv, 'SCIM_PUSH_TARGET_TOKEN')

describe('no message has a secret in it', () => {
  const MARKER = 'Zq7MaRkEr9xW'
  const everythingOf = (error: ScimPushError | null, warnings: readonly string[]): string =>
    `${error?.message} ${error?.stack} ${JSON.stringify(error)} ${inspect(error, { depth: 9, showHidden: true })} ${warnings.join()}`

  const secret = fc
    .tuple(
      fc.constantFrom('', ' ', 'Bearer ', '{"private_key":"', 'https://u:', 'a\n'),
      fc.constantFrom('', ' ', '\n', '"}', '@host/', ': x', ' b'),
    )
    .map(([before, after]) => `${before}${MARKER}${after}`)
  const yaml = secret.map((text) => JSON.stringify(text))
  const secretPath = fc.constantFrom(
    'target.token',
    'source.google.credentials',
    'source.activeDirectory.password',
  )
  const variable = fc.constantFrom(
    'SCIM_PUSH_TARGET_TOKEN',
    'SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS',
    'SCIM_PUSH_SOURCE_ACTIVE_DIRECTORY_PASSWORD',
  )
  const type = fc.constantFrom('google', 'activeDirectory', 'records', 'azure')

  const inDocument = fc
    .tuple(
      secretPath,
      yaml,
      fc.constantFrom(
        '%',
        '{file: %}',
        '{env: %}',
        '{value: %}',
        '{file: [%]}',
        '[%]',
        '{%: a}',
        '{secretKeyRef: {name: %, key: k}}',
        '{secretKeyRef: %}',
        '{file: %, env: A}',
        '% x',
        '{file: %',
      ),
    )
    .map(([path, text, form]): Partial<ConfigInput> => {
      const [top, ...rest] = path.split('.').reverse()
      const value = form.replace('%', () => text)
      return {
        document: documentOf(
          rest.reduce((inner, name) => `{${name}: ${inner}}`, `{${top!}: ${value}}`).slice(1, -1),
        ),
      }
    })
  const inUrl = fc
    .tuple(
      fc.constantFrom(
        'target.url',
        'source.google.rootUrl',
        'source.google.tokenUrl',
        'source.activeDirectory.url',
        'target.profile',
        'target.maxConcurrency',
        'dryRun',
        'policy.approvedPlan',
        'source.google.adminEmail',
        'target.caFile',
      ),
      secret,
    )
    .map(([path, text]): Partial<ConfigInput> => ({ flags: { set: [`${path}=${text}`] } }))
  const inFlag = fc
    .tuple(secretPath, fc.constantFrom('', '.file', '.env', '.value'), secret)
    .map(([path, form, text]): Partial<ConfigInput> => ({ flags: { set: [`${path}${form}=${text}`] } }))
  const bare = secret.map((text): Partial<ConfigInput> => ({ flags: { set: [text], source: text } }))
  const inEnvironment = fc
    .tuple(variable, fc.constantFrom('', '_FILE'), secret)
    .map(([name, form, text]): Partial<ConfigInput> => ({ env: { ...env, [`${name}${form}`]: text } }))

  test('wherever it is put by mistake', async () => {
    await fc.assert(
      fc.asyncProperty(
        type,
        fc.oneof(inDocument, inUrl, inFlag, bare, inEnvironment),
        async (source, input) => {
          const merged = { ...input, env: { ...(input.env ?? env), SCIM_PUSH_SOURCE_TYPE: source } }
          const { error, warnings } = await load(merged)
          expect(everythingOf(error, warnings)).not.toContain(MARKER)
        },
      ),
      { numRuns: 400 },
    )
  })
})
