import type { Answer } from '../faults.ts'
import { objectOf, operationsOf, readGroupAttribute, requireSchema } from './body.ts'
import { ScimRefusal } from './scim-error.ts'
import type { KeeperGroup, KeeperState } from './state.ts'

const SCHEMA = 'urn:ietf:params:scim:schemas:core:2.0:Group'

/** A group has a name and an externalId, and no members: those are told by the users. */
export const groupJson = (group: KeeperGroup): object => ({
  schemas: [SCHEMA],
  id: group.id,
  ...(group.externalId !== null && { externalId: group.externalId }),
  displayName: group.displayName,
  meta: { resourceType: 'Group' },
})

export const createGroup = (body: unknown, state: KeeperState): Answer => {
  const { schemas, ...attributes } = objectOf(body, 'the group')
  requireSchema({ schemas }, SCHEMA)
  const read = readAll(attributes)
  if (read.displayName === undefined) throw new ScimRefusal(400, 'displayName is required', 'invalidValue')
  const group = state.addGroup({ displayName: read.displayName, externalId: read.externalId ?? null })
  return { status: 201, body: groupJson(group) }
}

export const replaceGroup = (group: KeeperGroup, body: unknown, state: KeeperState): Answer => {
  const { schemas, id, ...attributes } = objectOf(body, 'the group')
  requireSchema({ schemas }, SCHEMA)
  if (id !== undefined && id !== group.id) throw new ScimRefusal(400, 'id can not be changed', 'mutability')
  const read = readAll(attributes)
  if (read.displayName === undefined) throw new ScimRefusal(400, 'displayName is required', 'invalidValue')
  state.updateGroup(group, { externalId: null, ...read })
  return { status: 200, body: groupJson(group) }
}

export const patchGroup = (group: KeeperGroup, body: unknown, state: KeeperState): Answer => {
  let changes: { displayName?: string; externalId?: string | null } = {}
  for (const { op, path, value } of operationsOf(objectOf(body, 'the patch'))) {
    if (op === 'remove') throw new ScimRefusal(400, `${path ?? ''} can not be removed`, 'mutability')
    const parts = path === null ? Object.entries(objectOf(value, 'value')) : [[path, value] as const]
    for (const [name, part] of parts) changes = { ...changes, ...readGroupAttribute(name, part) }
  }
  state.updateGroup(group, changes)
  return { status: 200, body: groupJson(group) }
}

const readAll = (
  attributes: Readonly<Record<string, unknown>>,
): { displayName?: string; externalId?: string | null } =>
  Object.entries(attributes).reduce(
    (all, [name, value]) => ({ ...all, ...readGroupAttribute(name, value) }),
    {},
  )
