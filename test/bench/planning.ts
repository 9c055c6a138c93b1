import { groupKey, scimId, userKey, type ScimId, type UserKey } from '../../src/model/ids.ts'
import type { DirectorySnapshot } from '../../src/model/snapshot.ts'
import type { TargetState } from '../../src/model/target-state.ts'
import { computePlan } from '../../src/plan/plan.ts'
import { openPolicy } from '../fixtures/simulate.ts'
import { groupOf, peopleOf, type Person, type Size, type State } from './company.ts'
import { workloads, type Workload } from './workload.ts'

/** CPU time in milliseconds that planning a workload takes, both sides being read. It counts what the whole process does meanwhile. */
export const planningCpuMs = (size: Size, workload: Workload): number => {
  const states = workloads[workload]
  const desired = snapshotOf(size, states.source)
  const current = states.target === 'empty' ? { users: [], groups: [] } : targetOf(size, states.target)
  const before = process.cpuUsage()
  computePlan(desired, current, openPolicy)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

const namesOf = ({ email, givenName, familyName }: Person) => ({
  userName: email,
  displayName: `${givenName} ${familyName}`,
  givenName,
  familyName,
  active: true,
})

const snapshotOf = (size: Size, state: State): DirectorySnapshot => {
  const people = [...peopleOf(size, state)]
  const members = membersOf<UserKey>(size, people, ({ id }) => userKey(id))
  return {
    users: people.map((person) => ({ ...namesOf(person), key: userKey(person.id), label: person.email })),
    groups: members.map((set, n) => {
      const { id, name } = groupOf(n)
      return { key: groupKey(id), displayName: name, members: set, unread: null }
    }),
    strangers: [],
    gaps: [],
    groupsComplete: true,
  }
}

const targetOf = (size: Size, state: State): TargetState => {
  const people = [...peopleOf(size, state)]
  const members = membersOf<ScimId>(size, people, ({ id }) => scimId(`t${id}`))
  return {
    users: people.map((person) => ({
      ...namesOf(person),
      id: scimId(`t${person.id}`),
      externalId: person.id,
    })),
    groups: members.map((set, n) => {
      const { id, name } = groupOf(n)
      return { id: scimId(`t${id}`), externalId: id, displayName: name, members: set }
    }),
  }
}

const membersOf = <Id>(
  { groups }: Size,
  people: readonly Person[],
  idOf: (person: Person) => Id,
): readonly ReadonlySet<Id>[] => {
  const sets = Array.from({ length: groups }, () => new Set<Id>())
  for (const person of people) for (const group of person.groups) sets[group]?.add(idOf(person))
  return sets
}
