import { ScimPushError } from '../errors/error.ts'
import { fold } from '../lib/fold.ts'
import { isObject } from '../lib/json.ts'
import type { ScimId } from '../model/ids.ts'

interface Identity {
  readonly externalId: string | null
  readonly name: string
}

interface Resource extends Identity {
  readonly id: ScimId
}

/** Whose the ids of one resource type are, as far as this run has seen. */
export interface KnownResources {
  /** Begins anew with what a list has; it is asked for with the first change, which most runs of a large company do without. */
  read(list: () => readonly Resource[]): void
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
  let list: () => readonly Resource[] = () => []
  let whose: Map<ScimId, Identity> | null = null
  const known = (): Map<ScimId, Identity> => {
    whose ??= new Map(list().map((resource) => [resource.id, resource]))
    return whose
  }
  /** Who has a name, without regard to case: made when it is first asked for, which hardly any endpoint causes. */
  let byName: Map<string, Set<ScimId>> | null = null
  const index = (names: Map<string, Set<ScimId>>, id: ScimId, name: string): void => {
    const ids = names.get(fold(name))
    if (ids) ids.add(id)
    else names.set(fold(name), new Set([id]))
  }
  const holders = (name: string): Iterable<ScimId> => {
    if (byName === null) {
      byName = new Map()
      for (const [id, identity] of known()) index(byName, id, identity.name)
    }
    return byName.get(fold(name)) ?? []
  }
  const forget = (id: ScimId): void => {
    const before = byName && known().get(id)
    if (before) byName?.get(fold(before.name))?.delete(id)
    known().delete(id)
  }
  const put = (id: ScimId, identity: Identity): void => {
    if (byName) {
      forget(id)
      index(byName, id, identity.name)
    }
    known().set(id, identity)
  }
  const wrong = (message: string, where: string): ScimPushError =>
    new ScimPushError('SCIM_WRONG_RESOURCE', { message, where })
  return {
    read(latest) {
      list = latest
      whose = null
      byName = null
    },
    created(id, identity, where) {
      const other = known().get(id)
      if (other !== undefined)
        throw wrong(`created ${identity.name}, and the answer has the id of ${other.name}`, `${where}/${id}`)
      put(id, identity)
    },
    verify(body, id, changed, where) {
      const before = known().get(id)
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
      for (const other of holders(name))
        if (other !== id)
          throw wrong(
            `changed ${before.name}, and the answer is about ${known().get(other)?.name ?? name}`,
            where,
          )
    },
    changed(id, changed) {
      const before = known().get(id)
      if (before !== undefined) put(id, { ...before, ...changed })
    },
    gone: forget,
    get size() {
      return known().size
    },
  }
}
