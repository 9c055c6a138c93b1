import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { load } from '../../test/fixtures/config.ts'
import { documentSchema } from './json-schema.ts'
import { leaves } from './leaves.ts'

const page = (name: string): Promise<string> =>
  readFile(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

test('the example of docs/configuration.md loads', async () => {
  const text = /```yaml\n([\s\S]*?)```/.exec(await page('configuration.md'))?.[1] ?? ''
  const { config, error } = await load({
    document: { text, origin: 'example' },
    env: { KEEPER_SCIM_TOKEN: 'token', SCIM_PUSH_SOURCE_GOOGLE_CREDENTIALS: '{}' },
  })
  expect(error).toBeNull()
  expect(config).toMatchObject({ name: 'corp-to-keeper', scope: { scimGroups: ['Keeper Users'] } })
})

test('docs/configuration.md has every setting and its variables', async () => {
  const text = await page('configuration.md')
  for (const { path, env, fileEnv } of leaves)
    for (const name of [`spec.${path}`, env, ...(fileEnv === null ? [] : [fileEnv])])
      expect(text).toContain(`\`${name}\``)
})

test('docs/syncconfig.schema.json is the schema that documents are checked with', async () => {
  expect(JSON.parse(await page('syncconfig.schema.json'))).toEqual(documentSchema())
})
