import { ScimPushError } from '../../errors/error.ts'
import { fold } from '../../lib/fold.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import { pagesOf, pagesOverlap } from './pages.ts'
import type { WireGroup } from './parse.ts'

/** The tenant's list of groups, 200 a page, read as far as that is cheaper than to ask for groups one by one. */
export interface GroupList {
  /** Reads it to the end. @throws ScimPushError when even the first page fails; a later one that does is a gap */
  all(): Promise<{ readonly groups: readonly WireGroup[]; readonly gaps: readonly Gap[] }>
  /**
   * Reads pages for as long as each brings at least as many of the wanted as could be asked for in the same time. So it costs one
   * request in vain at most, and no time. Never throws: who asks one by one finds out what is wrong.
   * @param wanted ids, addresses or names
   */
  seek(wanted: readonly string[]): Promise<void>
  /** Of what has been read: the group with that id, address or alias. */
  get(key: string): WireGroup | undefined
  /** All groups of that name, without regard to case; null while there may be others. */
  named(name: string): readonly WireGroup[] | null
}

/** So many are asked for one by one in the time that a page takes. */
const AT_ONCE = 15

export const createGroupList = (api: DirectoryApi): GroupList => {
  const pages = pagesOf('groups', (token) => api.listGroups(token))
  const groups: WireGroup[] = []
  const byKey = new Map<string, WireGroup>()
  const byName = new Map<string, WireGroup[]>()
  let state: 'open' | 'whole' | 'failed' = 'open'

  const take = (group: WireGroup): void => {
    groups.push(group)
    for (const key of [group.key, fold(group.email), ...group.aliases.map(fold)])
      if (key !== '' && !byKey.has(key)) byKey.set(key, group)
    const same = byName.get(fold(group.name))
    if (same) same.push(group)
    else byName.set(fold(group.name), [group])
  }
  /** Null at the end. */
  const next = async (): Promise<readonly WireGroup[] | null> => {
    try {
      const { done, value } = await pages.next()
      if (done !== true) {
        value.forEach(take)
        return value
      }
      const twice = groups.length - new Set(groups.map(({ key }) => key)).size
      if (twice > 0) throw pagesOverlap('groups', twice)
      state = 'whole'
      return null
    } catch (error) {
      state = 'failed'
      throw error
    }
  }
  const get = (key: string): WireGroup | undefined => byKey.get(key) ?? byKey.get(fold(key))

  return {
    async all() {
      try {
        while ((await next()) !== null);
      } catch (error) {
        if (!(error instanceof ScimPushError) || groups.length === 0 || endsReading(error)) throw error
        const detail = `after ${groups.length} groups: ${error.code}: ${error.message}`
        return { groups, gaps: [{ kind: 'groups-unread', subject: 'groups', detail }] }
      }
      return { groups, gaps: [] }
    },
    async seek(wanted) {
      // A name counts as missing to the end of the list, where it is known that nobody else has it.
      const missing = new Set(wanted.filter((one) => get(one) === undefined).map(fold))
      const names = new Set<string>()
      let brought = AT_ONCE
      try {
        while (state === 'open' && missing.size + names.size > AT_ONCE && brought >= AT_ONCE) {
          const before = missing.size
          for (const { key, email, aliases, name } of (await next()) ?? []) {
            for (const one of [key, email, ...aliases]) missing.delete(fold(one))
            if (missing.delete(fold(name))) names.add(fold(name))
          }
          brought = before - missing.size
        }
      } catch (error) {
        if (!(error instanceof ScimPushError)) throw error
      }
    },
    get,
    named: (name) => (state === 'whole' ? (byName.get(fold(name)) ?? []) : null),
  }
}
