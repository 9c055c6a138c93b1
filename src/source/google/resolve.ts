import pMap from 'p-map'
import { ScimPushError } from '../../errors/error.ts'
import { fold } from '../../lib/fold.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { SourceUser } from '../../model/user.ts'
import type { DirectoryApi } from './api.ts'
import type { GroupList } from './group-list.ts'
import { allOf } from './pages.ts'
import type { WireGroup } from './parse.ts'

/** What an entry of `scope.scimGroups` turned out to be. */
export type Resolution =
  | { readonly kind: 'group'; readonly entry: string; readonly group: WireGroup }
  | { readonly kind: 'user'; readonly entry: string; readonly user: SourceUser }
  | { readonly kind: 'unresolved'; readonly entry: string; readonly detail: string }

/**
 * Resolves entries by email, name and id. Names are not unique: one that fits several groups is not resolved, and names them.
 * A look-up by name goes through Google's search, which may lag by up to 36 hours; by email and id it does not. Where there are many
 * entries they are looked for in the list of groups first.
 * @throws ScimPushError when Google can't be asked at all
 */
export const resolveEntries = async (
  api: DirectoryApi,
  entries: readonly string[],
  list?: GroupList,
): Promise<readonly Resolution[]> => {
  await list?.seek(entries)
  return pMap(
    entries,
    (entry) =>
      (list && inList(list, entry)) ?? (entry.includes('@') ? byEmail(api, entry) : byName(api, entry)),
    { concurrency: 10 },
  )
}

/** Null where the list does not say: then Google is asked. */
const inList = (list: GroupList, entry: string): Resolution | null => {
  if (!entry.includes('@')) return ofName(entry, list.named(entry) ?? [])
  const group = list.get(entry)
  return group ? { kind: 'group', entry, group } : null
}

export const gapsOf = (resolutions: readonly Resolution[]): readonly Gap[] =>
  resolutions
    .filter((resolution) => resolution.kind === 'unresolved')
    .map(({ entry, detail }) => ({ kind: 'scim-group-unresolved', subject: entry, detail }))

const byEmail = async (api: DirectoryApi, entry: string): Promise<Resolution> => {
  const group = await orNull(api, () => api.getGroup(entry))
  if (group) return { kind: 'group', entry, group }
  const user = await orNull(api, () => api.getUser(entry))
  if (user) return { kind: 'user', entry, user }
  return { kind: 'unresolved', entry, detail: 'no group or user of the tenant has this address' }
}

const byName = async (api: DirectoryApi, entry: string): Promise<Resolution> => {
  const found = await allOf('groups', (token) => api.listGroups(token, entry))
  // The search is Google's; that the name is the same is checked here.
  const named = found.filter(({ name }) => fold(name) === fold(entry))
  const resolution = ofName(entry, named)
  if (resolution) return resolution
  const byId = /^[\w-]+$/.test(entry) ? await orNull(api, () => api.getGroup(entry)) : null
  // Google takes more than ids for a key: only what has this id is meant.
  if (byId && byId.key === entry) return { kind: 'group', entry, group: byId }
  return {
    kind: 'unresolved',
    entry,
    detail: 'no group has this name or id; a new name may take up to 36 hours to be found',
  }
}

/** What a name means that these groups have; null where it is none's. */
const ofName = (entry: string, named: readonly WireGroup[]): Resolution | null => {
  const [group, other] = named
  if (group && other) {
    const names = named.map(({ email, key }) => `${email} (${key})`).join(', ')
    return {
      kind: 'unresolved',
      entry,
      detail: `the name fits ${named.length} groups: ${names}; use the email address`,
    }
  }
  return group ? { kind: 'group', entry, group } : null
}

/**
 * Null when it is not there. "Forbidden" is Google's answer for a group of another tenant, but also for an administrator
 * without rights: only when the tenant's own groups can be listed it means the former.
 */
export const orNull = async <T>(api: DirectoryApi, read: () => Promise<T>): Promise<T | null> => {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof ScimPushError)) throw error
    if (error.code === 'GOOGLE_FORBIDDEN') {
      await api.listGroups(null)
      return null
    }
    if (error.code === 'GOOGLE_NOT_FOUND' || error.code === 'GOOGLE_INVALID') return null
    throw error
  }
}
