import { isObject } from '../lib/json.ts'
import { totalOf } from '../report/counts.ts'
import { needsAttention } from '../report/attention.ts'
import { approvableHash } from '../report/withheld-removals.ts'
import type { RunReport } from '../report/report.ts'
import { conditionTypes, verdictsOf, type ConditionType, type Verdict } from './conditions.ts'

/** A condition as metav1.Condition has it. */
interface Condition extends Verdict {
  readonly type: ConditionType
  readonly observedGeneration?: number
  /** RFC 3339, whole seconds. */
  readonly lastTransitionTime: string
}

/**
 * What is left where a cluster's people look: bounded, and never a list of users. A field that is null is not known, and a merge
 * patch removes it.
 */
export interface SyncStatus {
  /** Of a custom resource: its generation that this status is about. */
  readonly observedGeneration: number | null
  /** Of a ConfigMap, which has no generation: the SHA-256 of the document. */
  readonly observedSha256: string | null
  readonly lastRunTime: string
  readonly lastSuccessTime: string | null
  readonly lastRunID: string
  readonly result: RunReport['result']
  readonly exitCode: number
  /** Of the plan of which something was withheld. */
  readonly planHash: string | null
  readonly counts: Readonly<Record<string, number | null>>
  readonly conditions: readonly Condition[]
}

/** What a status is about: a generation of a custom resource, or a text. */
export type Observed = { readonly generation: number } | { readonly sha256: string }

/**
 * The status after a run. Of the one before it only the times are kept: of the last success, and of each condition's last change.
 * @param previous what stands there now, not parsed: anything that is no status counts as none
 */
export const statusOf = (report: RunReport, observed: Observed, previous: unknown): SyncStatus => {
  const before = isObject(previous) ? previous : {}
  const now = timeOf(report.finishedAt)
  const generation = 'generation' in observed ? observed.generation : null
  // A suspended run is none: it is said that it is suspended, and what the last run found stays.
  const ran = report.result !== 'suspended'
  const succeeded = report.result === 'converged' && report.command !== 'plan' && !report.dryRun
  return {
    observedGeneration: generation,
    observedSha256: 'sha256' in observed ? observed.sha256 : null,
    lastRunTime: ran ? now : (textOf(before['lastRunTime']) ?? now),
    lastSuccessTime: succeeded ? now : textOf(before['lastSuccessTime']),
    lastRunID: ran ? report.runId : (textOf(before['lastRunID']) ?? report.runId),
    result: report.result,
    exitCode: report.exitCode,
    planHash: report.withheld.some(needsAttention) ? (approvableHash(report) ?? report.planHash) : null,
    counts: ran ? countsOf(report) : numbersIn(before['counts']),
    conditions: conditionsOf(report, generation, before['conditions'], now),
  }
}

/** metav1.Time has no fractions of a second. */
const timeOf = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

/** Times and ids are short; whatever else somebody wrote there does not stay. */
const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length <= MAX_TEXT ? value : null

const MAX_TEXT = 100
/** As much as metav1.Condition allows. */
const MAX_REASON = 1024
const MAX_MESSAGE = 32_768
/** More counts than there are. */
const MAX_COUNTS = 100

const numbersIn = (value: unknown): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {})
      .flatMap(([name, count]) =>
        typeof count === 'number' && /^[a-zA-Z]{1,60}$/.test(name) ? [[name, count] as const] : [],
      )
      .slice(0, MAX_COUNTS),
  )

/** Whether a status is of a later run than another one. */
export const isNewer = (status: unknown, { lastRunTime }: SyncStatus): boolean =>
  isObject(status) && typeof status['lastRunTime'] === 'string' && status['lastRunTime'] > lastRunTime

const conditionsOf = (
  report: RunReport,
  generation: number | null,
  previous: unknown,
  now: string,
): readonly Condition[] => {
  const verdicts = verdictsOf(report)
  const before = new Map(
    (Array.isArray(previous) ? previous : []).flatMap((one: unknown) => {
      const condition = parseCondition(one)
      return condition ? [[condition.type, condition] as const] : []
    }),
  )
  return conditionTypes.flatMap((type) => {
    const old = before.get(type)
    const verdict = verdicts[type]
    if (!verdict) return [old ?? { type, ...notRun, lastTransitionTime: now }]
    const lastTransitionTime = old?.status === verdict.status ? old.lastTransitionTime : now
    return [
      {
        type,
        ...verdict,
        lastTransitionTime,
        ...(generation !== null && { observedGeneration: generation }),
      },
    ]
  })
}

const notRun: Verdict = { status: 'Unknown', reason: 'NotRun', message: 'It has not run yet.' }

const parseCondition = (value: unknown): Condition | null => {
  if (!isObject(value)) return null
  const { status, reason, message, lastTransitionTime, observedGeneration } = value
  const type = conditionTypes.find((one) => one === value['type'])
  if (type === undefined || (status !== 'True' && status !== 'False' && status !== 'Unknown')) return null
  if (typeof reason !== 'string' || typeof message !== 'string' || textOf(lastTransitionTime) === null)
    return null
  if (reason.length > MAX_REASON || message.length > MAX_MESSAGE) return null
  return {
    type,
    status,
    reason,
    message,
    lastTransitionTime: textOf(lastTransitionTime) ?? '',
    ...(typeof observedGeneration === 'number' && { observedGeneration }),
  }
}

const countsOf = (report: RunReport): Readonly<Record<string, number | null>> => {
  const { counts, source, target, planHash } = report
  const total = totalOf(counts)
  const done = (kind: keyof typeof counts, action: string): number | null =>
    planHash === null ? null : (counts[kind][action]?.succeeded ?? 0)
  const planned = (count: number): number | null => (planHash === null ? null : count)
  return {
    sourceUsers: source.users,
    sourceGroups: source.groups,
    sourceMemberships: source.memberships,
    targetUsers: target.users,
    targetGroups: target.groups,
    targetMemberships: target.memberships,
    usersCreated: done('user', 'create'),
    usersUpdated: done('user', 'update'),
    usersDeactivated: done('user', 'deactivate'),
    usersDeleted: done('user', 'delete'),
    groupsCreated: done('group', 'create'),
    groupsUpdated: done('group', 'update'),
    groupsDeleted: done('group', 'delete'),
    membershipsAdded: done('membership', 'add'),
    membershipsRemoved: done('membership', 'remove'),
    planned: planned(total.planned),
    failed: planned(total.failed),
    skipped: planned(total.skipped),
    withheld: planned(report.withheld.filter(needsAttention).length),
    unread: planned(report.gaps.length),
  }
}
