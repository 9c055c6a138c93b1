export interface ScimRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below the base URL, with a leading slash: `/Users`. Ids in it are encoded already. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: object
  /** Instead of a body: JSON already. */
  readonly text?: string
}

/** `POST /Users`: what takes about as long as each other, and is taken or refused for the same reasons. */
export const kindOf = ({ method, path }: ScimRequest): string => `${method} /${path.split('/')[1] ?? ''}`

export interface ScimResponse {
  readonly status: number
  /** Parsed JSON; null where there is no body. */
  readonly body: unknown
  /** The header of that name; it is never followed. */
  readonly location?: string
}

/** One try of a write. */
export interface Try {
  readonly request: ScimRequest
  /** From 1. */
  readonly n: number
  /** How long it has waited for its turn, which is none of the time that its tries have. */
  waitedMs: number
}
