import { createOrdered, type Ordered } from './ordered.ts'

export interface GoogleUser {
  readonly id: string
  primaryEmail: string
  givenName: string
  familyName: string
  suspended: boolean
  archived: boolean
  isAdmin: boolean
  aliases: readonly string[]
}

export interface GoogleGroup {
  readonly id: string
  email: string
  name: string
  aliases: readonly string[]
  /** False: the search has not caught up with it yet; `groups.get` knows it all the same. */
  searchable: boolean
  /** Set: what Google claims, whatever is listed. */
  directMembersCount: number | null
}

/** `email` is what it was when the member was added; of a user or group of the tenant, the present one is answered. */
export interface GoogleMember {
  readonly id: string
  readonly type: 'USER' | 'GROUP' | 'CUSTOMER' | 'EXTERNAL'
  readonly email: string | null
}

type NewUser = Partial<Omit<GoogleUser, 'primaryEmail'>> & { readonly primaryEmail: string }
type NewGroup = Partial<Omit<GoogleGroup, 'email' | 'name'>> & {
  readonly email: string
  readonly name: string
}
/** An email or id; or a member of another type, or from outside the tenant. */
type NewMember =
  | string
  | { readonly type: 'CUSTOMER' }
  | { readonly type: 'USER' | 'GROUP' | 'EXTERNAL'; readonly email: string; readonly id?: string }

/** What the emulated tenant holds. Keys are ids, emails or aliases. Change it here to change it behind a client's back. */
export interface GoogleDirectory {
  readonly customerId: string
  readonly domains: ReadonlySet<string>
  readonly users: Ordered<GoogleUser>
  readonly groups: Ordered<GoogleGroup>
  findUser(key: string): GoogleUser | undefined
  findGroup(key: string): GoogleGroup | undefined
  /** Someone or something that a group names and that belongs to another tenant. */
  isForeign(key: string): boolean
  groupsByName(name: string): readonly GoogleGroup[]
  groupsOf(memberId: string): readonly GoogleGroup[]
  members(group: GoogleGroup): Ordered<GoogleMember>
  addUser(user: NewUser): GoogleUser
  updateUser(key: string, changes: Partial<Omit<GoogleUser, 'id'>>): GoogleUser
  /** Out of every group as well. */
  removeUser(key: string): void
  addGroup(group: NewGroup, members?: readonly NewMember[]): GoogleGroup
  updateGroup(key: string, changes: Partial<Omit<GoogleGroup, 'id'>>): GoogleGroup
  removeGroup(key: string): void
  /** Unlike the real API it allows cycles: a client must survive them. */
  addMember(group: string, member: NewMember): void
  removeMember(group: string, member: string): void
}

const fold = (text: string): string => text.toLowerCase()

interface Entry {
  readonly id: string
  readonly aliases: readonly string[]
}

/** A tenant without anyone in it. Look-ups take the same time however many there are. */
export const createGoogleDirectory = (domains: readonly string[], customerId: string): GoogleDirectory => {
  const users = createOrdered<GoogleUser>()
  const groups = createOrdered<GoogleGroup>()
  const userKeys = new Map<string, GoogleUser>()
  const groupKeys = new Map<string, GoogleGroup>()
  const names = new Map<string, Set<GoogleGroup>>()
  const members = new Map<GoogleGroup, { list: Ordered<GoogleMember>; byId: Map<string, GoogleMember> }>()
  const memberOf = new Map<string, Set<GoogleGroup>>()
  const foreign = new Set<string>()
  let ids = 0

  const userId = (): string => `1${`${++ids}`.padStart(20, '0')}`
  const groupId = (): string => `0${(++ids).toString(36).padStart(14, '0')}`
  const keysOf = (entry: Entry, email: string): string[] => [entry.id, ...[email, ...entry.aliases].map(fold)]
  const need = <T>(found: T | undefined, key: string): T => {
    if (found === undefined) throw new Error(`the emulated tenant has no ${key}`)
    return found
  }
  const findUser = (key: string) => userKeys.get(key) ?? userKeys.get(fold(key))
  const findGroup = (key: string) => groupKeys.get(key) ?? groupKeys.get(fold(key))
  const indexUser = (user: GoogleUser) =>
    keysOf(user, user.primaryEmail).forEach((key) => userKeys.set(key, user))
  const unindexUser = (user: GoogleUser) =>
    keysOf(user, user.primaryEmail).forEach((key) => userKeys.delete(key))
  const indexGroup = (group: GoogleGroup): void => {
    for (const key of keysOf(group, group.email)) groupKeys.set(key, group)
    const same = names.get(fold(group.name)) ?? new Set()
    names.set(fold(group.name), same.add(group))
  }
  const unindexGroup = (group: GoogleGroup): void => {
    for (const key of keysOf(group, group.email)) groupKeys.delete(key)
    names.get(fold(group.name))?.delete(group)
  }
  const membersOf = (group: GoogleGroup) => need(members.get(group), group.email)
  const leaveAll = (id: string): void => {
    for (const group of memberOf.get(id) ?? []) {
      const { list, byId } = membersOf(group)
      const member = byId.get(id)
      if (member) list.remove(member)
      byId.delete(id)
    }
    memberOf.delete(id)
  }
  const toMember = (member: NewMember): GoogleMember => {
    if (typeof member === 'string') {
      const user = findUser(member)
      if (user) return { id: user.id, type: 'USER', email: user.primaryEmail }
      const group = findGroup(member)
      if (group) return { id: group.id, type: 'GROUP', email: group.email }
      return toMember({ type: 'USER', email: member })
    }
    if (member.type === 'CUSTOMER') return { id: customerId, type: 'CUSTOMER', email: null }
    const id = member.id ?? (member.type === 'GROUP' ? groupId() : userId())
    foreign.add(id).add(fold(member.email))
    return { id, type: member.type, email: member.email }
  }

  const directory: GoogleDirectory = {
    customerId,
    domains: new Set(domains.map(fold)),
    users,
    groups,
    findUser,
    findGroup,
    isForeign: (key) => foreign.has(key) || foreign.has(fold(key)),
    groupsByName: (name) => [...(names.get(fold(name)) ?? [])],
    groupsOf: (memberId) => [...(memberOf.get(memberId) ?? [])],
    members: (group) => membersOf(group).list,
    addUser(user) {
      const added: GoogleUser = {
        givenName: user.primaryEmail.split('@')[0] ?? '',
        familyName: 'Doe',
        suspended: false,
        archived: false,
        isAdmin: false,
        aliases: [],
        id: userId(),
        ...user,
      }
      if (keysOf(added, added.primaryEmail).some((key) => userKeys.has(key) || groupKeys.has(key)))
        throw new Error(`the emulated tenant has ${user.primaryEmail} already`)
      users.add(added)
      indexUser(added)
      return added
    },
    updateUser(key, changes) {
      const user = need(findUser(key), key)
      unindexUser(user)
      Object.assign(user, changes)
      indexUser(user)
      return user
    },
    removeUser(key) {
      const user = need(findUser(key), key)
      unindexUser(user)
      users.remove(user)
      leaveAll(user.id)
    },
    addGroup(group, list = []) {
      const added: GoogleGroup = {
        aliases: [],
        searchable: true,
        directMembersCount: null,
        id: groupId(),
        ...group,
      }
      if (keysOf(added, added.email).some((key) => userKeys.has(key) || groupKeys.has(key)))
        throw new Error(`the emulated tenant has ${group.email} already`)
      groups.add(added)
      indexGroup(added)
      members.set(added, { list: createOrdered(), byId: new Map() })
      for (const member of list) directory.addMember(added.id, member)
      return added
    },
    updateGroup(key, changes) {
      const group = need(findGroup(key), key)
      unindexGroup(group)
      Object.assign(group, changes)
      indexGroup(group)
      return group
    },
    removeGroup(key) {
      const group = need(findGroup(key), key)
      for (const id of membersOf(group).byId.keys()) memberOf.get(id)?.delete(group)
      unindexGroup(group)
      groups.remove(group)
      members.delete(group)
      leaveAll(group.id)
    },
    addMember(key, member) {
      const group = need(findGroup(key), key)
      const { list, byId } = membersOf(group)
      const added = toMember(member)
      if (byId.has(added.id)) return
      byId.set(added.id, added)
      list.add(added)
      memberOf.set(added.id, (memberOf.get(added.id) ?? new Set()).add(group))
    },
    removeMember(key, member) {
      const group = need(findGroup(key), key)
      const { list, byId } = membersOf(group)
      const id = findUser(member)?.id ?? findGroup(member)?.id ?? member
      const found = need(byId.get(id) ?? [...byId.values()].find(({ email }) => email === member), member)
      byId.delete(found.id)
      list.remove(found)
      memberOf.get(found.id)?.delete(group)
    },
  }
  return directory
}
