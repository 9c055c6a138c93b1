import type { Control, Filter } from 'ldapts'

export interface Question {
  readonly base: string
  /** `base` reads one entry in one request; `sub` reads pages. */
  readonly scope: 'base' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Entries a page; a domain controller gives no more than its MaxPageSize (1000) whatever is asked. */
  readonly pageSize?: number
  /** Stop after the first page that has something on it. */
  readonly sample?: boolean
  readonly controls: readonly Control[]
}

/** Why an answer is not all there is. */
export interface Incomplete {
  /** The LDAP result code; null when the connection failed, or the server broke the rules of paging. */
  readonly status: number | null
  readonly detail: string
  /** The domain controller was away, or too busy, in all tries: it may answer later. */
  readonly away?: boolean
}

/** Entries, and whether they are all: what is not complete can't be taken for it by mistake. */
export interface Found<T> {
  readonly entries: readonly T[]
  readonly incomplete: Incomplete | null
}
