import pMap from 'p-map'
import { ScimPushError } from '../../errors/error.ts'
import type { Log } from '../../lib/log.ts'
import type { UserKey } from '../../model/ids.ts'
import type { Gap } from '../../model/snapshot.ts'
import type { SourceUser, Stranger } from '../../model/user.ts'
import type { DirectoryApi } from './api.ts'
import { endsReading } from './ends-reading.ts'
import { pagesOverlap } from './pages.ts'
import type { UsersRead } from './user-list.ts'

interface People {
  readonly users: ReadonlyMap<UserKey, SourceUser>
  readonly strangers: ReadonlyMap<UserKey, Stranger>
  readonly gaps: readonly Gap[]
}

interface Options {
  readonly api: DirectoryApi
  readonly concurrency: number
  readonly log: Log
}

/**
 * The people in question: those of the tenant's list, and whom it lacks, asked for one by one.
 *
 * Who is not found belongs to another tenant: Google shows such members with an id of their own.
 * @throws ScimPushError when credentials fail, or where everyone is wanted and even the first page failed
 */
export const readPeople = async (list: UsersRead, options: Options): Promise<People> => {
  const gaps = list.everyone ? gapsOfEveryone(list) : []
  if (!list.everyone && list.error !== null) goOnWithout(list, options.log)
  const asked = await askForEach(list.missing, options)
  const [overlooked] = list.everyone ? asked.users.values() : []
  if (overlooked)
    gaps.push(usersUnread(`the list lacks ${asked.users.size} whom groups name, ${overlooked.label} for one`))
  return {
    users: asked.users.size === 0 ? list.users : new Map([...list.users, ...asked.users]),
    strangers: asked.strangers,
    gaps: [...gaps, ...asked.gaps],
  }
}

const usersUnread = (detail: string): Gap => ({ kind: 'users-unread', subject: 'users', detail })

/**
 * When a later page fails, those who were read count, and the gap says that others are missing.
 * @throws ScimPushError when even the first page failed
 */
const gapsOfEveryone = ({ users, served, error }: UsersRead): Gap[] => {
  const twice = served - users.size
  const failed: unknown = error ?? (twice > 0 ? pagesOverlap('users', twice) : null)
  if (failed !== null) {
    if (!(failed instanceof ScimPushError)) throw error
    if (users.size === 0 || endsReading(failed)) throw failed
    return [usersUnread(`after ${users.size} users: ${failed.code}: ${failed.message}`)]
  }
  // The administrator who asks is a user himself.
  return users.size === 0 ? [usersUnread('the list is empty')] : []
}

/** @throws the list's error where to ask one by one would bring the same */
const goOnWithout = ({ error, missing }: UsersRead, log: Log): void => {
  const elsewise =
    error instanceof ScimPushError &&
    (error.failure === 'unreachable' || error.code === 'GOOGLE_MALFORMED') &&
    !endsReading(error)
  if (!elsewise) throw error
  // The rest is asked for one by one, which may well work.
  log.warn('the list of users failed; asking for each user', { code: error.code, missing: missing.size })
}

const askForEach = async (
  missing: UsersRead['missing'],
  { api, concurrency }: Options,
): Promise<{
  readonly users: ReadonlyMap<UserKey, SourceUser>
  readonly strangers: ReadonlyMap<UserKey, Stranger>
  readonly gaps: readonly Gap[]
}> => {
  const users = new Map<UserKey, SourceUser>()
  const strangers = new Map<UserKey, Stranger>()
  const gaps: Gap[] = []
  await pMap(
    missing,
    async ([key, email]) => {
      try {
        users.set(key, await api.getUser(key))
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
