import { randomUUID } from 'node:crypto'

export interface KeeperUser {
  readonly id: string
  externalId: string | null
  userName: string
  displayName: string
  givenName: string
  familyName: string
  /** False: locked. */
  active: boolean
  /** A user is invited until they log in for the first time. */
  status: 'invited' | 'active'
  readonly groups: Set<string>
}

export interface KeeperGroup {
  readonly id: string
  externalId: string | null
  displayName: string
  /** A team is queued until an admin or a member logs in; a name with the role prefix makes a role instead. */
  status: 'queued' | 'active' | 'role'
}

/** What the emulated node holds: users, teams, and who is in which. */
export interface KeeperState {
  readonly users: ReadonlyMap<string, KeeperUser>
  readonly groups: ReadonlyMap<string, KeeperGroup>
  userByName(userName: string): KeeperUser | undefined
  userByExternalId(externalId: string): KeeperUser | undefined
  groupByExternalId(externalId: string): KeeperGroup | undefined
  groupsByName(displayName: string): readonly KeeperGroup[]
  addUser(user: Partial<Omit<KeeperUser, 'id' | 'userName'>> & { readonly userName: string }): KeeperUser
  /** Keeps the look-up by name right. */
  updateUser(user: KeeperUser, changes: Partial<Omit<KeeperUser, 'id' | 'groups'>>): void
  deleteUser(id: string): boolean
  addGroup(group: { readonly displayName: string; readonly externalId?: string | null }): KeeperGroup
  updateGroup(group: KeeperGroup, changes: Partial<Omit<KeeperGroup, 'id'>>): void
  deleteGroup(id: string): boolean
  /** `Sales: ann@corp.example, bob@corp.example`, sorted; what tests and the demo compare. */
  summary(): {
    readonly users: readonly string[]
    readonly groups: Readonly<Record<string, readonly string[]>>
  }
}

/** Users and teams with look-ups that take the same time however many there are. */
export const createKeeperState = (rolePrefix: string): KeeperState => {
  const users = new Map<string, KeeperUser>()
  const groups = new Map<string, KeeperGroup>()
  const names = new Map<string, KeeperUser>()
  const userKeys = new Map<string, KeeperUser>()
  const groupKeys = new Map<string, KeeperGroup>()
  const fold = (text: string): string => text.toLowerCase()
  const index = (user: KeeperUser): void => {
    names.set(fold(user.userName), user)
    if (user.externalId !== null) userKeys.set(user.externalId, user)
  }
  const unindex = (user: KeeperUser): void => {
    names.delete(fold(user.userName))
    forget(userKeys, user)
  }
  return {
    users,
    groups,
    userByName: (userName) => names.get(fold(userName)),
    userByExternalId: (externalId) => userKeys.get(externalId),
    groupByExternalId: (externalId) => groupKeys.get(externalId),
    groupsByName: (displayName) =>
      [...groups.values()].filter((group) => fold(group.displayName) === fold(displayName)),
    addUser({ groups: into, ...user }) {
      const added: KeeperUser = {
        id: randomUUID(),
        externalId: null,
        displayName: '',
        givenName: '',
        familyName: '',
        active: true,
        status: 'invited',
        ...user,
        groups: new Set(into),
      }
      users.set(added.id, added)
      index(added)
      return added
    },
    updateUser(user, changes) {
      unindex(user)
      Object.assign(user, changes)
      index(user)
    },
    deleteUser(id) {
      const user = users.get(id)
      if (!user) return false
      unindex(user)
      return users.delete(id)
    },
    addGroup({ displayName, externalId = null }) {
      const status = rolePrefix !== '' && displayName.startsWith(rolePrefix) ? 'role' : 'queued'
      const group: KeeperGroup = { id: randomUUID(), externalId, displayName, status }
      groups.set(group.id, group)
      if (externalId !== null) groupKeys.set(externalId, group)
      return group
    },
    updateGroup(group, changes) {
      forget(groupKeys, group)
      Object.assign(group, changes)
      if (group.externalId !== null) groupKeys.set(group.externalId, group)
    },
    deleteGroup(id) {
      const group = groups.get(id)
      if (!group) return false
      forget(groupKeys, group)
      for (const user of users.values()) user.groups.delete(id)
      return groups.delete(id)
    },
    summary() {
      const members = new Map<string, string[]>()
      for (const { displayName } of groups.values()) members.set(displayName, [])
      for (const user of users.values()) {
        for (const id of user.groups) {
          const group = groups.get(id)
          if (group) members.get(group.displayName)?.push(user.userName)
        }
      }
      return {
        users: [...users.values()]
          .map(({ userName, active }) => `${userName}${active ? '' : ' (locked)'}`)
          .sort(),
        groups: Object.fromEntries(
          [...members.keys()].sort().map((name) => [name, (members.get(name) ?? []).sort()]),
        ),
      }
    },
  }
}

/** Two may carry one externalId: the entry goes only with the one that it leads to. */
const forget = <T extends { readonly externalId: string | null }>(keys: Map<string, T>, item: T): void => {
  if (item.externalId !== null && keys.get(item.externalId) === item) keys.delete(item.externalId)
}
