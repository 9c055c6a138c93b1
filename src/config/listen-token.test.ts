import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { listenToken } from './listen-token.ts'

const TOKEN = 'a-token-of-sixteen'
let folder: string
const file = (): string => join(folder, 'token')

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'token-'))
  await writeFile(file(), `${TOKEN}\n`)
  await chmod(file(), 0o600)
})
afterAll(() => rm(folder, { recursive: true }))

interface Given {
  readonly listen?: boolean
  readonly file?: string
  readonly env?: Readonly<Record<string, string>>
}

const read = async ({ listen = true, file: listenTokenFile, env = {} }: Given): Promise<string | null> => {
  try {
    const token = await listenToken({ listen, listenTokenFile }, { env, warn: () => undefined })
    return token ? token.reveal() : null
  } catch (error) {
    if (!(error instanceof ScimPushError)) throw error
    expect(`${error.message}${error.remedy}${error.where ?? ''}`).not.toContain(TOKEN)
    return `${error.code}: ${error.message}`
  }
}

test('none is none', async () => {
  expect(await read({})).toBeNull()
  expect(await read({ listen: false })).toBeNull()
})

test('from a file, or from the environment', async () => {
  expect(await read({ file: file() })).toBe(TOKEN)
  expect(await read({ env: { SCIM_PUSH_LISTEN_TOKEN: `${TOKEN}\n` } })).toBe(TOKEN)
})

test.each<[string, () => Given, string]>([
  [
    'from both',
    () => ({ file: file(), env: { SCIM_PUSH_LISTEN_TOKEN: TOKEN } }),
    'is set beside SCIM_PUSH_LISTEN_TOKEN',
  ],
  ['a file that is not there', () => ({ file: join(folder, 'no') }), 'CONFIG_SECRET_UNAVAILABLE'],
  ['too short', () => ({ env: { SCIM_PUSH_LISTEN_TOKEN: 'short' } }), 'must have 16 characters or more'],
  ['empty', () => ({ env: { SCIM_PUSH_LISTEN_TOKEN: '' } }), 'CONFIG_SECRET_UNAVAILABLE'],
  [
    'with a space in it',
    () => ({ env: { SCIM_PUSH_LISTEN_TOKEN: `${TOKEN} ${TOKEN}` } }),
    'CONFIG_SECRET_UNAVAILABLE',
  ],
  ['without --listen', () => ({ listen: false, file: file() }), '--listen is missing'],
])('%s: refused', async (_, given, words) => {
  expect(await read(given())).toContain(words)
})
