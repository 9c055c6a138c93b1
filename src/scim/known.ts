import { ScimPushError } from '../errors/error.ts'
import { fold } from '../lib/fold.ts'
import { isObject } from '../lib/json.ts'
import type { ScimId } from '../model/ids.ts'

interface Identity {
  readonly externalId: string | null
  readonly name: string
}

/** Whose the ids of one resource type are, as far as this run has seen. */
export interface KnownResources {
  /** Begins anew with what a list has. */
  read(resources: readonly (Identity & { readonly id: ScimId })[]): void
  /**
   * Takes in what a POST is said to have created.
   * @throws ScimPushError SCIM_WRONG_RESOURCE when the id is somebody else's: a newcomer must not get their memberships, nor they a newcomer's
   */
  created(id: ScimId, identity: Identity, where: string): void
  /**
   * Holds the answer to a PATCH of `id` against whose that id is. An answer without a body, or without these attributes, says nothing;
   * a name that nobody else has is no proof, since some services rename on their own.
   * @throws ScimPushError SCIM_WRONG_RESOURCE
   */
  verify(body: unknown, id: ScimId, changed: Partial<Identity>, where: string): void
  changed(id: ScimId, changed: Partial<Identity>): void
  /** Deleted: the endpoint may give the id to the next one. */
  gone(id: ScimId): void
  readonly size: number
}

/** @param nameAttribute what the resources go by: `userName` or `displayName` */
export const createKnownResources = (nameAttribute: 'userName' | 'displayName'): KnownResources => {
  const known = new Map<ScimId, Identity>()
  const wrong = (message: string, where: string): ScimPushError =>
    new ScimPushError('SCIM_WRONG_RESOURCE', { message, where })
  return {
    read(resources) {
      known.clear()
      for (const resource of resources) known.set(resource.id, resource)
    },
    created(id, identity, where) {
      const other = known.get(id)
      if (other !== undefined)
        throw wrong(`created ${identity.name}, and the answer has the id of ${other.name}`, `${where}/${id}`)
      known.set(id, identity)
    },
    verify(body, id, changed, where) {
      const before = known.get(id)
      if (!isObject(body) || before === undefined) return
      const { externalId, [nameAttribute]: name } = body
      if (typeof externalId === 'string' && externalId !== '' && before.externalId !== null) {
        if (externalId !== before.externalId && externalId !== changed.externalId)
          throw wrong(`changed ${before.name}, and the answer has the externalId ${externalId}`, where)
        return
      }
      if (
        typeof name !== 'string' ||
        [before.name, changed.name ?? ''].some((one) => fold(one) === fold(name))
      )
        return
      for (const [other, identity] of known)
        if (other !== id && fold(identity.name) === fold(name))
          throw wrong(`changed ${before.name}, and the answer is about ${identity.name}`, where)
    },
    changed(id, changed) {
      const before = known.get(id)
      if (before !== undefined) known.set(id, { ...before, ...changed })
    },
    gone: (id) => void known.delete(id),
    get size() {
      return known.size
    },
  }
}
