import type { Withheld, WithheldReason } from '../plan/withheld.ts'

/** What the operator decided, and who can have no account, is no news; all else wants a look, and exit code 3. */
const attention: Readonly<Record<WithheldReason, boolean>> = {
  ambiguous: true,
  conflict: true,
  incomplete: true,
  unresolved: true,
  limit: true,
  'empty-source': true,
  'no-email': false,
  'outside-tenant': false,
  protected: false,
  policy: false,
}

export const needsAttention = ({ reason }: Withheld): boolean => attention[reason]
