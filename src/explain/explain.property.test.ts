import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyPolicy } from '../../test/fixtures/arbitraries.ts'
import { explainIn } from '../../test/fixtures/explained.ts'
import { anyGraph } from '../../test/fixtures/graph.ts'
import { actionsOf, simulate } from '../../test/fixtures/simulate.ts'
import { groupKey, scimId, type UserKey } from '../model/ids.ts'
import type { TargetState } from '../model/target-state.ts'
import { noContext } from '../plan/context.ts'
import { computePlan } from '../plan/plan.ts'
import type { Withheld } from '../plan/withheld.ts'
import { project } from '../source/project.ts'

// Few names and keys, so that they change hands: an account may bear the name of one and the key of another.
const people = ['ann', 'bob', 'cat', 'dan', 'eve']
const names = fc.constantFrom(...people.map((name) => `${name}@corp.example`))
const keys = fc.option(fc.constantFrom(...people.map((name) => `k-${name}`)), { freq: 4 })

const renamed = fc.dictionary(
  fc.constantFrom(...people),
  fc.record({ userName: fc.option(names, { freq: 4 }), active: fc.boolean() }),
)
const target: fc.Arbitrary<TargetState> = fc.record({
  users: fc
    .uniqueArray(fc.record({ externalId: keys, userName: names, active: fc.boolean() }), {
      selector: ({ userName }) => userName,
    })
    .map((users) =>
      users.map((user, n) => ({
        ...user,
        id: scimId(`u${n}`),
        displayName: '',
        givenName: '',
        familyName: '',
      })),
    ),
  groups: fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom('A', 'B', 'C', 'D', 'Z'),
        managed: fc.boolean(),
        members: fc.uniqueArray(fc.nat({ max: 4 })),
      }),
      { selector: ({ name }) => name },
    )
    .map((groups) =>
      groups.map(({ name, managed, members }) => ({
        id: scimId(`g-${name}`),
        externalId: managed ? groupKey(`k-${name}`) : null,
        displayName: name,
        members: new Set(members.map((n) => scimId(`u${n}`))),
      })),
    ),
})

const attempt = <T>(act: () => T): T | null => {
  try {
    return act()
  } catch {
    return null
  }
}

test('explain says of everybody what the plan does with them, and no more', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyGraph,
      renamed,
      target,
      anyPolicy,
      fc.constantFrom(undefined, 'other'),
      async ({ graph: read, scope }, changes, state, policy, otherConfig) => {
        const graph = {
          ...read,
          users: new Map(
            [...read.users].map(([key, user]) => [key, { ...user, ...changes[key.replace('k-', '')] }]),
          ),
        }
        const snapshot = project(graph, scope)
        const plan = computePlan(snapshot, state, policy, { ...noContext, otherConfig: otherConfig ?? null })
        const after = attempt(() => simulate(state, plan))
        // A name that a withheld removal was to free is a conflict at the target, which no plan knows of.
        fc.pre(after !== null)
        const inScope = new Set<UserKey>([...snapshot.users, ...snapshot.strangers].map(({ key }) => key))
        const told = new Set<string>()
        const world = { graph, scope, ...state, policy, ...(otherConfig !== undefined && { otherConfig }) }
        const tell = (entry: Pick<Withheld, 'subject' | 'action' | 'detail'>): void => {
          told.add(`${entry.action ?? ''} ${entry.subject} ${entry.detail}`)
        }
        for (const key of new Set([...graph.users.keys(), ...graph.strangers.keys(), ...inScope])) {
          const { people: found } = await explainIn(world, key)
          const one = found.find(({ source }) => source?.key === key)
          expect(one, key).toBeDefined()
          if (!one) continue
          expect(one.scope.inScope).toBe(inScope.has(key))
          const ids = new Set(one.accounts.map(({ id }) => id))
          const about = actionsOf(plan).filter(
            (action) =>
              'user' in action &&
              (action.user.id === null ? action.user.key === key : ids.has(action.user.id)),
          )
          one.withheld.forEach(tell)
          expect(one.actions.map(({ kind }) => kind)).toEqual(about.map(({ kind }) => kind))
          for (const action of actionsOf(plan))
            if ('user' in action && action.user.key === key) expect(about).toContain(action)
          // What is withheld is theirs.
          const accountNames = one.accounts.map(({ userName }) => userName)
          for (const { action, user } of one.withheld) {
            if (action === 'user.create') expect(one.accounts.some(({ by }) => by === 'match')).toBe(false)
            else if (action !== null) expect(accountNames).toContain(user)
          }
          // Access and groups as they are after the push.
          const mine = after.users.filter(
            ({ id, externalId }) => ids.has(id) || (externalId === key && id.startsWith('new-')),
          )
          expect(one.access.next).toBe(mine.some(({ active }) => active))
          expect(one.access.now).toBe(one.accounts.some(({ active }) => active))
          // What somebody else is added to, with an account that goes over to them by its name, is told to them.
          const before = new Map(state.groups.map(({ id, members }) => [id, members]))
          const others = new Set(
            actionsOf(plan).flatMap((action) =>
              'user' in action && action.user.key !== null && action.user.key !== key ? [action.user.id] : [],
            ),
          )
          const groupsAfter = after.groups
            .filter(({ id: group, members }) =>
              mine.some(
                ({ id }) => members.has(id) && (!others.has(id) || before.get(group)?.has(id) === true),
              ),
            )
            .map(({ id, externalId }) => (id.startsWith('new-') ? externalId : id))
          expect(
            one.groups
              .filter(({ fate }) => ['stays', 'added', 'kept'].includes(fate))
              .map((group) => group.id ?? group.key)
              .toSorted(),
          ).toEqual(groupsAfter.toSorted())
        }
        // Nothing that is withheld from somebody goes untold.
        for (const { id } of state.users)
          for (const { withheld } of (await explainIn(world, id)).people) withheld.forEach(tell)
        for (const { user, action, subject, detail } of plan.withheld)
          if (user !== null && !user.startsWith('k-'))
            expect([...told]).toContain(`${action ?? ''} ${subject} ${detail}`)
      },
    ),
    { numRuns: 500 },
  )
}, 60_000)
