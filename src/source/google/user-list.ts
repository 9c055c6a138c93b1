import type { UserKey } from '../../model/ids.ts'
import type { SourceUser } from '../../model/user.ts'
import type { DirectoryApi } from './api.ts'
import { pagesOf } from './pages.ts'

/** Who is wanted, as far as the groups that were read so far say. */
export interface Wanted {
  add(key: UserKey, email: string): void
  /** Every user of the tenant. */
  everyone(): void
}

export interface UserList extends Wanted {
  /** All groups are read: nobody else will be wanted. */
  settle(): void
  /** What came of it, once it is settled. Never rejects. */
  readonly read: Promise<UsersRead>
}

export interface UsersRead {
  /** Users of the list, of whom only the wanted count. */
  readonly users: ReadonlyMap<UserKey, SourceUser>
  /** Who is wanted and was not on the pages that were read, with the address that a group gives. */
  readonly missing: ReadonlyMap<UserKey, string>
  readonly everyone: boolean
  /** How many entries the pages had, those that came twice included. */
  readonly served: number
  /** Why the list ended early; null otherwise. */
  readonly error: unknown
}

/**
 * The tenant's list of users, 500 a page, whose pages come one after the other: they are read while the groups are. It goes on for as
 * long as fewer pages were read than people are missing, whom one would have to ask for one by one; or, where everyone is wanted, to
 * its end. So a small scope in a large tenant costs about as many requests as it has people, and a scope that is the tenant costs its
 * pages. Nothing is asked for that would not be asked for if all groups were read first.
 */
export const readUserList = (api: DirectoryApi, sameKey: (key: UserKey) => UserKey): UserList => {
  const users = new Map<UserKey, SourceUser>()
  const wanted = new Set<UserKey>()
  const missing = new Map<UserKey, string>()
  let everyone = false
  let settled = false
  let pages = 0
  let served = 0
  let wake: () => void = () => undefined

  /** Whether another page is worth it; while nobody can tell, it waits. */
  const worthIt = async (): Promise<boolean> => {
    for (;;) {
      if (everyone || pages < missing.size) return true
      if (settled) return false
      await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const isWanted = ({ key }: SourceUser): boolean => everyone || !settled || wanted.has(key)
  const listThem = async (): Promise<unknown> => {
    const list = pagesOf('users', (token) => api.listUsers(token))
    try {
      while (await worthIt()) {
        const { done, value } = await list.next()
        if (done === true) return null
        pages++
        served += value.length
        for (const listed of value) {
          const user = { ...listed, key: sameKey(listed.key) }
          missing.delete(user.key)
          if (isWanted(user)) users.set(user.key, user)
        }
      }
      return null
    } catch (error) {
      return error
    }
  }
  const settling = Promise.withResolvers<null>()
  const read = Promise.all([listThem(), settling.promise]).then(([error]): UsersRead => ({
    users,
    missing,
    everyone,
    served,
    error,
  }))
  return {
    read,
    add(key, email) {
      wanted.add(key)
      if (!users.has(key)) missing.set(key, email)
      wake()
    },
    everyone() {
      everyone = true
      wake()
    },
    settle() {
      settled = true
      // Of a large tenant most may be nobody's business.
      if (!everyone) for (const key of users.keys()) if (!wanted.has(key)) users.delete(key)
      settling.resolve(null)
      wake()
    },
  }
}
