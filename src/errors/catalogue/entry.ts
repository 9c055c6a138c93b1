/**
 * What kind of failure it is, which decides the exit code:
 * config 78, credentials 77, unreachable 69, locked 75, everything else 1.
 */
export type Failure = 'config' | 'credentials' | 'unreachable' | 'locked' | 'protocol' | 'internal'

export interface CatalogueEntry {
  readonly failure: Failure
  /** It only ever becomes a warning: no command ends with it. */
  readonly onlyWarned?: true
  readonly meaning: string
  readonly remedy: string
}
