import fc from 'fast-check'
import { expect, test } from 'vitest'
import { heldStore } from '../../test/fixtures/memory-store.ts'
import { account, actionsOf, openPolicy, person, simulate, snapshot } from '../../test/fixtures/simulate.ts'
import type { ScimId } from '../model/ids.ts'
import type { TargetState } from '../model/target-state.ts'
import type { RemovalLadder } from '../plan/policy.ts'
import { createMemory } from './memory.ts'
import { planWithMemory } from './plan.ts'
import type { Kept } from './store.ts'

const HOUR = 60 * 60 * 1000
const DAY = 24 * HOUR
const START = Date.parse('2026-01-01T00:00:00Z')
const names = ['ann', 'bob', 'cat', 'dan'] as const

const ladder: fc.Arbitrary<RemovalLadder> = fc.constantFrom<RemovalLadder>(
  [
    { days: 0, do: 'deactivate' },
    { days: 10, do: 'delete' },
  ],
  [
    { days: 3, do: 'deactivate' },
    { days: 10, do: 'delete' },
  ],
  [{ days: 10, do: 'delete' }],
  [{ days: 4, do: 'deactivate' }],
)

/** What befalls the memory before a run. */
type Mishap = 'none' | 'lost' | 'corrupt' | 'foreign' | 'future' | 'unreadable'

const anyRun = fc.record({
  hours: fc.integer({ min: 0, max: 8 * 24 + 12 }),
  /** Of each of the four, what the source says. */
  people: fc.array(
    fc.oneof(
      { weight: 12, arbitrary: fc.constant('gone') },
      { weight: 2, arbitrary: fc.constantFrom('there', 'suspended') },
    ),
    { minLength: names.length, maxLength: names.length },
  ),
  partial: fc.nat({ max: 5 }).map((n) => n === 0),
  empty: fc.nat({ max: 9 }).map((n) => n === 0),
  other: fc.nat({ max: 9 }).map((n) => n === 0),
  /** Of a clock that is wrong for once. */
  clock: fc.oneof(
    { weight: 19, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: -400, max: 400 }) },
  ),
  update: fc.boolean(),
  mishap: fc.oneof(
    { weight: 12, arbitrary: fc.constant<Mishap>('none') },
    {
      weight: 1,
      arbitrary: fc.constantFrom<Mishap>('lost', 'corrupt', 'foreign', 'future', 'unreadable'),
    },
  ),
})

const spoilt = (kept: Kept, mishap: Mishap): Kept => {
  if (kept.kind !== 'text') return kept
  switch (mishap) {
    case 'lost':
      return { kind: 'none' }
    case 'corrupt':
      return { kind: 'text', text: kept.text.slice(0, -5) }
    case 'foreign':
      return { kind: 'text', text: kept.text.replace('"corp"', '"other"') }
    case 'future':
      return { kind: 'text', text: kept.text.replaceAll('"since":"2026', '"since":"2029') }
    case 'none':
    case 'unreadable':
      return kept
  }
}

test('whatever befalls the memory, nobody goes earlier than with a perfect one, no step is skipped, and nobody goes who is there', async () => {
  const seen = { delete: 0, deactivate: 0 }
  await fc.assert(
    fc.asyncProperty(ladder, fc.array(anyRun, { maxLength: 25 }), async (steps, runs) => {
      const { store, state } = heldStore()
      const memory = createMemory(store, 'corp')
      const daysTo = new Map(steps.map((step) => [step.do, step.days]))
      // The perfect memory: since when somebody has been missing in every run.
      const missingSince = new Map<ScimId, number>()
      let target: TargetState = { users: [...names, 'eve'].map((name) => account(name)), groups: [] }
      let time = START
      for (const { hours, people, partial, empty, other, clock, update, mishap } of runs) {
        time += hours * HOUR
        // A clock that is wrong by days and not by weeks, before or behind, can't be told from a right one.
        const now = time + (Math.abs(clock) <= 8 ? 0 : clock) * DAY
        const there = empty ? [] : names.filter((_, n) => people[n] !== 'gone')
        // Somebody else is always there, or the source would be empty.
        const others = empty ? [] : [person('eve')]
        const users = [
          ...others,
          ...there.map((name) => person(name, { active: people[names.indexOf(name)] === 'there' })),
        ]
        const gaps = partial ? [{ kind: 'members-unread', subject: 'Ops', detail: '403' } as const] : []
        const tells = !partial && users.length > 0 && !other
        for (const { id } of target.users) {
          const isThere = there.some((name) => id === `t-${name}`)
          if (isThere || other) missingSince.delete(id)
          else if (tells && !missingSince.has(id)) missingSince.set(id, time)
        }
        state.kept = spoilt(state.kept, mishap)
        state.unreadable = mishap === 'unreadable'
        const policy = { ...openPolicy, users: { create: true, update, remove: steps } }
        const { plan, unsaved } = await planWithMemory(snapshot(users, [], { gaps }), target, {
          policy,
          otherConfig: other ? 'other' : null,
          approvals: [],
          now,
          memory,
          save: true,
        })
        expect(unsaved === null).toBe(mishap !== 'unreadable')
        // What could not be written down is told, and is the next run's to do over.
        if (unsaved) state.kept = { kind: 'none' }
        for (const action of actionsOf(plan)) {
          if (action.kind !== 'user.delete' && action.kind !== 'user.deactivate') continue
          if (action.reason === 'inactive-at-source') continue
          const { id } = action.user
          const what = action.kind === 'user.delete' ? 'delete' : 'deactivate'
          const due = (missingSince.get(id) ?? Infinity) + (daysTo.get(what) ?? Infinity) * DAY
          expect(due, `${what} ${id}`).toBeLessThanOrEqual(time)
          const active = target.users.find((user) => user.id === id)?.active
          expect(what === 'delete' && active === true && daysTo.has('deactivate')).toBe(false)
          seen[what]++
        }
        target = simulate(target, plan)
      }
    }),
    { numRuns: 400 },
  )
  expect(seen.delete).toBeGreaterThan(20)
  expect(seen.deactivate).toBeGreaterThan(20)
})

test('with a memory that is kept, whoever stays away is deleted, and in the first run that finds it due', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 7 * 24 }), { minLength: 30, maxLength: 30 }),
      async (waits) => {
        const memory = createMemory(heldStore().store, 'corp')
        const remove: RemovalLadder = [
          { days: 0, do: 'deactivate' },
          { days: 10, do: 'delete' },
        ]
        let target: TargetState = { users: [account('ann'), account('bob')], groups: [] }
        let time = START
        for (const hours of waits) {
          const { plan } = await planWithMemory(snapshot([person('bob')]), target, {
            policy: { ...openPolicy, users: { create: true, update: true, remove } },
            otherConfig: null,
            approvals: [],
            now: time,
            memory,
            save: true,
          })
          target = simulate(target, plan)
          const gone = target.users.length === 1
          expect(gone).toBe(time - START >= 10 * DAY)
          if (gone) return
          time += hours * HOUR
        }
      },
    ),
  )
})
