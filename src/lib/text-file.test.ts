import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readTextFile } from './text-file.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-text-'))
})
afterAll(() => rm(folder, { recursive: true }))

const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()

test.each<[string, Buffer | string, string]>([
  ['plain', 'Grüße', 'Grüße'],
  ['empty', '', ''],
  ['exactly as large as allowed', 'x'.repeat(64), 'x'.repeat(64)],
  ['UTF-8 with a byte order mark', '\uFEFF{}', '{}'],
  ['UTF-16 as PowerShell writes it', Buffer.from('\uFEFFGrüße', 'utf16le'), 'Grüße'],
  ['UTF-16, big end first', utf16be('\uFEFFGrüße'), 'Grüße'],
])('reads %s', async (_, content, text) => {
  const path = join(folder, 'file')
  await writeFile(path, content)
  expect(await readTextFile(path, 64)).toEqual({ kind: 'text', text })
})

test.each<[string, string, RegExp, boolean]>([
  ['a file that is not there', 'absent', /^does not exist$/, true],
  ['a directory', '.', /^is a directory$/, false],
  ['a file below a file', 'large/x', /^does not exist$/, false],
  ['one byte too many', 'large', /^is larger than 64 bytes$/, false],
  ['Latin-1', 'latin', /^is no text in UTF-8$/, false],
  ['a name with a NUL', 'a\0b', /^can't be read/, false],
])('refuses %s', async (_, name, reason, missing) => {
  await writeFile(join(folder, 'large'), 'x'.repeat(65))
  await writeFile(join(folder, 'latin'), Buffer.from('Gr\xfc\xdfe', 'latin1'))
  const file = await readTextFile(join(folder, name), 64)
  expect(file).toMatchObject({ kind: 'unreadable', missing })
  expect(file.kind === 'unreadable' && file.reason).toMatch(reason)
})

test.skipIf(process.platform === 'win32')('an endless file ends at the limit', async () => {
  expect(await readTextFile('/dev/zero', 1000)).toMatchObject({ kind: 'unreadable' })
})
