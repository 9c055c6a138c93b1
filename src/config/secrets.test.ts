import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentOf, load, minimalEnv, problemsOf, without } from '../../test/fixtures/config.ts'
import { ScimPushError } from '../errors/error.ts'
import type { ConfigInput } from './load.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-secrets-'))
  await mkdir(join(folder, 'keeper'))
  for (const [name, content] of Object.entries({
    token: 'file-token\n',
    'keeper/token': 'mounted-token',
    windows: '\uFEFFfile-token\r\n',
    empty: '\n',
    spaces: 'two words',
    bearer: 'Bearer abc',
    umlaut: 'tökén',
    large: 'x'.repeat(2 ** 20 + 1),
  })) {
    await writeFile(join(folder, name), content, { mode: 0o600 })
  }
})
afterAll(() => rm(folder, { recursive: true }))

const env = without(minimalEnv, 'SCIM_PUSH_TARGET_TOKEN')
const tokenOf = async (input: Partial<ConfigInput>) => {
  const { config, error } = await load({ env, ...input })
  return config?.target.token.reveal() ?? error?.message
}
const tokenAs = (reference: string, more: Partial<ConfigInput> = {}) =>
  tokenOf({ document: documentOf(`target: {token: ${reference}}`), ...more })
const mounts = (): Record<string, string> => ({ ...env, SCIM_PUSH_SECRETS_DIR: folder })

describe('a secret', () => {
  test('from a file, without its line end', async () => {
    expect(await tokenAs(`{file: ${join(folder, 'token')}}`)).toBe('file-token')
    expect(await tokenOf({ env: { ...env, SCIM_PUSH_TARGET_TOKEN_FILE: join(folder, 'windows') } })).toBe(
      'file-token',
    )
    expect(await tokenOf({ flags: { set: [`target.token.file=${join(folder, 'token')}`] } })).toBe(
      'file-token',
    )
  })

  test('from the environment', async () => {
    expect(await tokenOf({ env: { ...env, SCIM_PUSH_TARGET_TOKEN: 'value\n' } })).toBe('value')
    expect(await tokenAs('{env: KEEPER}', { env: { ...env, KEEPER: 'referred' } })).toBe('referred')
  })

  test.each(['valueOf', '__proto__', 'constructor'])('not from %s, which every object has', async (name) => {
    expect(await tokenOf({ flags: { set: [`target.token.env=${name}`] } })).toContain('which is not set')
  })

  test('from a mounted Secret', async () => {
    expect(await tokenAs('{secretKeyRef: {name: keeper, key: token}}', { env: mounts() })).toBe(
      'mounted-token',
    )
  })

  test('from Kubernetes, when it is not mounted', async () => {
    const asked: object[] = []
    const resolveSecretKeyRef = (ref: object) => {
      asked.push(ref)
      return Promise.resolve('api-token')
    }
    const more = { env: mounts(), resolveSecretKeyRef }
    expect(await tokenAs('{secretKeyRef: {name: keeper, key: token}}', more)).toBe('mounted-token')
    expect(asked).toEqual([])
    expect(await tokenAs('{secretKeyRef: {name: keeper, key: other}}', more)).toBe('api-token')
    expect(asked).toEqual([{ name: 'keeper', key: 'other' }])
  })

  test('of the environment goes before that of the document, whose file is not looked for', async () => {
    expect(await tokenAs('{file: /nowhere}', { env: minimalEnv })).toBe('token')
  })

  test('prints as a mask in the configuration', async () => {
    const { config } = await load({ env: { ...env, SCIM_PUSH_TARGET_TOKEN: 'MARKER' } })
    expect(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`).not.toContain('MARKER')
  })
})

describe('a secret that is not to be had', () => {
  const place = 'spec.target.token (c.yaml:5)'
  test.each<[string, string, string]>([
    [
      'a file that is not there',
      '{file: /nowhere/token}',
      'refers to a file, /nowhere/token, which does not exist',
    ],
    ['a directory', '{file: /}', 'refers to a file, /, which is a directory'],
    [
      'a variable that is not set',
      '{env: KEEPER_TOKEN}',
      'refers to an environment variable, KEEPER_TOKEN, which is not set',
    ],
    [
      'the secret where a variable belongs',
      '{env: mArKeR123}',
      'refers to an environment variable, which is not set',
    ],
    ['the secret where a file belongs', '{file: mArKeR123}', 'refers to a file which does not exist'],
    [
      'a JSON key where a file belongs',
      `{file: '{"private_key": "mArKeR123"}'}`,
      'refers to a file which does not exist',
    ],
    [
      'a key of no Secret',
      '{secretKeyRef: {name: keeper, key: other}}',
      'refers to the key other of the Secret keeper: there is no file FOLDER/keeper/other, and the Kubernetes API is not in use',
    ],
    ['an empty file', '{file: FOLDER/empty}', 'is empty'],
    [
      'a file too large',
      '{file: FOLDER/large}',
      'refers to a file, FOLDER/large, which is larger than 1 MiB',
    ],
    [
      'white space in a token',
      '{file: FOLDER/spaces}',
      'has white space or other characters in it that no token has',
    ],
    ['the word Bearer', '{file: FOLDER/bearer}', 'begins with the word Bearer; give the token alone'],
    [
      'letters no header takes',
      '{file: FOLDER/umlaut}',
      'has white space or other characters in it that no token has',
    ],
  ])('%s', async (_, reference, message) => {
    const input = {
      document: documentOf(`target: {token: ${reference.replace('FOLDER', folder)}}`),
      env: mounts(),
    }
    expect(await problemsOf(input)).toEqual([`${place} ${message.replace('FOLDER', folder)}`])
    expect((await load(input)).error?.code).toBe('CONFIG_SECRET_UNAVAILABLE')
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'set twice',
      { SCIM_PUSH_TARGET_TOKEN: 'MARKER', SCIM_PUSH_TARGET_TOKEN_FILE: '/x' },
      'spec.target.token is set twice, as SCIM_PUSH_TARGET_TOKEN and as SCIM_PUSH_TARGET_TOKEN_FILE; unset one of them',
    ],
    [
      'an empty value',
      { SCIM_PUSH_TARGET_TOKEN: '' },
      'spec.target.token (environment variable SCIM_PUSH_TARGET_TOKEN) is empty',
    ],
    [
      'a line end alone',
      { SCIM_PUSH_TARGET_TOKEN: '\r\n' },
      'spec.target.token (environment variable SCIM_PUSH_TARGET_TOKEN) is empty',
    ],
    [
      'an empty path',
      { SCIM_PUSH_TARGET_TOKEN_FILE: ' ' },
      'spec.target.token (environment variable SCIM_PUSH_TARGET_TOKEN_FILE) has an empty path',
    ],
    [
      'white space within',
      { SCIM_PUSH_TARGET_TOKEN: 'MARKER MARKER' },
      'spec.target.token (environment variable SCIM_PUSH_TARGET_TOKEN) has white space or other characters in it that no token has',
    ],
  ])('%s', async (_, more, message) => {
    expect(await problemsOf({ env: { ...env, ...more } })).toEqual([message])
  })

  test.each(['..', '.', '../keeper', '..data', 'a/b', 'a\\b', '', 'a\0b'])(
    '%j is no key of a Secret',
    async (key) => {
      const document = documentOf(
        `target: {token: {secretKeyRef: {name: keeper, key: ${JSON.stringify(key)}}}}`,
      )
      expect(await problemsOf({ document, env: mounts() })).toEqual([
        expect.stringContaining('must be one of {file: …}'),
      ])
    },
  )

  test.each(['..', '../..', 'Keeper', 'a/b', '/etc', '', '-a'])('%j is no name of a Secret', async (name) => {
    const document = documentOf(
      `target: {token: {secretKeyRef: {name: ${JSON.stringify(name)}, key: token}}}`,
    )
    expect(await problemsOf({ document, env: mounts() })).toEqual([
      expect.stringContaining('must be one of {file: …}'),
    ])
  })

  test('Kubernetes has none either: both places are named', async () => {
    const message = await tokenAs('{secretKeyRef: {name: nope, key: token}}', {
      env: mounts(),
      resolveSecretKeyRef: () => Promise.resolve(null),
    })
    expect(message).toContain(
      `there is no file ${folder}/nope/token, and Kubernetes knows no such Secret or key`,
    )
  })

  test('a mounted key that is there but no file is not looked for elsewhere', async () => {
    await mkdir(join(folder, 'keeper', 'broken'))
    const message = await tokenAs('{secretKeyRef: {name: keeper, key: broken}}', {
      env: mounts(),
      resolveSecretKeyRef: () => Promise.resolve('api-token'),
    })
    expect(message).toContain(`${folder}/keeper/broken, which is a directory`)
  })

  test("Kubernetes can't be asked: its words are kept back, ours are not", async () => {
    const ask = (error: Error) =>
      tokenAs('{secretKeyRef: {name: nope, key: token}}', {
        env: mounts(),
        resolveSecretKeyRef: () => Promise.reject(error),
      })
    const message = await ask(new Error('401 {"authorization":"Bearer MARKER"}'))
    expect(message).toContain('Kubernetes could not be asked')
    expect(message).not.toContain('MARKER')
    expect(await ask(new ScimPushError('INTERRUPTED', { message: 'stopped' }))).toBe('stopped')
    // A right that was never meant to be given: what is wrong is the mount.
    expect(await ask(new ScimPushError('KUBERNETES_FORBIDDEN', { message: 'cannot get' }))).toContain(
      `there is no file ${folder}/nope/token, and this service account may not read the Secret itself`,
    )
  })
})

describe('doubts about a file', () => {
  test('readable by others', async () => {
    const file = join(folder, 'open')
    await writeFile(file, 'MARKER')
    await chmod(file, 0o644)
    const { warnings } = await load({ env: { ...env, SCIM_PUSH_TARGET_TOKEN_FILE: file } })
    expect(warnings).toEqual([
      `spec.target.token (environment variable SCIM_PUSH_TARGET_TOKEN_FILE): the file ${file} can be read by every user of this machine; chmod 600 it`,
    ])
    await chmod(file, 0o600)
    expect((await load({ env: { ...env, SCIM_PUSH_TARGET_TOKEN_FILE: file } })).warnings).toEqual([])
  })

  test('not below the directory of mounted Secrets', async () => {
    await writeFile(join(folder, 'keeper', 'open'), 'x')
    await chmod(join(folder, 'keeper', 'open'), 0o644)
    const document = documentOf('target: {token: {secretKeyRef: {name: keeper, key: open}}}')
    expect((await load({ env: mounts(), document })).warnings).toEqual([])
  })
})
