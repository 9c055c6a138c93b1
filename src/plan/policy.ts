/** A limit on removals of one kind: percent of what is managed, or a count. */
export type RemovalLimit = { readonly percent: number } | { readonly count: number }

/** What the operator allows; `policy` of the SyncConfig. */
export interface Policy {
  readonly users: {
    readonly create: boolean
    readonly update: boolean
    readonly remove: 'deactivate' | 'delete' | 'none'
  }
  readonly groups: { readonly create: boolean; readonly update: boolean; readonly remove: 'delete' | 'none' }
  /** What to do with users and groups that have no externalId at the target and no match at the source. */
  readonly unmanaged: 'keep' | 'remove'
  /** User names, `*` is a wildcard: never deactivated, deleted or taken out of a group. */
  readonly protected: readonly string[]
  readonly maxRemovals: {
    readonly users: RemovalLimit
    readonly groups: RemovalLimit
    readonly memberships: RemovalLimit
    /** As many removals of a kind as this always pass. */
    readonly floor: number
  }
  /** Hash of a plan whose removals an operator approved; empty for none. */
  readonly approvedPlan: string
}
