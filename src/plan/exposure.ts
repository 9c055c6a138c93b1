import type { DirectorySnapshot } from '../model/snapshot.ts'
import type { GroupPlan } from './groups.ts'
import type { MembershipPlan } from './memberships.ts'
import type { Exposure } from './safety.ts'
import type { UserPlan } from './users.ts'

interface Compared {
  readonly users: UserPlan
  readonly groups: GroupPlan
  readonly memberships: MembershipPlan
}

/** What removals could hit, for the limits on them. */
export const exposureOf = (
  desired: DirectorySnapshot,
  { users, groups, memberships }: Compared,
): Exposure => {
  const membersOf = new Map(
    [...groups.leaving].map(([id, { members }]) => [
      id,
      [...members].filter((one) => users.accounts.has(one) && !users.unmanaged.has(one)).length,
    ]),
  )
  const leaving = [...membersOf.values()].reduce((sum, count) => sum + count, 0)
  return {
    removable: {
      user: users.removable,
      group: groups.removable,
      membership: memberships.removable + leaving,
    },
    empty: emptyKinds(desired),
    membersOf,
  }
}

/** Members whom the source can't show as users count for none. */
const emptyKinds = ({ users, groups }: DirectorySnapshot): Exposure['empty'] => ({
  user: users.length === 0,
  group: groups !== null && groups.length === 0,
  membership: users.length === 0 || (groups?.every(({ members }) => members.size === 0) ?? false),
})
