/** A limit on removals of one kind: percent of what is managed, or a count. */
export type RemovalLimit = { readonly percent: number } | { readonly count: number }

/** One thing that happens to a leaver's account, so many days after they were first missed. */
export interface RemovalStep {
  /** Of 24 hours each. */
  readonly days: number
  readonly do: 'deactivate' | 'delete'
}

/**
 * What happens to a leaver's account, step by step: at least one, at later and later days, each kind at most once and a deletion last.
 * None at all where leavers stay as they are.
 */
export type RemovalLadder = readonly RemovalStep[]

/** What the plain words of `policy.users.remove` stand for. */
export const ladders = {
  deactivate: [{ days: 0, do: 'deactivate' }],
  delete: [{ days: 0, do: 'delete' }],
  none: [],
} as const satisfies Readonly<Record<string, RemovalLadder>>

/** Whether there is anything to wait for, and so to remember from run to run. */
export const waits = (ladder: RemovalLadder): boolean => ladder.some(({ days }) => days > 0)

/** What the operator allows; `policy` of the SyncConfig. */
export interface Policy {
  readonly users: {
    readonly create: boolean
    readonly update: boolean
    readonly remove: RemovalLadder
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
