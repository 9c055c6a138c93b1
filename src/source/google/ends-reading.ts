import type { ScimPushError } from '../../errors/error.ts'

/**
 * Whether an error concerns the whole run, and not one group or user. "Forbidden" is also what a group or user of another tenant
 * answers; any other refusal of the credentials will be the same for everything else.
 */
export const endsReading = ({ failure, code }: ScimPushError): boolean =>
  (failure === 'credentials' && code !== 'GOOGLE_FORBIDDEN') ||
  code === 'GOOGLE_DOWN' ||
  code === 'INTERRUPTED'
