import { assertNever } from '../lib/assert-never.ts'
import type { GroupKey, ScimId, UserKey } from '../model/ids.ts'
import type { TargetGroup, TargetState, TargetUser } from '../model/target-state.ts'
import type { Action } from '../plan/action.ts'
import { groupChanges, userChanges } from './changes.ts'
import type { ApplyResult } from './outcome.ts'

/**
 * The target as it should be after what was done: what the next run finds if nobody else changes anything, and the target keeps what it
 * was sent as it was sent. Pure; what failed or was skipped has no effect.
 */
export const afterwards = (
  current: TargetState,
  { outcomes, created }: Pick<ApplyResult, 'outcomes' | 'created'>,
): TargetState => {
  const users = new Map(current.users.map((user) => [user.id, user]))
  const groups = new Map(current.groups.map((group) => [group.id, group]))
  const members = new Map<ScimId, Set<ScimId>>()
  const membersOf = (id: ScimId): Set<ScimId> => {
    const known = members.get(id) ?? new Set(groups.get(id)?.members)
    members.set(id, known)
    return known
  }
  let memberships: ReadonlyMap<ScimId, readonly ScimId[]> | null = null
  const groupsOf = (id: ScimId): readonly ScimId[] => {
    memberships ??= groupsByMember(current.groups)
    return memberships.get(id) ?? []
  }
  for (const [action, { status }] of outcomes)
    if (status === 'succeeded') carryOut(action, { users, groups, groupsOf, membersOf, created })
  return {
    users: [...users.values()],
    groups: [...groups.values()].map((group) => ({
      ...group,
      members: members.get(group.id) ?? group.members,
    })),
  }
}

const groupsByMember = (groups: readonly TargetGroup[]): ReadonlyMap<ScimId, readonly ScimId[]> => {
  const found = new Map<ScimId, ScimId[]>()
  for (const { id, members } of groups) {
    for (const member of members) {
      const list = found.get(member)
      if (list) list.push(id)
      else found.set(member, [id])
    }
  }
  return found
}

interface State {
  readonly users: Map<ScimId, TargetUser>
  readonly groups: Map<ScimId, TargetGroup>
  /** In which groups somebody was. */
  readonly groupsOf: (id: ScimId) => readonly ScimId[]
  readonly membersOf: (id: ScimId) => Set<ScimId>
  readonly created: ApplyResult['created']
}

const carryOut = (action: Action, { users, groups, groupsOf, membersOf, created }: State): void => {
  const change = (id: ScimId, changes: Partial<TargetUser>): void => {
    const user = users.get(id)
    if (user) users.set(id, { ...user, ...changes })
  }
  switch (action.kind) {
    case 'user.create': {
      const { user, displayName, givenName, familyName } = action
      const id = created.users.get(user.key)
      if (id === undefined) return
      const names = { userName: user.userName, displayName, givenName, familyName }
      users.set(id, { id, externalId: user.key, ...names, active: true })
      return
    }
    case 'user.update':
      change(action.user.id, userChanges(action.changes))
      return
    case 'user.deactivate':
      change(action.user.id, { active: false })
      return
    case 'user.delete':
      users.delete(action.user.id)
      for (const id of groupsOf(action.user.id)) membersOf(id).delete(action.user.id)
      return
    case 'group.create': {
      const { key, displayName } = action.group
      const id = created.groups.get(key)
      if (id !== undefined) groups.set(id, { id, externalId: key, displayName, members: new Set() })
      return
    }
    case 'group.update': {
      const group = groups.get(action.group.id)
      if (group) groups.set(group.id, { ...group, ...groupChanges(action.changes) })
      return
    }
    case 'group.delete':
      groups.delete(action.group.id)
      return
    case 'membership.add':
    case 'membership.remove': {
      const user = idOf(action.user, created.users)
      const group = idOf(action.group, created.groups)
      if (user === undefined || group === undefined) return
      if (action.kind === 'membership.add') membersOf(group).add(user)
      else membersOf(group).delete(user)
      return
    }
    default:
      assertNever(action)
  }
}

const idOf = <Key extends UserKey | GroupKey>(
  { id, key }: { readonly id: ScimId | null; readonly key: Key | null },
  created: ReadonlyMap<Key, ScimId>,
): ScimId | undefined => id ?? (key === null ? undefined : created.get(key))
