import type { Size, State } from './company.ts'

export type Workload = 'W1' | 'W2' | 'W3'
export type SourceName = 'records' | 'google'

export const workloads = {
  W1: { title: 'initial push', target: 'empty', source: 'before' },
  W2: { title: 'no change', target: 'before', source: 'before' },
  W3: { title: 'one percent churn', target: 'before', source: 'after' },
} as const satisfies Record<
  Workload,
  { readonly title: string; readonly target: State | 'empty'; readonly source: State }
>

/** One row of the table, before it is measured. */
export interface Case {
  readonly workload: Workload
  readonly source: SourceName
  readonly size: Size
  /** Whether the endpoint offers Bulk. */
  readonly bulk: boolean
}

export interface Conditions {
  /** Milliseconds that a request takes. */
  readonly latencyMs: number
  /** Milliseconds that an operation inside a Bulk takes. */
  readonly bulkOperationMs: number
  /** Requests that an emulator serves at once. */
  readonly atOnce: number
}

/** 20 groups for 1,000 users, and so on; at least as many as one person is in. */
export const sizeOf = (users: number): Size => ({ users, groups: Math.max(8, Math.round(users / 50)) })
