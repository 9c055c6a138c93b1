import { digestOf } from '../lib/sha256.ts'
import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { TargetState } from '../model/target-state.ts'

/** What both sides were when they were read, as one digest each: 32 hexadecimal digits, the same for any order of the reading. */
export interface Fingerprints {
  readonly source: string
  readonly target: string
}

/** Everything that was read goes in: whatever moves on a side gives that side another fingerprint. */
export const fingerprintsOf = (desired: DirectorySnapshot, current: TargetState): Fingerprints => ({
  source: sourceFingerprint(desired),
  target: targetFingerprint(current),
})

/** A side is what it was read as and does not change; of a large company the digest takes a while, and it is asked for more than once. */
const once = <Side extends object>(lines: (side: Side) => Iterable<string>): ((side: Side) => string) => {
  const known = new WeakMap<Side, string>()
  return (side) => {
    const digest = known.get(side) ?? digestOf(lines(side))
    known.set(side, digest)
    return digest
  }
}

const sourceFingerprint = once(function* ({
  users,
  groups,
  strangers,
  gaps,
  groupsComplete,
}: DirectorySnapshot) {
  yield* sorted(users, ({ key, userName, label, displayName, givenName, familyName, active }) => [
    key,
    [userName, label, displayName, givenName, familyName, active],
  ])
  yield groups === null ? 'no groups' : `groups, ${groupsComplete ? 'all' : 'not all'}`
  yield* sorted(groups ?? [], ({ key, displayName, members, unread }) => [
    key,
    [displayName, unread !== null, [...members].sort()],
  ])
  yield 'strangers'
  yield* sorted(strangers, ({ key, label }) => [key, label])
  yield 'gaps'
  // Why it was not read, a 503 or a 504, is no difference.
  yield* sorted(gaps, ({ kind, subject }) => [`${kind} ${subject}`, null])
})

const targetFingerprint = once(function* ({ users, groups }: TargetState) {
  yield* sorted(users, ({ id, externalId, userName, displayName, givenName, familyName, active }) => [
    id,
    [externalId, userName, displayName, givenName, familyName, active],
  ])
  yield 'groups'
  yield* sorted(groups, ({ id, externalId, displayName, members }) => [
    id,
    [externalId, displayName, [...members].sort()],
  ])
})

/** One line an entry, in the order of their ids. */
const sorted = <T>(
  entries: readonly T[],
  line: (entry: T) => readonly [string, unknown],
): readonly string[] => entries.map((entry) => JSON.stringify(line(entry))).sort()
