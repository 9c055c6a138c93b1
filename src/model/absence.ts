import type { ScimId } from './ids.ts'

/** Somebody who has an account at the target and is missing at the source. */
export interface Absence {
  /** Of the account when it was first missed: an id that came to be another account's is not taken for the same. */
  readonly externalId: string | null
  /** Milliseconds since the epoch. */
  readonly since: number
}

/** Who is missing since when, by account. What one run remembers for the next one. */
export type Absences = ReadonlyMap<ScimId, Absence>
