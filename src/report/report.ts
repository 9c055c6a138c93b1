import type { Finding } from '../model/finding.ts'
import type { Gap } from '../model/snapshot.ts'
import type { Action, ActionKind, Change, Kind } from '../plan/action.ts'
import type { Subject, Withheld } from '../plan/withheld.ts'
import type { Outcome } from '../apply/outcome.ts'
import type { ScimPushError } from '../errors/error.ts'
import type { Fingerprints } from '../plan/fingerprint.ts'
import type { Moved } from './moved.ts'
import type { Result } from './exit-code.ts'

export type Phase = 'read' | 'plan' | 'apply'

/** What a side held when it was read; null when the read did not succeed. */
export interface SideReport {
  readonly description: string
  readonly users: number | null
  readonly groups: number | null
  readonly memberships: number | null
}

/** `planned` = `succeeded` + `failed` + `skipped` after a real run; after a dry run only `planned` counts. */
export interface Count {
  readonly planned: number
  readonly succeeded: number
  readonly failed: number
  readonly skipped: number
}

export interface ReportedAction extends Subject {
  readonly kind: ActionKind
  readonly reason: Action['reason']
  /** What an update changes; empty for all else. */
  readonly changes: readonly Change[]
  /** Null in a dry run. */
  readonly outcome: Outcome | null
}

/** All that a run has to say, once: every renderer, the metrics and the status are made from it. */
export interface RunReport {
  readonly runId: string
  /** `metadata.name` of the configuration. */
  readonly config: string
  /** The object of a cluster that carries the configuration; null where it is a file, or the environment. */
  readonly carrier: {
    readonly kind: 'configmap' | 'syncconfig'
    readonly name: string
    readonly namespace: string
  } | null
  readonly command: 'push' | 'plan' | 'apply'
  readonly dryRun: boolean
  readonly result: Result
  readonly exitCode: number
  /** Null when it did not come to a plan. */
  readonly planHash: string | null
  /** True when an approval let removals pass that a limit would have withheld. */
  readonly approved: boolean
  /** Approvals of other plans that were given while removals of this one are withheld. */
  readonly staleApprovals: readonly string[]
  /**
   * The hash that the next run's plan has if nothing changes but what this run has done; null where it has done nothing, or nothing is
   * withheld that can be approved.
   */
  readonly nextPlanHash: string | null
  /** What both sides were, for a plan that is saved; null for a push. */
  readonly fingerprints: Fingerprints | null
  /** What has changed since the plan that was to be carried out was saved; null when nothing has, or there was none. */
  readonly moved: Moved | null
  readonly startedAt: Date
  readonly finishedAt: Date
  readonly source: SideReport
  readonly target: SideReport
  readonly counts: Readonly<Record<Kind, Readonly<Record<string, Count>>>>
  readonly actions: readonly ReportedAction[]
  readonly withheld: readonly Withheld[]
  readonly gaps: readonly Gap[]
  /** What went wrong and let the run go on. */
  readonly warnings: readonly ScimPushError[]
  /** Seconds. */
  readonly phases: Readonly<Partial<Record<Phase, number>>>
  /** Requests sent, tries of one request counted each. */
  readonly requests: Readonly<Record<string, number>>
  /** What ended the run; null when it came to its end. */
  readonly error: ScimPushError | null
}

/** What `check` found in one of the places where it looked. */
export interface CheckedPart {
  readonly description: string
  readonly findings: readonly Finding[]
}

/** What `check` found. */
export interface CheckReport {
  readonly config: string
  readonly exitCode: number
  readonly source: CheckedPart
  readonly target: CheckedPart
  /** Both sides together: what a push would do. */
  readonly plan: CheckedPart
  /** The rights in the cluster that holds the configuration; null where none is used. */
  readonly cluster: CheckedPart | null
}
