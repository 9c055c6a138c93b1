import type { Withheld } from '../plan/withheld.ts'

/** The same for all that was withheld for one cause: one action, one reason, one explanation. */
export const sameCause = ({ action, kind, reason, detail }: Withheld): string =>
  JSON.stringify([action ?? kind, reason, detail])
