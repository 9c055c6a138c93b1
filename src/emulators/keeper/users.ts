import type { Answer } from '../faults.ts'
import {
  idsOf,
  objectOf,
  operationsOf,
  readUserAttribute,
  requireSchema,
  type UserAttributes,
} from './body.ts'
import { ScimRefusal } from './scim-error.ts'
import type { KeeperState, KeeperUser } from './state.ts'

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:User'

export const userJson = (user: KeeperUser, state: KeeperState): object => ({
  schemas: [SCHEMA],
  id: user.id,
  ...(user.externalId !== null && { externalId: user.externalId }),
  userName: user.userName,
  displayName: user.displayName,
  name: { givenName: user.givenName, familyName: user.familyName },
  emails: [{ value: user.userName, type: 'work', primary: true }],
  active: user.active,
  groups: [...user.groups].map((value) => ({ value, display: state.groups.get(value)?.displayName ?? '' })),
  meta: { resourceType: 'User' },
})

export const createUser = (body: unknown, state: KeeperState, seats: number): Answer => {
  const { schemas, groups, ...attributes } = objectOf(body, 'the user')
  requireSchema({ schemas }, SCHEMA)
  const read = readAll(attributes)
  if (read.userName === undefined) throw new ScimRefusal(400, 'userName is required', 'invalidValue')
  const into = groups === undefined ? [] : idsOf(groups, 'groups')
  requireGroups(into, state)
  requireFree(read.userName, null, state)
  if (state.users.size >= seats) throw new ScimRefusal(428, 'no more seats are available')
  const user = state.addUser({ ...read, userName: read.userName, groups: new Set(into) })
  return { status: 201, body: userJson(user, state) }
}

export const replaceUser = (user: KeeperUser, body: unknown, state: KeeperState): Answer => {
  const { schemas, groups, id, ...attributes } = objectOf(body, 'the user')
  requireSchema({ schemas }, SCHEMA)
  if (id !== undefined && id !== user.id) throw new ScimRefusal(400, 'id can not be changed', 'mutability')
  const read = readAll(attributes)
  if (read.userName === undefined) throw new ScimRefusal(400, 'userName is required', 'invalidValue')
  requireFree(read.userName, user, state)
  const into = groups === undefined ? null : idsOf(groups, 'groups')
  if (into) requireGroups(into, state)
  state.updateUser(user, {
    externalId: null,
    displayName: '',
    givenName: '',
    familyName: '',
    active: true,
    ...read,
  })
  if (into) {
    user.groups.clear()
    for (const group of into) user.groups.add(group)
  }
  return { status: 200, body: userJson(user, state) }
}

/** All operations or none (RFC 7644 §3.5.2). */
export const patchUser = (user: KeeperUser, body: unknown, state: KeeperState): Answer => {
  let changes: UserAttributes = {}
  const groups = new Set(user.groups)
  for (const { op, path, value } of operationsOf(objectOf(body, 'the patch'))) {
    if (path === 'groups') {
      const ids = value === undefined && op === 'remove' ? [...groups] : idsOf(value, 'groups')
      if (op !== 'remove') requireGroups(ids, state)
      if (op === 'replace') groups.clear()
      for (const id of ids) {
        if (op === 'remove') groups.delete(id)
        else groups.add(id)
      }
    } else if (op === 'remove') {
      if (path !== 'externalId') throw new ScimRefusal(400, `${path ?? ''} can not be removed`, 'mutability')
      changes = { ...changes, externalId: null }
    } else {
      const parts = path === null ? Object.entries(objectOf(value, 'value')) : [[path, value] as const]
      for (const [name, part] of parts) changes = { ...changes, ...readUserAttribute(name, part) }
    }
  }
  if (changes.userName !== undefined) requireFree(changes.userName, user, state)
  state.updateUser(user, changes)
  user.groups.clear()
  for (const id of groups) user.groups.add(id)
  return { status: 200, body: userJson(user, state) }
}

const readAll = (attributes: Readonly<Record<string, unknown>>): UserAttributes =>
  Object.entries(attributes).reduce<UserAttributes>(
    (all, [name, value]) => ({ ...all, ...readUserAttribute(name, value) }),
    {},
  )

const requireFree = (userName: string, self: KeeperUser | null, state: KeeperState): void => {
  const holder = state.userByName(userName)
  if (holder && holder !== self) throw new ScimRefusal(409, `${userName} is taken`, 'uniqueness')
}

const requireGroups = (ids: readonly string[], state: KeeperState): void => {
  for (const id of ids)
    if (!state.groups.has(id)) throw new ScimRefusal(400, `no group ${id}`, 'invalidValue')
}
