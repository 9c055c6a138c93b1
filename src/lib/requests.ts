/** One attempt at one request, as the edges report it to the run report, the metrics and the debug log. */
export interface RequestEvent {
  readonly system: 'google' | 'ldap' | 'scim'
  /** HTTP method, or the LDAP operation (`bind`, `search`). */
  readonly method: string
  /** Path without host and query, or the LDAP base; never a secret. */
  readonly path: string
  /** HTTP status or LDAP result code; null when there was no answer. */
  readonly status: number | null
  readonly durationMs: number
  /** 1 for the first try. */
  readonly attempt: number
  /** Why it will be tried again, when it will: `429`, `503`, `reset`, `timeout`. */
  readonly retry: string | null
}

export type OnRequest = (event: RequestEvent) => void
