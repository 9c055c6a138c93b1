import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { ScimPushError } from '../errors/error.ts'
import { createMemory } from '../memory/memory.ts'
import { scimId } from '../model/ids.ts'
import type { MemoryMap } from './memory-map.ts'
import { configMapStore } from './memory-store.ts'

const conflict = () => new ScimPushError('KUBERNETES_CONFLICT', { message: 'it has changed' })

/** A ConfigMap as an API server holds it; `meanwhile` happens between a reading and the writing that follows. */
const heldMap = (packed: string | null | undefined, meanwhile: readonly (() => void)[] = []) => {
  const state = { packed, version: 1, calls: [] as string[] }
  const others = [...meanwhile]
  const write = (text: string, verb: string): void => {
    state.calls.push(verb)
    state.packed = text
    state.version++
  }
  const map: MemoryMap = {
    where: 'identity/configmap/corp-memory',
    get: () => {
      const found =
        state.packed === undefined ? null : { packed: state.packed, resourceVersion: `${state.version}` }
      others.shift()?.()
      return Promise.resolve(found)
    },
    patch: (text, resourceVersion) => {
      if (resourceVersion !== `${state.version}`) return Promise.reject(conflict())
      write(text, 'patch')
      return Promise.resolve()
    },
    create: (text) => {
      if (state.packed !== undefined) return Promise.reject(conflict())
      write(text, 'create')
      return Promise.resolve()
    },
  }
  return { map, state }
}

const pack = (text: string) => gzipSync(text).toString('base64')
const textIn = ({ packed }: { readonly packed?: string | null | undefined }) =>
  gunzipSync(Buffer.from(packed ?? '', 'base64')).toString()

test('a map that is not there is made, one that is there is changed', async () => {
  const { map, state } = heldMap(undefined)
  const store = configMapStore(map)
  expect(await store.read()).toEqual({ kind: 'none' })
  await store.update(({ kind }) => `after ${kind}`)
  await store.update((kept) => (kept.kind === 'text' ? `${kept.text}, again` : null))
  expect(state.calls).toEqual(['create', 'patch'])
  expect(await store.read()).toEqual({ kind: 'text', text: 'after none, again' })
})

test('an empty map, as the chart makes it, is changed', async () => {
  const { map, state } = heldMap(null)
  await configMapStore(map).update(({ kind }) => kind)
  expect([state.calls, textIn(state)]).toEqual([['patch'], 'none'])
})

test('what others write meanwhile is read again', async () => {
  const { map, state } = heldMap(pack('a'), [
    () => {
      state.packed = pack('b')
      state.version++
    },
  ])
  await configMapStore(map).update((kept) => (kept.kind === 'text' ? `${kept.text}!` : null))
  expect(textIn(state)).toBe('b!')
})

test('a map that others made meanwhile is changed', async () => {
  const { map, state } = heldMap(undefined, [() => (state.packed = pack('b'))])
  await configMapStore(map).update((kept) => (kept.kind === 'text' ? `${kept.text}!` : 'made'))
  expect(textIn(state)).toBe('b!')
})

test('somebody who writes again and again is not waited for', async () => {
  const { map, state } = heldMap(
    pack('a'),
    Array.from({ length: 9 }, () => () => state.version++),
  )
  await expect(configMapStore(map).update(() => 'new')).rejects.toMatchObject({ code: 'KUBERNETES_CONFLICT' })
  expect(textIn(state)).toBe('a')
})

test('nothing to write changes nothing', async () => {
  const { map, state } = heldMap(undefined)
  await configMapStore(map).update(() => null)
  expect(state.calls).toEqual([])
})

test.each([
  ['no base64', '…'],
  ['no gzip', Buffer.from('{}').toString('base64')],
  ['half of one', pack('a'.repeat(1000)).slice(0, 20)],
  ['no text', gzipSync(Buffer.from([0xff])).toString('base64')],
  ['a bomb', gzipSync(Buffer.alloc(2 ** 27)).toString('base64')],
])('%s is broken, and replaced', async (_, packed) => {
  const { map, state } = heldMap(packed)
  const store = configMapStore(map)
  expect(await store.read()).toEqual({
    kind: 'broken',
    detail: 'has a key memory.json.gz that is no text in gzip',
  })
  await store.update(() => 'new')
  expect(textIn(state)).toBe('new')
})

test('a hundred thousand who are missing: as many as fit, and a warning', async () => {
  const { map, state } = heldMap(null)
  const leavers = Array.from({ length: 100_000 }, (_, n) => ({
    id: scimId(`${(n * 2654435761) % 4294967296}${n}`),
    externalId: `${n}${(n * 40503) % 65536}`,
    active: false,
  }))
  const memory = createMemory(configMapStore(map), 'corp')
  const warnings = await memory.save({ leavers, begins: true, deactivatesAfter: 0 }, 0)
  expect(warnings.map(({ code }) => code)).toEqual(['MEMORY_FULL'])
  const held = (await memory.recall(0)).missing.size
  expect(held).toBeGreaterThan(10_000)
  expect(held).toBeLessThan(100_000)
  expect(Buffer.from(state.packed ?? '', 'base64').length).toBeLessThan(2 ** 20)
})
