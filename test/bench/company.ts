import { createHash } from 'node:crypto'

/** How large a company is; each of its people is in `MEMBERSHIPS` groups. */
export interface Size {
  readonly users: number
  readonly groups: number
}

/** `before`: as it is first pushed; `after`: one percent has joined, left or moved since. */
export type State = 'before' | 'after'

export interface Person {
  readonly id: string
  readonly email: string
  readonly givenName: string
  readonly familyName: string
  /** Numbers of groups. */
  readonly groups: readonly number[]
}

const MEMBERSHIPS = 4

export const groupOf = (n: number) => ({
  id: `0${n.toString(36).padStart(14, '0')}`,
  email: `g${n}@corp.example`,
  name: `Group ${n}`,
})

const person = (n: number, groups: readonly number[]): Person => ({
  id: `1${String(n).padStart(20, '0')}`,
  email: `user${n}@corp.example`,
  givenName: `Given${n}`,
  familyName: `Family${n % 977}`,
  groups,
})

/** The administrator whom the service account reads for: one of the people, who stays. */
export const ADMIN = person(0, []).email

/**
 * The people, the same ones every time, in equally large groups. Of every hundred one has changed in the state `after`: by turns they
 * have left, moved from one group to another, or another has joined.
 */
export const peopleOf = function* ({ users, groups }: Size, state: State): Generator<Person> {
  const step = Math.floor(groups / MEMBERSHIPS)
  const groupsOf = (n: number): number[] =>
    Array.from({ length: MEMBERSHIPS }, (_, k) => (n + k * step) % groups)
  const block = Math.min(100, Math.floor(users / 3))
  for (let n = 0; n < users; n++) {
    const [first = 0, ...rest] = groupsOf(n)
    const changed = state === 'after' && n % block === block >> 1
    switch (changed ? Math.floor(n / block) % 3 : -1) {
      case 0:
        break
      case 1:
        yield person(n, [(first + 1) % groups, ...rest])
        break
      case 2:
        yield person(users + n, groupsOf(users + n))
        yield person(n, [first, ...rest])
        break
      default:
        yield person(n, [first, ...rest])
    }
  }
}

/** What changes between the two states; one request each. */
export const changesOf = ({ users }: Size): number => Math.floor(users / Math.min(100, Math.floor(users / 3)))

/** Who has access to what, as one short text: equal for equal states, in whatever order they come. */
export const digestOf = (
  people: Iterable<{ readonly email: string; readonly groups: readonly string[] }>,
) => {
  const lines = Array.from(people, ({ email, groups }) => `${email}:${[...groups].sort().join()}`)
  const hash = createHash('sha256')
  for (const line of lines.sort()) hash.update(line).update('\n')
  return hash.digest('hex').slice(0, 16)
}

/** What a target has to hold in the end. */
export const digestOfCompany = (size: Size, state: State): string => {
  const named = function* () {
    for (const { email, groups } of peopleOf(size, state))
      yield { email, groups: groups.map((n) => groupOf(n).name) }
  }
  return digestOf(named())
}
