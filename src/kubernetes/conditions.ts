import { sideOf } from '../errors/catalogue.ts'
import type { ScimPushError } from '../errors/error.ts'
import { needsAttention } from '../report/attention.ts'
import { approvalWords } from '../report/approving.ts'
import { counted } from '../report/counted.ts'
import { digest } from '../report/digest.ts'
import { printable } from '../report/printable.ts'
import type { RunReport } from '../report/report.ts'
import { withheldRemovals } from '../report/withheld-removals.ts'

export const conditionTypes = [
  'Ready',
  'ConfigValid',
  'SourceReachable',
  'TargetReachable',
  'Synced',
  'RemovalsWithheld',
] as const
export type ConditionType = (typeof conditionTypes)[number]

/** What a run has to say of one condition. */
export interface Verdict {
  readonly status: 'True' | 'False' | 'Unknown'
  /** CamelCase, for programs. */
  readonly reason: string
  /** For people. Names no user. */
  readonly message: string
}

const verdict = (status: Verdict['status'], reason: string, message: string): Verdict => ({
  status,
  reason,
  message: printable(message).slice(0, MAX_MESSAGE),
})
const MAX_MESSAGE = 1024

/**
 * What a run has found out, by condition. Each of them is there, so that none keeps an old answer that this run could not confirm;
 * only a suspended run, which tried nothing, leaves all but two as they were.
 */
export const verdictsOf = (report: RunReport): Partial<Record<ConditionType, Verdict>> => {
  const configValid = configVerdict(report)
  if (report.result === 'suspended') return { Ready: readyVerdict(report), ConfigValid: configValid }
  return {
    Ready: readyVerdict(report),
    ConfigValid: configValid,
    SourceReachable: sideVerdict(report, 'source'),
    TargetReachable: sideVerdict(report, 'target'),
    Synced: syncedVerdict(report),
    RemovalsWithheld: removalsVerdict(report),
  }
}

const explain = ({ code, message }: ScimPushError): string => `${code}: ${message}`

const configVerdict = ({ error, source }: RunReport): Verdict => {
  if (error?.failure === 'config') return verdict('False', 'ConfigInvalid', explain(error))
  // Without a source it ended while the configuration was read: a Secret may be out of reach, say.
  if (error && source.description === '') return verdict('Unknown', 'NotChecked', explain(error))
  return verdict('True', 'ConfigAccepted', 'The configuration is complete, and its secrets were found.')
}

const failures = {
  config: 'ConfigInvalid',
  credentials: 'CredentialsRefused',
  unreachable: 'Unreachable',
  locked: 'Failed',
  protocol: 'Failed',
  internal: 'Failed',
} as const satisfies Record<ScimPushError['failure'], string>

const sideVerdict = (report: RunReport, side: 'source' | 'target'): Verdict => {
  const { error, gaps } = report
  if (error && sideOf(error.code) === side) return verdict('False', failures[error.failure], explain(error))
  const { users, groups, memberships } = report[side]
  if (users === null) return verdict('Unknown', 'NotTried', `The run ended before the ${side} was read.`)
  const held = `${counted(users, 'user')}, ${counted(groups ?? 0, 'group')}, ${counted(memberships ?? 0, 'membership')}`
  return side === 'source' && gaps.length > 0
    ? verdict('True', 'ReadInPart', `${held}; ${counted(gaps.length, 'part')} could not be read.`)
    : verdict('True', 'Read', held)
}

const syncedVerdict = (report: RunReport): Verdict =>
  report.result === 'converged'
    ? verdict('True', 'Converged', digest(report))
    : verdict(report.result === 'interrupted' ? 'Unknown' : 'False', reasonOf(report), digest(report))

const removalsVerdict = (report: RunReport): Verdict => {
  const { planHash } = report
  if (planHash === null) return verdict('Unknown', 'NotPlanned', 'The run did not come to a plan.')
  const { count, reasons, approvable } = withheldRemovals(report)
  if (count === 0) return verdict('False', 'NothingWithheld', 'No removal is withheld.')
  const approve = approvable ? ` To let this plan pass, and no other: ${approvalWords(report)}.` : ''
  return verdict(
    'True',
    approvable ? 'ApprovalNeeded' : 'InDoubt',
    `${counted(count, 'removal')} withheld (${reasons.join(', ')}).${approve}`,
  )
}

const readyVerdict = (report: RunReport): Verdict => {
  const status =
    report.result === 'suspended'
      ? 'Unknown'
      : report.result === 'converged' || report.result === 'changes'
        ? 'True'
        : 'False'
  return verdict(status, reasonOf(report), report.error ? explain(report.error) : digest(report))
}

/** Why it is as it is, in one word; also what events are called after. */
const reasonOf = (report: RunReport): string => {
  const { result, error } = report
  switch (result) {
    case 'converged':
      return report.dryRun ? 'DryRun' : 'Converged'
    case 'changes':
      return 'DryRun'
    case 'suspended':
      return 'Suspended'
    case 'withheld':
      return withheldReason(report)
    case 'partial':
      return 'ActionsFailed'
    case 'unreachable':
    case 'credentials':
    case 'error': {
      const side = error && sideOf(error.code)
      return `${side === 'source' ? 'Source' : side === 'target' ? 'Target' : ''}${error ? failures[error.failure] : 'Failed'}`
    }
    case 'locked':
      return error?.code === 'LOCK_LOST' ? 'LockLost' : 'Locked'
    case 'config':
      return 'ConfigInvalid'
    case 'interrupted':
      return 'Interrupted'
  }
}

const withheldReason = (report: RunReport): string => {
  if (withheldRemovals(report).count > 0) return 'RemovalsWithheld'
  return report.withheld.some(needsAttention) ? 'EntriesWithheld' : 'ReadInPart'
}
