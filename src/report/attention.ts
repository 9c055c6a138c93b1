import type { Withheld, WithheldReason } from '../plan/withheld.ts'

/** What the operator decided, and who can have no account, is no news; all else wants a look, and exit code 3. */
const attention: Readonly<Record<WithheldReason, boolean>> = {
  ambiguous: true,
  conflict: true,
  incomplete: true,
  unresolved: true,
  limit: true,
  'empty-source': true,
  'other-config': true,
  'too-long': true,
  'no-email': false,
  'outside-tenant': false,
  grace: false,
  protected: false,
  policy: false,
}

export const needsAttention = ({ reason }: Withheld): boolean => attention[reason]

/** What an operator can let pass by approving the plan's hash. */
export const isApprovable = ({ reason }: Withheld): boolean =>
  reason === 'limit' || reason === 'empty-source' || reason === 'other-config'
