import { describe, expect, test } from 'vitest'
import { heldStore } from '../../test/fixtures/memory-store.ts'
import type { ScimPushError } from '../errors/error.ts'
import { scimId } from '../model/ids.ts'
import type { Missing } from '../plan/departures.ts'
import { createMemory } from './memory.ts'
import type { Kept } from './store.ts'
import { memoryText, parseMemory } from './text.ts'

const DAY = 24 * 60 * 60 * 1000
const NOW = Date.parse('2026-11-25T12:00:00Z')
const ann = scimId('t-ann')

const kept = (sinceDays: number, savedDays = 0, target = 'corp'): Kept => ({
  kind: 'text',
  text: memoryText({
    target,
    savedAt: NOW - savedDays * DAY,
    missing: new Map([[ann, { externalId: 'k-ann', since: NOW - sinceDays * DAY }]]),
  }),
})

const found = (...names: readonly string[]): Missing => ({
  leavers: names.map((name) => ({ id: scimId(`t-${name}`), externalId: `k-${name}`, active: false })),
  begins: true,
  deactivatesAfter: null,
})

const daysIn = ({ kept: held }: { readonly kept: Kept }) => {
  const content = held.kind === 'text' ? parseMemory(held.text) : ''
  if (typeof content === 'string') throw new Error(content)
  return Object.fromEntries([...content.missing].map(([id, { since }]) => [id, (NOW - since) / DAY]))
}

const said = (warnings: readonly ScimPushError[]) =>
  warnings.map(({ code, message }) => `${code}: ${message}`)

describe('what is recalled', () => {
  test.each<[string, Kept, number | null, string[]]>([
    ['nothing at first', { kind: 'none' }, null, []],
    ['what was saved', kept(12), 12, []],
    ['after a week without a run', kept(12, 8), 12, []],
    [
      'not after more than a week: who was back meanwhile?',
      kept(12, 9),
      null,
      ['MEMORY_STALE: no push has brought the memory up to date since 2026-11-16'],
    ],
    [
      'not of another target',
      kept(12, 0, 'other'),
      null,
      ['MEMORY_FOREIGN: the memory is of another target'],
    ],
    [
      'not what is broken',
      { kind: 'text', text: '{}' },
      null,
      ['MEMORY_BROKEN: the memory does not say that it is scim-push.io/memory/v1'],
    ],
    [
      'not what the store finds broken',
      { kind: 'broken', detail: 'is no gzip' },
      null,
      ['MEMORY_BROKEN: the memory is no gzip'],
    ],
    ['a clock a little ahead', kept(-0.04, -0.04), -0.04, []],
    [
      'a future, which says that a clock is wrong',
      kept(-400, -400),
      -400,
      ['MEMORY_AHEAD: the memory has times of 2027-12-30, which is still to come'],
    ],
  ])('%s', async (_, held, days, warnings) => {
    const recalled = await createMemory(heldStore(held).store, 'corp').recall(NOW)
    const since = recalled.missing.get(ann)?.since
    expect(since === undefined ? null : (NOW - since) / DAY).toBe(days)
    expect(said(recalled.warnings)).toEqual(warnings)
  })

  test('nothing where it can’t be read, and it stays as it is', async () => {
    const { store, state } = heldStore(kept(12))
    state.unreadable = true
    const memory = createMemory(store, 'corp')
    const { missing, warnings } = await memory.recall(NOW)
    expect([missing.size, said(warnings)]).toEqual([0, ['MEMORY_UNREADABLE: the memory can’t be read: EIO']])
    await expect(memory.save(found('ann'), NOW)).rejects.toMatchObject({ code: 'MEMORY_UNWRITABLE' })
    expect(daysIn(state)).toEqual({ 't-ann': 12 })
  })
})

describe('what is saved', () => {
  test('is nothing where nobody is missing and nothing is there', async () => {
    const { store, state } = heldStore()
    await createMemory(store, 'corp').save(found(), NOW)
    expect(state.kept).toEqual({ kind: 'none' })
  })

  test.each<[string, Kept, Record<string, number>]>([
    ['who is missing', { kind: 'none' }, { 't-ann': 0 }],
    ['since when they have been', kept(12), { 't-ann': 12 }],
    ['anew over what is broken', { kind: 'text', text: '{' }, { 't-ann': 0 }],
    ['anew over another target’s', kept(12, 0, 'other'), { 't-ann': 0 }],
    ['anew over what nobody kept up to date', kept(12, 9), { 't-ann': 0 }],
  ])('%s', async (_, held, days) => {
    const { store, state } = heldStore(held)
    expect(await createMemory(store, 'corp').save(found('ann'), NOW)).toEqual([])
    expect(daysIn(state)).toEqual(days)
  })

  test('also when nobody is missing any more', async () => {
    const { store, state } = heldStore(kept(12))
    await createMemory(store, 'corp').save(found(), NOW)
    expect(daysIn(state)).toEqual({})
  })

  test('what came to be read meanwhile is not lost', async () => {
    const { store, state } = heldStore(kept(12))
    state.unreadable = true
    const memory = createMemory(store, 'corp')
    await memory.recall(NOW)
    state.unreadable = false
    await memory.save(found('ann', 'bob'), NOW)
    expect(daysIn(state)).toEqual({ 't-ann': 12, 't-bob': 0 })
  })

  test('a clock that is behind the memory lets no wait begin, for all that it stood still', async () => {
    const { store, state } = heldStore(kept(12))
    await createMemory(store, 'corp').save(found('ann', 'bob'), NOW - 300 * DAY)
    expect(daysIn(state)).toEqual({ 't-ann': 12 })
  })

  test('a clock that goes far ahead and comes back lets nobody go earlier', async () => {
    const { store, state } = heldStore(kept(12))
    const memory = createMemory(store, 'corp')
    expect((await memory.recall(NOW + 300 * DAY)).missing.size).toBe(0)
    await memory.save(found('ann'), NOW + 300 * DAY)
    expect((await memory.recall(NOW)).missing.get(ann)?.since).toBe(NOW + 300 * DAY)
    expect(daysIn(state)).toEqual({ 't-ann': -300 })
  })

  test('those who are missing the longest, where there is no room for all', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => `u${n}`)
    const { store, state } = heldStore(kept(12), 10_000)
    const warnings = await createMemory(store, 'corp').save(found(...many, 'ann'), NOW)
    const held = daysIn(state)
    expect(held['t-ann']).toBe(12)
    const size = Object.keys(held).length
    expect(size).toBeGreaterThan(100)
    expect(said(warnings)).toEqual([
      `MEMORY_FULL: the memory has no room for ${1001 - size} of those who are missing`,
    ])
  })

  test('not what can’t be written, which is an error', async () => {
    const { store, state } = heldStore(kept(12))
    state.unwritable = true
    await expect(createMemory(store, 'corp').save(found(), NOW)).rejects.toMatchObject({
      code: 'MEMORY_UNWRITABLE',
      message: 'the memory can’t be brought up to date: ENOSPC',
      where: 'here',
    })
  })
})
