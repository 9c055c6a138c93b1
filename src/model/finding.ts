/** One result of `scim-push check`. */
export interface Finding {
  readonly level: 'ok' | 'warning' | 'error'
  /** Stable and kebab-case, for machines: `google-scopes`, `ad-tls`, `scim-readable`. */
  readonly check: string
  /** What was found, in one sentence. */
  readonly message: string
  /** What to do about it; empty when there is nothing to do. */
  readonly remedy: string
}
