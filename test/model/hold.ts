import type { KeeperState } from '../../src/emulators/keeper/state.ts'
import type { TargetState } from '../../src/model/target-state.ts'

/** Makes an emulated node hold this, its ids kept where they are known: as an administrator would, step by step. */
export const holdInKeeper = (keeper: KeeperState, { users, groups }: TargetState): void => {
  const ids = new Map<string, string>()
  const kept = new Set<string>([...users, ...groups].map(({ id }) => id))
  for (const id of [...keeper.users.keys()]) if (!kept.has(id)) keeper.deleteUser(id)
  for (const id of [...keeper.groups.keys()]) if (!kept.has(id)) keeper.deleteGroup(id)
  for (const { id, externalId, displayName } of groups) {
    const known = keeper.groups.get(id)
    if (known) keeper.updateGroup(known, { externalId, displayName })
    ids.set(id, known ? id : keeper.addGroup({ externalId, displayName }).id)
  }
  for (const user of users) {
    const { id, externalId, userName, displayName, givenName, familyName, active } = user
    const values = { externalId, userName, displayName, givenName, familyName, active }
    const known = keeper.users.get(id)
    if (known) keeper.updateUser(known, values)
    const account = known ?? keeper.addUser(values)
    account.groups.clear()
    for (const group of groups) if (group.members.has(id)) account.groups.add(ids.get(group.id) ?? '')
  }
}
