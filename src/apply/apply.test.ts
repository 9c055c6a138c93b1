import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memoryTarget, type MemoryTarget } from '../../test/fixtures/memory-target.ts'
import { account, openPolicy, person, snapshot, targetTeam, team } from '../../test/fixtures/simulate.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import { ScimPushError } from '../errors/error.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import { computePlan } from '../plan/plan.ts'
import { subjectOf } from '../plan/withheld.ts'
import { apply } from './apply.ts'

const refuse = (code: ErrorCode, message = 'refused') => new ScimPushError(code, { message })

/** An error with a failure of one's choice, as an edge throws it. */
const failing = (failure: 'credentials' | 'unreachable') => Object.assign(refuse('INTERNAL'), { failure })

const push = async (
  target: MemoryTarget,
  desired: DirectorySnapshot,
  more: { concurrency?: number; stop?: AbortSignal } = {},
) => {
  const state = target.state()
  const plan = computePlan(desired, state, openPolicy)
  const heard: string[] = []
  const result = await apply(plan, target, {
    concurrency: more.concurrency ?? 4,
    stop: more.stop ?? new AbortController().signal,
    onOutcome: (action, { status }) =>
      heard.push(`${status} ${action.kind} ${subjectOf(action).subject.replace('@corp.example', '')}`),
  })
  const planned = plan.stages.flatMap(({ actions }) => actions)
  expect(new Set(result.outcomes.keys())).toEqual(new Set(planned))
  expect(heard).toHaveLength(planned.length)
  return { plan, result, heard }
}

const company = snapshot([person('ann'), person('bob')], [team('Dev', ['ann', 'bob']), team('Ops', ['ann'])])

describe('apply', () => {
  test('through the user: memberships of a newcomer go into the POST', async () => {
    const target = memoryTarget({ side: 'user' })
    await push(target, company, { concurrency: 1 })
    expect(target.calls).toEqual([
      'createGroup Dev',
      'createGroup Ops',
      'createUser ann@corp.example g0,g1',
      'createUser bob@corp.example g0',
    ])
  })

  test('through the group: one request a group, not one a member (ssosync)', async () => {
    const target = memoryTarget({ side: 'group' })
    await push(target, company, { concurrency: 1 })
    expect(target.calls.slice(-2)).toEqual(['changeMemberships g0 +u2,u3 -', 'changeMemberships g1 +u2 -'])
  })

  test('more members than a request takes (idp-scim-sync#62)', async () => {
    const names = Array.from({ length: 250 }, (_, n) => `u${n}`)
    const target = memoryTarget({ maxPerRequest: 100 })
    await push(
      target,
      snapshot(
        names.map((name) => person(name)),
        [team('All', names)],
      ),
      { concurrency: 16 },
    )
    expect(target.calls.filter((call) => call.startsWith('changeMemberships'))).toHaveLength(3)
    expect(target.state().groups[0]!.members.size).toBe(250)
    expect(target.mostAtOnce()).toBeLessThanOrEqual(16)
  })

  test.each(['user', 'group'] as const)(
    'through the %s: a member moves in one request where both are one owner',
    async (side) => {
      const target = memoryTarget({
        side,
        users: [account('ann'), account('bob')],
        groups: [targetTeam('Dev', ['ann']), targetTeam('Ops', ['bob'])],
      })
      const { heard } = await push(
        target,
        snapshot([person('ann'), person('bob')], [team('Dev', ['bob']), team('Ops', ['ann'])]),
      )
      expect(heard).toHaveLength(4)
      expect(target.calls).toHaveLength(2)
    },
  )

  test('one failure does not stop the others, and leavers go before joiners (SS:490, SS:510, SS:540)', async () => {
    const target = memoryTarget({
      side: 'user',
      users: [account('old')],
      before: (call) => {
        if (call.startsWith('createGroup Dev') || call.startsWith('createUser ann')) throw refuse('INTERNAL')
      },
    })
    const { heard } = await push(target, company, { concurrency: 1 })
    expect(heard).toEqual([
      'failed group.create Dev',
      'succeeded group.create Ops',
      'succeeded user.deactivate old',
      'failed user.create ann',
      'skipped membership.add ann in Ops',
      'succeeded user.create bob',
      'skipped membership.add ann in Dev',
      'skipped membership.add bob in Dev',
    ])
  })

  test.each(['user', 'group'] as const)(
    'through the %s: one membership that is refused does not hold up those of the same request',
    async (side) => {
      const target = memoryTarget({
        side,
        users: ['ann', 'bob', 'cat'].map((name) => account(name)),
        groups: ['Dev', 'Ops', 'Old'].map((name) => targetTeam(name, name === 'Old' ? ['ann', 'cat'] : [])),
        before: (call) => {
          const bad =
            side === 'user' ? /^changeMemberships t-ann .*t-Dev/ : /^changeMemberships t-Dev .*t-ann/
          if (bad.test(call)) throw refuse('SCIM_REFUSED')
        },
      })
      const desired = snapshot(
        ['ann', 'bob', 'cat'].map((name) => person(name)),
        [team('Dev', ['ann', 'bob']), team('Ops', ['ann']), team('Old', ['cat'])],
      )
      const { heard } = await push(target, desired, { concurrency: 1 })
      expect(heard.toSorted()).toEqual([
        'failed membership.add ann in Dev',
        'succeeded membership.add ann in Ops',
        'succeeded membership.add bob in Dev',
        'succeeded membership.remove ann in Old',
      ])
      expect(target.state().groups.map(({ members }) => [...members])).toEqual([
        ['t-bob'],
        ['t-ann'],
        ['t-cat'],
      ])
    },
  )

  test('a target that refuses memberships as such is not asked for each of them', async () => {
    const names = ['a', 'b', 'c', 'd']
    const teams = names.map((name) => `${name}-team`)
    const target = memoryTarget({
      users: names.map((name) => account(name)),
      groups: [...teams, 'z-team'].map((name) => targetTeam(name, [])),
      before: (call) => {
        if (call.startsWith('changeMemberships')) throw refuse('SCIM_REFUSED')
      },
    })
    const desired = snapshot(
      names.map((name) => person(name)),
      [...teams, 'z-team'].map((name) => team(name, names)),
    )
    const { heard } = await push(target, desired, { concurrency: 1 })
    expect(heard.every((text) => text.startsWith('failed'))).toBe(true)
    expect(target.calls).toHaveLength(3 * (1 + 4) + 2)
  })

  test('an answer about someone else is no reason to send the rest one by one', async () => {
    const target = memoryTarget({
      users: [account('ann'), account('bob')],
      groups: [targetTeam('Dev', []), targetTeam('Ops', ['ann'])],
      before: (call) => {
        if (call.startsWith('changeMemberships t-Dev')) throw refuse('SCIM_WRONG_RESOURCE')
      },
    })
    await push(target, company, { concurrency: 1 })
    expect(target.calls).toHaveLength(1)
  })

  test('something that is no error of ours is reported as a defect', async () => {
    const target = memoryTarget({
      before: () => {
        throw new TypeError('x is undefined')
      },
    })
    const { result } = await push(target, snapshot([person('ann')]))
    expect([...result.outcomes.values()]).toEqual([
      { status: 'failed', error: expect.objectContaining({ code: 'INTERNAL' }) as unknown },
    ])
  })

  test('refused credentials end the run', async () => {
    const target = memoryTarget({
      before: () => {
        throw failing('credentials')
      },
    })
    const { result, heard } = await push(target, company, { concurrency: 1 })
    expect(target.calls).toHaveLength(1)
    expect(result.fatal?.failure).toBe('credentials')
    expect(heard.filter((text) => text.startsWith('skipped'))).toHaveLength(heard.length - 1)
  })

  test('a target that is gone ends the run after three writes, one that stumbles does not', async () => {
    const people = snapshot(Array.from({ length: 10 }, (_, n) => person(`u${n}`)))
    const gone = memoryTarget({
      before: () => {
        throw failing('unreachable')
      },
    })
    await push(gone, people, { concurrency: 1 })
    expect(gone.calls).toHaveLength(3)
    let n = 0
    const stumbling = memoryTarget({
      before: () => {
        if (n++ % 2 === 0) throw failing('unreachable')
      },
    })
    await push(stumbling, people, { concurrency: 1 })
    expect(stumbling.calls).toHaveLength(10)
  })

  test('a refusal shows that the target is there: the count of what did not reach it begins anew', async () => {
    const people = snapshot(Array.from({ length: 9 }, (_, n) => person(`u${n}`)))
    let n = 0
    const target = memoryTarget({
      before: () => {
        throw n++ % 3 === 2 ? refuse('SCIM_REFUSED') : failing('unreachable')
      },
    })
    const { result } = await push(target, people, { concurrency: 1 })
    expect(target.calls).toHaveLength(9)
    expect(result.fatal).toBeNull()
  })

  test('asked to stop: what is under way finishes, nothing new starts', async () => {
    const controller = new AbortController()
    const target = memoryTarget({
      before: (call) => {
        if (call.startsWith('createGroup Ops')) controller.abort()
      },
    })
    const { result, heard } = await push(target, company, { concurrency: 1, stop: controller.signal })
    expect(result.interrupted).toBe(true)
    expect(target.calls).toEqual(['createGroup Dev', 'createGroup Ops'])
    expect(heard.slice(0, 2)).toEqual(['succeeded group.create Dev', 'succeeded group.create Ops'])
  })

  test('whatever fails, running again converges', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('user' as const, 'group' as const),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (side, faults) => {
          let n = 0
          const target = memoryTarget({
            side,
            users: [account('old'), account('bob', { userName: 'robert@corp.example' })],
            groups: [targetTeam('Ops', ['old', 'bob']), targetTeam('Gone', ['old'])],
            before: () => {
              if (faults[n++]) throw refuse('INTERNAL')
            },
          })
          await push(target, company)
          await push(target, company)
          n = faults.length // no more faults
          await push(target, company)
          expect(computePlan(company, target.state(), openPolicy).stages).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })
})

test('when the run ends, what waits at the target is given up: skipped, not failed', async () => {
  const people = Array.from({ length: 6 }, (_, n) => person(`u${n}`))
  const target = memoryTarget()
  const waiting: ((error: Error) => void)[] = []
  const result = await push(
    {
      ...target,
      writesAtOnce: () => 6,
      createUser: ({ userName }) =>
        userName.startsWith('u0')
          ? new Promise((_, reject) => setImmediate(() => reject(failing('credentials'))))
          : new Promise((_, reject) => waiting.push(reject)),
      giveUp() {
        for (const reject of waiting) reject(new ScimPushError('INTERRUPTED', { message: 'never sent' }))
      },
    },
    snapshot(people),
    { concurrency: 1 },
  )
  expect(result.heard).toEqual([
    'failed user.create u0',
    ...['u1', 'u2', 'u3', 'u4', 'u5'].map((name) => `skipped user.create ${name}`),
  ])
  expect(waiting).toHaveLength(5)
})
