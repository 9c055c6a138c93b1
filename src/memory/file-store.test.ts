import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fileStore } from './file-store.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scim-push-memory-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('is nothing at first, and what was written after that, for its owner alone', async () => {
  const path = join(folder, 'memory.json')
  const store = fileStore(path)
  expect(await store.read()).toEqual({ kind: 'none' })
  await store.update((kept) => `after ${kept.kind}`)
  await store.update((kept) => (kept.kind === 'text' ? `${kept.text}, again` : null))
  expect(await store.read()).toEqual({ kind: 'text', text: 'after none, again' })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(folder)).toEqual(['memory.json'])
})

test('what a writer who was killed left beside it goes, and what another one is writing stays', async () => {
  const [old, fresh, other] = [
    '.memory.json.3f0c8a52-5a0e-4b7c-9a5f-0d6c1f5b7e11',
    '.memory.json.8d1f6e0a-7c52-4f7e-8b0f-2f1f6a0c9d22',
    '.memory.json.backup',
  ] as const
  for (const name of [old, fresh, other]) await writeFile(join(folder, name), '')
  const twoHoursAgo = Date.now() / 1000 - 7200
  for (const name of [old, other]) await utimes(join(folder, name), twoHoursAgo, twoHoursAgo)
  await fileStore(join(folder, 'memory.json')).update(() => 'new')
  expect((await readdir(folder)).toSorted()).toEqual([fresh, other, 'memory.json'])
})

test('nothing to write leaves no file', async () => {
  await fileStore(join(folder, 'memory.json')).update(() => null)
  expect(await readdir(folder)).toEqual([])
})

test('a link stays one, and what it leads to is replaced', async () => {
  await writeFile(join(folder, 'there.json'), 'old')
  await symlink('there.json', join(folder, 'memory.json'))
  await fileStore(join(folder, 'memory.json')).update(() => 'new')
  expect(await readFile(join(folder, 'there.json'), 'utf8')).toBe('new')
  expect((await readdir(folder)).toSorted()).toEqual(['memory.json', 'there.json'])
})

test('what is no text is broken, and replaced', async () => {
  const path = join(folder, 'memory.json')
  await writeFile(path, Buffer.from([0x7b, 0xff]))
  const store = fileStore(path)
  expect(await store.read()).toEqual({ kind: 'broken', detail: 'is no text in UTF-8' })
  await store.update(() => '{}')
  expect(await store.read()).toEqual({ kind: 'text', text: '{}' })
})

test('what can’t be read is not taken for nothing, and not replaced', async () => {
  const path = join(folder, 'memory.json')
  await mkdir(path)
  const store = fileStore(path)
  await expect(store.read()).rejects.toThrow('the file is a directory')
  await expect(store.update(() => 'new')).rejects.toThrow('the file is a directory')
})

test('what can’t be written is left as it was, and nothing beside it', async () => {
  await expect(fileStore(join(folder, 'no', 'memory.json')).update(() => 'new')).rejects.toThrow(
    'its directory does not exist',
  )
  // Nobody may write there, whoever the tests run as.
  await expect(fileStore('/proc/self/memory.json').update(() => 'new')).rejects.toThrow()
  const path = join(folder, 'memory.json')
  await writeFile(path, 'old')
  await chmod(folder, 0o500)
  try {
    const written = await fileStore(path)
      .update(() => 'new')
      .then(
        () => true,
        () => false,
      )
    // The superuser may.
    expect(written).toBe(process.getuid?.() === 0)
    expect(await readdir(folder)).toEqual(['memory.json'])
  } finally {
    await chmod(folder, 0o700)
  }
})
