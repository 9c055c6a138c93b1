import type { Withheld, WithheldReason } from '../plan/withheld.ts'
import { sameCause } from './alike.ts'
import { needsAttention } from './attention.ts'
import type { ReportedAction, RunReport } from './report.ts'

/** Everything that was withheld for one cause; never empty. */
export interface Cause extends Pick<Withheld, 'kind' | 'action' | 'reason' | 'detail'> {
  readonly entries: readonly Withheld[]
}

/** What was withheld by cause, what wants a look first. */
export const causesOf = (withheld: readonly Withheld[]): readonly Cause[] => {
  const causes = [...Map.groupBy(withheld, sameCause).values()].flatMap((entries): Cause[] => {
    const [first] = entries
    if (!first) return []
    const { kind, action, reason, detail } = first
    return [{ kind, action, reason, detail, entries }]
  })
  const wanting = (cause: Cause): boolean => cause.entries.some(needsAttention)
  return [...causes.filter(wanting), ...causes.filter((cause) => !wanting(cause))]
}

/** What an operator does about what was withheld for a reason. */
export const withheldRemedies: Readonly<Record<WithheldReason, string>> = {
  ambiguous: 'Let each email and each name belong to one entry, at the source and at the target.',
  conflict: 'Free the name at the target, or rename the entry at the source.',
  incomplete: 'Mend what was not read; the next run decides anew.',
  unresolved: 'Correct scope.scimGroups, or make the group visible to the account that reads the source.',
  limit: 'Look at the removals; if they are meant, approve this plan or raise policy.maxRemovals.',
  'empty-source': 'Look at the source and its scope; if it is meant to be empty, approve this plan.',
  'other-config':
    'Put all groups of a target into one SyncConfig; if this one is to take over, approve this plan.',
  'too-long': 'Shorten it at the source.',
  'no-email': 'Give the user an email at the source.',
  'outside-tenant': 'Nothing, if members from outside are not to have an account.',
  grace: 'Nothing: it is done when its day has come, unless they are back by then.',
  protected: 'Nothing: policy.protected names the user.',
  policy: 'Nothing: the policy says so.',
}

/** Actions that were not done, for one error or one reason; never empty. */
export interface Failure {
  readonly kind: ReportedAction['kind']
  readonly status: 'failed' | 'skipped'
  /** Null for what was skipped. */
  readonly code: string | null
  readonly message: string
  readonly remedy: string
  readonly actions: readonly ReportedAction[]
}

/** What was not done, by cause: what failed before what was not tried. */
export const failuresOf = ({ actions }: RunReport): readonly Failure[] => {
  const failures = new Map<string, Omit<Failure, 'actions'> & { readonly actions: ReportedAction[] }>()
  for (const action of actions) {
    const cause = failureOf(action)
    if (cause === null) continue
    const key = JSON.stringify([cause.kind, cause.status, cause.code, cause.message])
    const known = failures.get(key)
    if (known) known.actions.push(action)
    else failures.set(key, { ...cause, actions: [action] })
  }
  const all = [...failures.values()]
  return [
    ...all.filter(({ status }) => status === 'failed'),
    ...all.filter(({ status }) => status === 'skipped'),
  ]
}

const failureOf = ({ kind, outcome }: ReportedAction): Omit<Failure, 'actions'> | null => {
  switch (outcome?.status) {
    case undefined:
    case 'succeeded':
      return null
    case 'failed': {
      const { code, message, remedy } = outcome.error
      return { kind, status: 'failed', code, message, remedy }
    }
    case 'skipped':
      return { kind, status: 'skipped', code: null, message: outcome.reason, remedy: '' }
  }
}
