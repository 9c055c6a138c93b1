import { counted } from './counted.ts'
import type { RunReport } from './report.ts'
import { approvableHash } from './withheld-removals.ts'

/** The annotation of a SyncConfig, or of its ConfigMap, that approves a plan. */
export const APPROVE_ANNOTATION = 'scim-push.io/approve-plan'

/**
 * What to type to let the withheld removals pass, one way a line, the one that fits where the configuration is first; empty where an
 * approval helps nothing.
 */
export const waysToApprove = (report: RunReport): readonly string[] => {
  const hash = approvableHash(report)
  if (hash === null) return []
  const { carrier, command } = report
  return [
    ...(carrier === null
      ? []
      : [
          `kubectl annotate --overwrite -n ${carrier.namespace} ${carrier.kind}/${carrier.name} ${APPROVE_ANNOTATION}=${hash}`,
        ]),
    `scim-push ${command === 'plan' ? 'push' : command} --approve ${hash}`,
    `SCIM_PUSH_POLICY_APPROVED_PLAN=${hash}`,
  ]
}

/** The same in one line, for where there is room for one. */
export const approvalWords = (report: RunReport): string => {
  const hash = approvableHash(report)
  if (hash === null) return ''
  return report.carrier === null
    ? `--approve ${hash}, or policy.approvedPlan`
    : `the annotation ${APPROVE_ANNOTATION}=${hash}, --approve, or policy.approvedPlan`
}

/** What is said of approvals that did not fit; empty when all did. */
export const staleWords = ({ staleApprovals }: RunReport): string =>
  staleApprovals.length === 0
    ? ''
    : `${counted(staleApprovals.length, 'approval')} (${staleApprovals.map((hash) => hash.slice(0, 40)).join(', ')}) of another plan than this one: something has changed since it was given.`
