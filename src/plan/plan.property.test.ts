import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  anyPolicy,
  anyTarget,
  partialSnapshot,
  permissivePolicy,
  wholeSnapshot,
} from '../../test/fixtures/arbitraries.ts'
import { actionsOf, lines, openPolicy, simulate } from '../../test/fixtures/simulate.ts'
import type { TargetState, TargetUser } from '../model/target-state.ts'
import { isRemoval } from './action.ts'
import { noContext } from './context.ts'
import { computePlan } from './plan.ts'

const runs = { numRuns: 2000 }
const accounts = (state: TargetState) => new Map(state.users.map((user) => [user.id, user]))

describe('any plan', () => {
  test('applied and planned again is empty', () => {
    fc.assert(
      fc.property(wholeSnapshot, anyTarget, permissivePolicy, (desired, state, policy) => {
        const after = simulate(state, computePlan(desired, state, policy))
        const second = computePlan(desired, after, policy)
        // A name that was in the way may be free now; whatever the second run still finds, the third finds nothing.
        const third = computePlan(desired, simulate(after, second), policy)
        expect(lines(third)).toEqual([])
        // Nor does a source without memberships say much of a group with members; they may have left with their accounts.
        const first = computePlan(desired, state, policy)
        const undecided = [...first.withheld, ...second.withheld].some(
          ({ reason }) => reason === 'conflict' || reason === 'empty-source',
        )
        if (!undecided) expect(lines(second)).toEqual([])
      }),
      runs,
    )
  })

  test('is the same for any order of the input', () => {
    fc.assert(
      fc.property(
        fc.oneof(wholeSnapshot, partialSnapshot),
        anyTarget,
        anyPolicy,
        (desired, state, policy) => {
          const plan = computePlan(desired, state, policy)
          const turned = computePlan(
            {
              ...desired,
              users: desired.users.toReversed(),
              groups:
                desired.groups
                  ?.map((group) => ({ ...group, members: new Set([...group.members].reverse()) }))
                  .reverse() ?? null,
              gaps: desired.gaps.toReversed(),
            },
            {
              users: state.users.toReversed(),
              groups: state.groups
                .map((group) => ({ ...group, members: new Set([...group.members].reverse()) }))
                .reverse(),
            },
            policy,
          )
          expect(lines(turned)).toEqual(lines(plan))
          expect(turned.hash).toBe(plan.hash)
          expect(turned.withheld).toEqual(plan.withheld)
          expect(turned.gaps).toEqual(plan.gaps)
        },
      ),
      runs,
    )
  })

  test('from a partial snapshot never removes on the strength of what was not read', () => {
    fc.assert(
      fc.property(partialSnapshot, anyTarget, anyPolicy, (desired, state, policy) => {
        const unread = new Set(desired.groups?.filter((group) => group.unread !== null).map(({ key }) => key))
        const unresolved = desired.gaps.some(({ kind }) => kind === 'scim-group-unresolved')
        for (const action of actionsOf(computePlan(desired, state, policy)).filter(isRemoval)) {
          expect(unresolved).toBe(false)
          if (action.kind === 'user.deactivate') expect(action.reason).toBe('inactive-at-source')
          expect(action.kind).not.toBe('user.delete')
          if (action.kind === 'group.delete') expect(desired.groupsComplete).toBe(true)
          if (action.kind === 'membership.remove') expect(unread.has(action.group.key!)).toBe(false)
        }
      }),
      runs,
    )
  })

  test('never touches protected users except to create and update them', () => {
    fc.assert(
      fc.property(
        fc.oneof(wholeSnapshot, partialSnapshot),
        anyTarget,
        anyPolicy,
        (desired, state, policy) => {
          const names = new Set(policy.protected.map((name) => name.toLowerCase()))
          const groups = new Map(state.groups.map((group) => [group.id, group]))
          const isProtected = (id: TargetUser['id']) =>
            names.has(accounts(state).get(id)?.userName.toLowerCase() ?? '')
          for (const action of actionsOf(computePlan(desired, state, policy)).filter(isRemoval)) {
            if ('user' in action) expect(isProtected(action.user.id)).toBe(false)
            else
              for (const member of groups.get(action.group.id)!.members)
                expect(isProtected(member)).toBe(false)
          }
        },
      ),
      runs,
    )
  })

  test('leaves alone what is not managed and has no match', () => {
    fc.assert(
      fc.property(
        fc.oneof(wholeSnapshot, partialSnapshot),
        anyTarget,
        anyPolicy,
        (desired, state, policy) => {
          const sourceNames = new Set(desired.users.map(({ userName }) => userName?.toLowerCase()))
          for (const action of actionsOf(computePlan(desired, state, { ...policy, unmanaged: 'keep' }))) {
            if (!('user' in action) || action.user.id === null) continue
            const account = accounts(state).get(action.user.id)!
            expect(account.externalId !== null || sourceNames.has(account.userName.toLowerCase())).toBe(true)
          }
        },
      ),
      runs,
    )
  })

  test('keeps removals under the limit unless they were approved', () => {
    fc.assert(
      fc.property(wholeSnapshot, anyTarget, anyPolicy, (desired, state, policy) => {
        const count = (actions: ReturnType<typeof actionsOf>) =>
          actions.filter(({ kind }) => kind === 'user.deactivate' || kind === 'user.delete').length
        const plan = computePlan(desired, state, policy)
        const { users, floor } = policy.maxRemovals
        const most = Math.max(
          floor,
          'percent' in users ? Math.floor((state.users.length * users.percent) / 100) : users.count,
        )
        expect(count(actionsOf(plan))).toBeLessThanOrEqual(most)
        const approved = computePlan(desired, state, { ...policy, approvedPlan: plan.hash })
        expect(approved.hash).toBe(plan.hash)
        expect(
          approved.withheld.filter(({ reason }) => reason === 'limit' || reason === 'empty-source'),
        ).toEqual([])
      }),
      runs,
    )
  })

  test('takes nothing away that another configuration may have pushed, unless that was approved', () => {
    const elsewhere = { ...noContext, otherConfig: 'configmap/other' }
    fc.assert(
      fc.property(wholeSnapshot, anyTarget, anyPolicy, (desired, state, policy) => {
        const plan = computePlan(desired, state, policy, elsewhere)
        const taken = actionsOf(plan).filter(
          (action) => isRemoval(action) && action.reason !== 'inactive-at-source',
        )
        expect(taken).toEqual([])
        expect(plan.hash).toBe(computePlan(desired, state, policy).hash)
        const approved = computePlan(desired, state, { ...policy, approvedPlan: plan.hash }, elsewhere)
        expect(approved.withheld.filter(({ reason }) => reason === 'other-config')).toEqual([])
      }),
      runs,
    )
  })

  test('does not write what a strict target refuses', () => {
    fc.assert(
      fc.property(
        fc.oneof(wholeSnapshot, partialSnapshot),
        anyTarget,
        anyPolicy,
        (desired, state, policy) => {
          // simulate throws on a taken userName, an unknown id, a member that is not there
          const unlimited = { ...policy, maxRemovals: openPolicy.maxRemovals, protected: [] }
          if (unlimited.users.remove.some((step) => step.do === 'delete') && desired.gaps.length > 0) return
          simulate(state, computePlan(desired, state, unlimited))
        },
      ),
      runs,
    )
  })
})
