import pMap from 'p-map'
import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import type { UserKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { SourceUser, Stranger } from '../../model/user.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import { pagesOf, pagesOverlap } from './pages.ts'

export interface People {
  readonly users: ReadonlyMap<UserKey, SourceUser>
  readonly strangers: ReadonlyMap<UserKey, Stranger>
  readonly gaps: readonly Gap[]
}

export const usersUnread = (detail: string): Gap => ({ kind: 'users-unread', subject: 'users', detail })

/**
 * Reads every user of the tenant. When a later page fails, those who were read count, and the gap says that others are missing.
 * @throws ScimPushError when even the first page fails
 */
export const readEveryone = async (api: DirectoryApi): Promise<People> => {
  const users = new Map<UserKey, SourceUser>()
  let served = 0
  try {
    for await (const page of pagesOf('users', (token) => api.listUsers(token))) {
      served += page.length
      for (const user of page) users.set(user.key, user)
    }
    if (served > users.size) throw pagesOverlap('users', served - users.size)
    // The administrator who asks is a user himself.
    if (users.size === 0) return { users, strangers: new Map(), gaps: [usersUnread('the list is empty')] }
  } catch (error) {
    if (!(error instanceof ScimPushError) || users.size === 0 || endsReading(error)) throw error
    const gap = usersUnread(`after ${users.size} users: ${error.code}: ${error.message}`)
    return { users, strangers: new Map(), gaps: [gap] }
  }
  return { users, strangers: new Map(), gaps: [] }
}

/**
 * Reads the people whom groups name. The tenant is listed, 500 a page, for as long as fewer pages were read than people are
 * missing; then the rest is asked for one by one. So a small scope in a large tenant costs about as many requests as it has
 * people, and a scope that is the tenant costs its pages.
 *
 * Who is not found belongs to another tenant: Google shows such members with an id of their own.
 * @throws ScimPushError when credentials fail
 */
export const readPeople = async (
  api: DirectoryApi,
  wanted: ReadonlyMap<UserKey, string>,
  concurrency: number,
  log: Log,
): Promise<People> => {
  const users = new Map<UserKey, SourceUser>()
  const missing = new Map(wanted)
  const gaps: Gap[] = []
  let pages = 0
  if (missing.size > 0) {
    try {
      for await (const page of pagesOf('users', (token) => api.listUsers(token))) {
        pages++
        for (const user of page) if (missing.delete(user.key)) users.set(user.key, user)
        if (pages >= missing.size) break
      }
    } catch (error) {
      const elsewise =
        error instanceof ScimPushError &&
        (error.failure === 'unreachable' || error.code === 'GOOGLE_MALFORMED') &&
        !endsReading(error)
      if (!elsewise) throw error
      // The rest is asked for one by one, which may well work.
      log.warn('the list of users failed; asking for each user', { code: error.code, missing: missing.size })
    }
  }
  const strangers = new Map<UserKey, Stranger>()
  await pMap(
    missing,
    async ([key, email]) => {
      try {
        const user = await api.getUser(key)
        users.set(key, user)
      } catch (error) {
        if (!(error instanceof ScimPushError)) throw error
        if (error.code === 'GOOGLE_NOT_FOUND' || error.code === 'GOOGLE_FORBIDDEN') {
          strangers.set(key, {
            key,
            label: email || key,
            detail: 'a group names this member, who is not a user of the tenant',
          })
        } else if (endsReading(error)) {
          throw error
        } else {
          strangers.set(key, { key, label: email || key, detail: `could not be read: ${error.code}` })
          gaps.push({
            kind: 'users-unread',
            subject: email || key,
            detail: `${error.code}: ${error.message}`,
          })
        }
      }
    },
    { concurrency },
  )
  return { users, strangers, gaps }
}
